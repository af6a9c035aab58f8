# SPDX-License-Identifier: Apache-2.0
"""ASGI middleware (ASGI 3, HTTP):

from cmp.edge.asgi import KvittMiddleware
from cmp.edge.table_file import TableFile
app = KvittMiddleware(app, TableFile(Path("shop.edge.json")))
"""

from collections.abc import Awaitable, Callable, MutableMapping
from datetime import datetime
from typing import Any

from cmp import clock
from cmp.edge.decide import Asked, Edge, Rewriter, TableSource
from cmp.edge.headers import Headers
from cmp.rules.table import Permission

__all__ = ["KvittMiddleware"]

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# A page is wanted as it is and whole: not packed, not a part, not "as you have it".
ASKING_LESS = frozenset(
    {b"accept-encoding", b"if-none-match", b"if-modified-since", b"range", b"if-range"}
)
# Ways to send a body past `http.response.body`.
SHORTCUTS = frozenset({"http.response.pathsend", "http.response.zerocopysend"})


class KvittMiddleware:
    """`app` with policy headers that follow the visitor's choice, and hints taken out.

    `table` is one, or is called for it on each request; `now` returns an aware time.
    """

    def __init__(
        self, app: Application, table: TableSource, now: Callable[[], datetime] = clock.now
    ) -> None:
        self._app = app
        self._edge = Edge(table, now)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; what is not HTTP passes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = _asked(scope)
        answer = _Answer(self._edge, asked, self._edge.permission(asked), send)
        await self._app(_plain(scope, asked), receive, answer.send)


def _plain(scope: Scope, asked: Asked) -> Scope:
    if not asked.for_rewriting:
        return scope
    extensions = scope.get("extensions") or {}
    return {
        **scope,
        "headers": [one for one in scope["headers"] if bytes(one[0]).lower() not in ASKING_LESS],
        "extensions": {k: v for k, v in extensions.items() if k not in SHORTCUTS},
    }


def _asked(scope: Scope) -> Asked:
    given: dict[str, str] = {}
    for name, value in _texts(scope["headers"]):
        if name == "cookie" and name in given:
            # HTTP/2 may split them over several lines (RFC 9113 section 8.2.3).
            value = f"{given[name]}; {value}"
        elif name in given:
            continue
        given[name] = value
    return Asked(
        host=given.get("host", ""),
        path=scope.get("path", "/"),
        cookies=given.get("cookie", ""),
        destination=given.get("sec-fetch-dest", ""),
        accept=given.get("accept", ""),
    )


def _texts(headers: Any) -> Headers:
    return [(bytes(k).decode("latin-1").lower(), bytes(v).decode("latin-1")) for k, v in headers]


def _raw(headers: Headers) -> list[tuple[bytes, bytes]]:
    return [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers]


class _Answer:
    """One answer. The head of a page is held back until its body begins, to count a whole one."""

    def __init__(self, edge: Edge, asked: Asked, permission: Permission, send: Send) -> None:
        self._edge, self._asked, self._permission = edge, asked, permission
        self._server_send = send
        self._rewriter: Rewriter | None = None
        self._head: Message | None = None

    async def send(self, message: Message) -> None:
        """What the application calls as `send`."""
        if message["type"] == "http.response.start":
            await self._start(message)
        elif message["type"] == "http.response.body" and self._rewriter is not None:
            await self._body(message, self._rewriter)
        elif message["type"] == "http.response.early_hint":
            await self._early(message)
        else:
            await self._server_send(message)

    async def _start(self, message: Message) -> None:
        headers = _texts(message.get("headers", ()))
        sent = self._edge.headers(self._asked, self._permission, headers)
        self._rewriter = self._edge.rewriter(self._asked, self._permission, headers)
        if self._rewriter is None:
            await self._server_send({**message, "headers": _raw(sent)})
            return
        self._head = {**message, "headers": _raw([h for h in sent if h[0] != "content-length"])}

    async def _body(self, message: Message, rewriter: Rewriter) -> None:
        more = message.get("more_body", False)
        said = rewriter.feed(message.get("body", b""))
        if not more:
            said += rewriter.close()
        if self._head is not None:
            # An empty body may stand for one that is not sent: HEAD, 304.
            counted = [] if more or not said else [("content-length", str(len(said)))]
            head, self._head = self._head, None
            await self._server_send({**head, "headers": [*head["headers"], *_raw(counted)]})
        await self._server_send({**message, "body": said})

    async def _early(self, message: Message) -> None:
        """Hints sent ahead of the answer (RFC 8297), each a value of `Link`."""
        links = [("link", bytes(link).decode("latin-1")) for link in message.get("links", ())]
        kept = self._edge.hints(self._permission, links)
        if kept:
            await self._server_send({**message, "links": [v.encode("latin-1") for _, v in kept]})
