# SPDX-License-Identifier: Apache-2.0
"""From a request's cookies and the table to what an answer must carry and must not.

Whatever goes wrong here, the answer gets the policy of a visitor without consent and the page
arrives.
"""

import hashlib
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cmp import clock
from cmp.edge.expiry import expiring_cookies
from cmp.edge.headers import RISKY, Headers, kept_headers
from cmp.rules.markup import HintFilter, Inlining
from cmp.rules.table import NOTHING, EdgeTable, Permission

__all__ = ["Asked", "Edge", "TableSource", "header"]

TableSource = EdgeTable | Callable[[], EdgeTable]

log = logging.getLogger("kvitt.edge")

POLICY = "Content-Security-Policy"
HTML = frozenset({"text/html", "application/xhtml+xml"})
# Types that tell a browser nothing, so that it looks for HTML (MIME Sniffing, section 7).
UNTOLD = frozenset({"", "unknown/unknown", "application/unknown", "*/*"})
# Other types that a browser may run: as a worker, or as a document of its own.
RUN = re.compile(
    r"(text|application)/(x-)?(javascript(1\.\d)?|ecmascript|jscript|livescript|xml)"
    r"|application/wasm|[^;]+\+xml"
)
DOCUMENTS = frozenset({"document", "iframe", "frame", "embed", "object", "fencedframe"})
SERVICE_WORKER = "serviceworker"
WORKERS = frozenset({"worker", "sharedworker", SERVICE_WORKER})
SHARED_CACHING = ("public", "s-maxage", "proxy-revalidate")


