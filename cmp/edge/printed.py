# SPDX-License-Identifier: Apache-2.0
"""What printed configuration of web servers has in common: patterns and the parts of the policy.

A web server cannot compare times: that a choice has not ended is for the browser, which drops the
cookie then, and for the blocking script. It takes no hints out of pages either; the middleware and
the worker do.
"""

from collections.abc import Iterator

from cmp.rules.compile import NECESSARY
from cmp.rules.csp import OWN
from cmp.rules.table import EdgeTable

__all__ = ["DOCUMENTS", "HTML", "RUN", "WORKERS", "base_policy", "granted", "note", "parts"]

HTML = r"text/html|application/xhtml[+]xml"
RUN = r"(text|application)/(x-)?(javascript|ecmascript|xml)|application/wasm|[a-z]+/[^;]*[+]xml"
DOCUMENTS = "document|iframe|frame|embed|object|fencedframe"
WORKERS = "worker|sharedworker|serviceworker"


def granted(table: EdgeTable, place: int) -> str:
    """Return a regular expression for the cookie in which service number `place` is granted.

    PCRE, RE2 and JavaScript read it alike.
    """
    services = f"[01]{{{place}}}1[01]{{{len(table.rules) - place - 1}}}"
    return (
        f"1[.]{table.material}[.][0-9a-z]{{1,9}}[.][0-9a-z]{{1,9}}"
        f"[.][01]{{{len(table.categories)}}}[.]{services}[.]([A-Za-z0-9_-]{{22}})?"
        "[.]([0-9a-f-]{36})?"
    )


def base_policy(table: EdgeTable) -> str:
    """Return what every policy begins with."""
    return f"default-src {' '.join(OWN)} {table.base}"


def parts(table: EdgeTable) -> Iterator[tuple[int, str, bool, str]]:
    """Yield for each service with sources: its place, id, whether it is necessary, its sources.

    Sources have a space in front, so that what is granted can be strung together.
    """
    for place, rule in enumerate(table.rules):
        if rule.sources:
            sources = "".join(f" {source}" for source in rule.sources)
            yield place, rule.service, rule.category == NECESSARY, sources


def note(table: EdgeTable, server: str, *lines: str) -> str:
    """Return the comment that stands first."""
    said = (
        f"Kvitt: the policy for {table.site}, as {server} sends it.",
        f"Printed by `kvitt edge {server} {table.site}`: print it anew after each publishing.",
        *lines,
    )
    return "".join(f"# {line}\n" for line in said)
