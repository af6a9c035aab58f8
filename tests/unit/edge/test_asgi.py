# SPDX-License-Identifier: Apache-2.0
"""An ASGI application behind the edge: the same answers, by another door."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cmp.edge.asgi import Application, KvittMiddleware, Message, Receive, Scope, Send
from cmp.rules.markup import HintFilter
from tests.unit.edge.shop import HOST, NOW, PAGE, TABLE, policy, stored

HTML = (b"content-type", b"text/html; charset=utf-8")
PLACE = PAGE.index("annonse")


def saying(*messages: Message) -> Application:
    """An application that says these messages to whatever is asked."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for message in messages:
            await send(message)

    return app


def page(*headers: tuple[bytes, bytes], pieces: tuple[str, ...] = (PAGE,)) -> Application:
    """An application that answers with a page in pieces."""
    bodies = [
        {"type": "http.response.body", "body": piece.encode(), "more_body": place < len(pieces)}
        for place, piece in enumerate(pieces, 1)
    ]
    return saying({"type": "http.response.start", "status": 200, "headers": headers}, *bodies)


def scope_of(cookies: str = "", **headers: str) -> Scope:
    """What a server says of a browser that asks for a page."""
    given = {"host": HOST, "cookie": cookies, "sec_fetch_dest": "document", **headers}
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()]
    return {"type": "http", "method": "GET", "path": "/", "headers": raw, "extensions": {}}


def ask(app: Application, scope: Scope) -> list[Message]:
    """All messages that reach the server."""
    heard: list[Message] = []

    async def send(message: Message) -> None:
        heard.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    # A thread of its own: a test that drives a browser leaves a loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        middleware = KvittMiddleware(app, TABLE, lambda: NOW)
        pool.submit(lambda: asyncio.run(middleware(scope, receive, send))).result()
    return heard


def values(message: Message, name: str) -> list[str]:
    """All values of a header."""
    return [value.decode() for key, value in message["headers"] if key == name.encode()]


@pytest.mark.parametrize(("digits", "allowed"), [("000", ()), ("010", ("maling",))])
def test_policy_and_hints_follow_the_choice(digits: str, allowed: tuple[str, ...]) -> None:
    head, body = ask(page(HTML, (b"content-length", b"9")), scope_of(stored(digits)))
    assert values(head, "content-security-policy") == [policy(*allowed)]
    assert (b"a.maling" in body["body"]) == bool(allowed)
    assert b"ukjent" not in body["body"]
    assert values(head, "content-length") == [str(len(body["body"]))]


def test_a_page_in_pieces_is_sent_in_pieces() -> None:
    head, *bodies = ask(page(HTML, pieces=(PAGE[:PLACE], PAGE[PLACE:])), scope_of())
    assert values(head, "content-length") == []
    assert [body["more_body"] for body in bodies] == [True, False]
    said = b"".join(body["body"] for body in bodies)
    assert b"annonse" not in said
    assert said.endswith("<p>Blåbær".encode())


def test_cookies_on_several_lines_are_one_list() -> None:
    scope = scope_of("a=b")
    scope["headers"].append((b"cookie", stored("010").encode()))
    assert values(ask(page(HTML), scope)[0], "content-security-policy") == [policy("maling")]


def test_other_answers_pass_untouched() -> None:
    start = {
        "type": "http.response.start",
        "status": 200,
        "headers": [(b"content-type", b"image/gif")],
    }
    body = {"type": "http.response.body", "body": PAGE.encode()}
    heard = ask(saying(start, body), scope_of(sec_fetch_dest="image"))
    assert heard[1] is body
    assert heard[0] == start


def test_what_is_not_http_passes() -> None:
    message = {"type": "websocket.accept", "headers": [(b"link", b"<https://ukjent.example.com>")]}
    assert ask(saying(message), {"type": "websocket"}) == [message]


def test_hints_sent_ahead_are_judged_too() -> None:
    bad, good = b"<https://annonse.example.com/a>; rel=preload", b"</a.css>; rel=preload; as=style"
    early = {"type": "http.response.early_hint", "links": [bad, good]}
    assert ask(saying(early), scope_of()) == [{**early, "links": [good]}]
    assert ask(saying({**early, "links": [bad]}), scope_of()) == []


def test_the_application_is_asked_for_a_whole_page_as_it_is() -> None:
    seen: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)

    less = {"accept_encoding": "br", "if_none_match": '"a"', "range": "bytes=1-"}
    for kind in ("document", "image"):
        scope = scope_of(sec_fetch_dest=kind, **less)
        scope["extensions"] = {"http.response.pathsend": {}, "http.response.push": {}}
        ask(app, scope)
    names = [{name for name, _ in scope["headers"]} for scope in seen]
    assert names[0] == {b"host", b"cookie", b"sec-fetch-dest"}
    assert names[1] > {b"accept-encoding", b"if-none-match", b"range"}
    assert list(seen[0]["extensions"]) == ["http.response.push"]


def test_an_empty_body_keeps_no_length() -> None:
    head, body = ask(page(HTML, (b"content-length", b"12"), pieces=("",)), scope_of())
    assert (values(head, "content-length"), body["body"]) == ([], b"")


def test_a_fault_leaves_the_page_and_the_policy(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> bytes:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(HintFilter, "feed", broken)
    with caplog.at_level(logging.ERROR):
        head, body = ask(page(HTML), scope_of(stored("010")))
    assert body["body"] == PAGE.encode()
    assert values(head, "content-security-policy") == [policy("maling")]
    assert "broken on purpose" in caplog.text