def header(headers: Headers, name: str) -> str:
    """Return the first value of a header, empty if it is not there."""
    return next((value for key, value in headers if key.lower() == name), "")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, as far as the edge looks at it; texts as the browser sent them.

    `destination` is `Sec-Fetch-Dest`, empty in browsers that do not send it.
    """

    host: str
    path: str
    cookies: str
    destination: str
    accept: str

    @property
    def for_document(self) -> bool:
        """Is the answer likely to be shown as a page?"""
        if self.destination:
            return self.destination in DOCUMENTS
        return "text/html" in self.accept

    @property
    def for_rewriting(self) -> bool:
        """Is the answer likely to be changed, so that it is wanted whole and as it is?"""
        return self.for_document or self.destination == SERVICE_WORKER


def _type(headers: Headers) -> str:
    return header(headers, "content-type").partition(";")[0].strip().lower()


def is_html(asked: Asked, headers: Headers) -> bool:
    """Return whether an answer will be read as HTML. Without a type the browser guesses."""
    kind = _type(headers)
    return kind in HTML or (kind in UNTOLD and asked.for_document)


def can_rewrite(headers: Headers) -> bool:
    """Return whether the bytes of an HTML answer are markup, and all of it."""
    charset = header(headers, "content-type").lower()
    coded = header(headers, "content-encoding").strip().lower() not in ("", "identity")
    partial = header(headers, "content-range")
    return not (coded or partial or "utf-16" in charset or "utf-32" in charset)


class Edge:
    """The table, the clock, and what follows from them for each answer. None of this raises."""

    def __init__(self, table: TableSource, now: Callable[[], datetime] = clock.now) -> None:
        self._table = table
        self._now = now
        self._last = NOTHING if callable(table) else table

    def permission(self, asked: Asked) -> Permission:
        """Return what the visitor may do; without a table, or on a fault, next to nothing."""
        try:
            if callable(self._table):
                self._last = self._table()
            return self._last.permission(asked.cookies, asked.host, self._now())
        except Exception:
            log.exception("The choice could not be read; first party and necessary only.")
            return self._last.refusal(asked.host)

    def headers(self, asked: Asked, permission: Permission, headers: Headers) -> Headers:
        """Return the headers of an answer as they are sent to the visitor."""
        try:
            kept = list(kept_headers(headers, permission))
            gone = expiring_cookies(asked.cookies, asked.host, asked.path, permission, self._now())
            return _guarded(asked, permission, kept) + [("Set-Cookie", one) for one in gone]
        except Exception:
            log.exception("An answer could not be judged; hints and reports are left out.")
            safe = [one for one in headers if one[0].lower() not in RISKY]
            return [*safe, (POLICY, permission.table.refusal(asked.host).policy)]

    def hints(self, permission: Permission, links: Headers) -> Headers:
        """Return the `Link` headers that may be sent ahead of an answer."""
        try:
            return list(kept_headers(links, permission))
        except Exception:
            log.exception("Early hints could not be judged; they are left out.")
            return []

    def rewriter(self, asked: Asked, permission: Permission, headers: Headers) -> "Rewriter | None":
        """Return what to send the body through; None for one that is sent as it is."""
        if not can_rewrite(headers):
            return None
        if asked.destination == SERVICE_WORKER and RUN.fullmatch(_type(headers)):
            return Rewriter(Marked(permission.policy))
        if not is_html(asked, headers):
            return None
        table = permission.table
        own_policy = bool(header(headers, POLICY.lower()))
        inlining = Inlining(table.script_address, table.script, own_policy)
        may_load = permission.may_load
        return Rewriter(HintFilter(may_load, inlining=inlining if table.script else None))


class Marked:
    """A service worker that names its policy at its end.

    It keeps the policy it was installed with; only when its bytes differ is it installed anew
    (Service Workers, the Update algorithm), so that a withdrawal reaches it.
    """

    def __init__(self, policy: str) -> None:
        digest = hashlib.sha256(policy.encode()).hexdigest()
        self._mark = f"\n// {digest[:16]}\n".encode()

    def feed(self, piece: bytes) -> bytes:
        """Return `piece`."""
        return piece

    def close(self) -> bytes:
        """Return the mark."""
        return self._mark


class Rewriter:
    """A filter of a body that lets the rest pass as it stands if it ever fails."""

    def __init__(self, change: "HintFilter | Marked") -> None:
        self._change: HintFilter | Marked | None = change

    def feed(self, piece: bytes) -> bytes:
        """Return what can be sent after `piece`."""
        if self._change is None:
            return piece
        try:
            return self._change.feed(piece)
        except Exception:
            log.exception("A page could not be read; what follows is sent as it is.")
            held = self.close()
            self._change = None
            return held + piece

    def close(self) -> bytes:
        """Return what is left."""
        return self._change.close() if self._change else b""


def _guarded(asked: Asked, permission: Permission, headers: Headers) -> Headers:
    if is_html(asked, headers):
        return [*_private(headers), (POLICY, permission.policy)]
    runs = RUN.fullmatch(_type(headers)) is not None
    if asked.destination in WORKERS or (runs and asked.destination in DOCUMENTS):
        return [*_private(headers), (POLICY, permission.policy)]
    if runs:
        # Whoever finds this in a shared cache gets the policy of nobody's consent.
        strict = permission.table.refusal(asked.host).policy
        return [*headers, ("Vary", "Sec-Fetch-Dest"), (POLICY, strict)]
    return headers


def _private(headers: Headers) -> Headers:
    """An answer that depends on the choice: kept by this browser alone, and for this cookie.

    Validators are the application's: they would vouch for a body and a policy of another choice.
    """
    dropped = ("etag", "last-modified", "cache-control")
    kept = [one for one in headers if one[0].lower() not in dropped]
    return [*kept, ("Cache-Control", _caching(headers)), ("Vary", "Cookie, Sec-Fetch-Dest")]


def _caching(headers: Headers) -> str:
    given = ",".join(value for name, value in headers if name.lower() == "cache-control")
    words = [word.strip() for word in given.split(",") if word.strip()]
    kept = [w for w in words if not w.lower().startswith((*SHARED_CACHING, "private"))]
    return ", ".join(["private", *kept])
