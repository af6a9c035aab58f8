# SPDX-License-Identifier: Apache-2.0
"""Configuration for Apache 2.4 with mod_setenvif and mod_headers."""

from collections.abc import Iterator

from cmp.edge.printed import HTML, RUN, base_policy, granted, note, parts
from cmp.rules.table import EdgeTable

__all__ = ["configuration"]

NOTE = ("Include it in the virtual host. Needs mod_setenvif and mod_headers.",)
# Of several cookies of the name the first counts.
FIRST = "^(?:(?![ ]*kvitt=)[^;]*;)*[ ]*kvitt="


def configuration(table: EdgeTable) -> str:
    """Return what is included in a virtual host."""
    chosen = "".join(f"%{{reqenv:KVITT_{place}}}" for place, *_ in parts(table))
    page = f'"expr=%{{CONTENT_TYPE}} =~ m#^({HTML}|{RUN})#i"'
    policy = f"expr={base_policy(table)}{chosen}"
    return "\n".join(
        [
            note(table, "apache", *NOTE),
            *_services(table),
            f'Header always add Content-Security-Policy "{policy}" {page}',
            f"Header always merge Vary Cookie {page}",
            f"Header always merge Cache-Control private {page}",
            f"Header unset ETag {page}",
            f"Header unset Last-Modified {page}",
            "",
        ]
    )


def _services(table: EdgeTable) -> Iterator[str]:
    for place, service, necessary, sources in parts(table):
        cookie = "." if necessary else f"{FIRST}{granted(table, place)}(?:;|$)"
        subject = "Request_URI" if necessary else "Cookie"
        yield f'# {service}\nSetEnvIf {subject} "{cookie}" "KVITT_{place}={sources}"'
