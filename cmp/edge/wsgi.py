# SPDX-License-Identifier: Apache-2.0
"""WSGI middleware (PEP 3333):

from cmp.edge.table_file import TableFile
from cmp.edge.wsgi import KvittMiddleware
app.wsgi_app = KvittMiddleware(app.wsgi_app, TableFile(Path("shop.edge.json")))
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from cmp import clock
from cmp.edge.decide import Asked, Edge, Rewriter, TableSource, header
from cmp.edge.headers import Headers
from cmp.rules.table import Permission

__all__ = ["KvittMiddleware"]

Environ = dict[str, Any]
Write = Callable[[bytes], object]
# The server's callable: status, headers, and for an error page the fault that led to it.
StartResponse = Callable[..., Write]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

# A page is wanted as it is and whole: not packed, not a part, not "as you have it".
ASKING_LESS = (
    "HTTP_ACCEPT_ENCODING",
    "HTTP_IF_NONE_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_RANGE",
    "HTTP_IF_RANGE",
)
# A page whose length is known is there already: up to so many bytes it is sent in one piece again.
MOST_WHOLE = 1_048_576


class KvittMiddleware:
    """`app` with policy headers that follow the visitor's choice, and hints taken out.

    `table` is one, or is called for it on each request; `now` returns an aware time.
    """

    def __init__(
        self, app: Application, table: TableSource, now: Callable[[], datetime] = clock.now
    ) -> None:
        self._app = app
        self._edge = Edge(table, now)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        asked = _asked(environ)
        if asked.for_rewriting:
            environ = {k: v for k, v in environ.items() if k not in ASKING_LESS}
        answer = _Answer(self._edge, asked, self._edge.permission(asked), start_response)
        body = self._app(environ, answer.start)
        return answer.body(body)


def _asked(environ: Environ) -> Asked:
    return Asked(
        host=environ.get("HTTP_HOST") or environ.get("SERVER_NAME", ""),
        path=environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", ""),
        cookies=environ.get("HTTP_COOKIE", ""),
        destination=environ.get("HTTP_SEC_FETCH_DEST", ""),
        accept=environ.get("HTTP_ACCEPT", ""),
    )


class _Answer:
    """One answer. The head of a page is held back until its body begins, or is known whole."""

    def __init__(
        self, edge: Edge, asked: Asked, permission: Permission, start: StartResponse
    ) -> None:
        self._edge, self._asked, self._permission = edge, asked, permission
        self._server_start = start
        self._server_write: Write | None = None
        self._begun = self._counted = False
        self._rewriter: Rewriter | None = None
        self._head: tuple[str, Headers, tuple[Any, ...]] | None = None

    def start(self, status: str, headers: Headers, *fault: Any) -> Write:
        """What the application calls as `start_response`."""
        self._begun = True
        sent = self._edge.headers(self._asked, self._permission, headers)
        self._rewriter = self._edge.rewriter(self._asked, self._permission, headers)
        if self._rewriter is None:
            return self._server_start(status, sent, *fault)
        length = header(headers, "content-length")
        self._counted = length.isdecimal() and int(length) <= MOST_WHOLE
        uncounted = [one for one in sent if one[0].lower() != "content-length"]
        self._head = (status, uncounted, fault)
        return self._write

    def body(self, pieces: Iterable[bytes]) -> Iterable[bytes]:
        """Return the body; what is no page is the application's own iterable."""
        if self._begun and self._rewriter is None:
            return pieces
        body = _Body(self, pieces)
        if self._rewriter is None or not (self._counted or isinstance(pieces, list | tuple)):
            return body
        try:
            return [self._whole(b"".join(pieces))]
        finally:
            body.close()

    def said(self, piece: bytes) -> bytes:
        """Return what is sent after `piece` of the application's; the head goes first."""
        self._send_head()
        return self._rewriter.feed(piece) if self._rewriter else piece

    def rest(self) -> bytes:
        """Return what is sent at the end."""
        self._send_head()
        return self._rewriter.close() if self._rewriter else b""

    def _whole(self, page: bytes) -> bytes:
        rewriter = self._rewriter
        said = rewriter.feed(page) + rewriter.close() if rewriter else page
        # An empty body may stand for one that is not sent: HEAD, 304.
        self._send_head(*[("Content-Length", str(len(said)))] if said else [])
        return said

    def _send_head(self, *more: tuple[str, str]) -> None:
        if self._head is not None:
            (status, headers, fault), self._head = self._head, None
            self._server_write = self._server_start(status, [*headers, *more], *fault)

    def _write(self, piece: bytes) -> None:
        """PEP 3333's old way to send a body."""
        said = self.said(piece)
        if self._server_write is not None:
            self._server_write(said)


class _Body:
    """A page in pieces; closes the application's iterable."""

    def __init__(self, answer: _Answer, pieces: Iterable[bytes]) -> None:
        self._answer, self._pieces = answer, pieces

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            yield self._answer.said(piece)
        yield self._answer.rest()

    def close(self) -> None:
        """Called by the server at the end, also of an answer that was broken off."""
        close = getattr(self._pieces, "close", None)
        if close is not None:
            close()
