# SPDX-License-Identifier: Apache-2.0
"""A WSGI application behind the edge: what a visitor gets for which choice."""

import logging
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest

from cmp.edge.table_file import TableFile
from cmp.edge.wsgi import KvittMiddleware
from cmp.errors import Malformed
from cmp.rules.markup import HintFilter
from cmp.rules.table import EdgeTable, Permission
from tests.unit.edge.shop import HOST, NOW, PAGE, TABLE, policy, stored

HTML = ("Content-Type", "text/html; charset=utf-8")
Headers = list[tuple[str, str]]
App = Callable[..., Iterable[bytes]]


def answering(*headers: tuple[str, str], body: Any = None, status: str = "200 OK") -> App:
    """An application that says one thing, as one piece unless `body` is something else."""

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start(status, list(headers))
        return [PAGE.encode()] if body is None else body

    return app


def ask(
    app: App, cookies: str = "", *, table: Any = TABLE, valid: bool = True, **environ: str
) -> tuple[str, Headers, bytes]:
    """Status, headers and body that a browser gets which asks for a page.

    `valid`: whether the answer keeps to PEP 3333, which wants a type that browsers do without.
    """
    given: dict[str, Any] = {
        "HTTP_HOST": HOST,
        "HTTP_COOKIE": cookies,
        "HTTP_SEC_FETCH_DEST": "document",
        "QUERY_STRING": "",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/",
        "wsgi.input": BytesIO(),
        **environ,
    }
    setup_testing_defaults(given)
    heard: list[Any] = []
    written = BytesIO()

    def start(status: str, headers: Headers, fault: Any = None) -> Callable[[bytes], Any]:
        heard[:] = [status, headers]
        return written.write

    middleware = KvittMiddleware(app, table, lambda: NOW)
    body = (validator(middleware) if valid else middleware)(given, start)
    for piece in body:
        written.write(piece)
    if hasattr(body, "close"):
        body.close()
    return heard[0], heard[1], written.getvalue()


def values(headers: Headers, name: str) -> list[str]:
    """All values of a header."""
    return [value for key, value in headers if key.lower() == name]


@pytest.mark.parametrize(
    ("cookies", "allowed", "hosts"),
    [
        ("", (), ()),
        (stored("010"), ("maling",), ("a.maling",)),
        (stored("001"), ("annonse",), ("annonse",)),
        (stored("011"), ("maling", "annonse"), ("a.maling", "annonse")),
        (stored("000"), (), ()),
        (stored("011", until=0), (), ()),
        (stored("011", material="f" * 16), (), ()),
        (stored("0111"), (), ()),
        ("kvitt=true", (), ()),
    ],
)
def test_policy_and_hints_follow_the_choice(
    cookies: str, allowed: tuple[str, ...], hosts: tuple[str, ...]
) -> None:
    _, headers, body = ask(answering(HTML), cookies)
    assert values(headers, "content-security-policy") == [policy(*allowed)]
    page = body.decode()
    for host in ("a.maling", "annonse", "ukjent", "betaling"):
        assert (f"https://{host}.example.com" in page) == (host in (*hosts, "betaling"))
    assert page.endswith("<p>Blåbær")
    assert values(headers, "content-length") == [str(len(body))]


def test_a_page_is_kept_by_this_browser_and_this_choice_alone() -> None:
    app = answering(
        HTML,
        ("Cache-Control", "public, max-age=600, s-maxage=3600"),
        ("ETag", '"a"'),
        ("Last-Modified", "Tue, 24 Nov 2026 09:00:00 GMT"),
    )
    _, headers, _ = ask(app)
    assert values(headers, "cache-control") == ["private, max-age=600"]
    assert "Cookie" in values(headers, "vary")[0]
    assert values(headers, "etag") == values(headers, "last-modified") == []


def test_the_sites_own_policy_stays_beside_ours() -> None:
    own = "script-src 'nonce-a'; object-src 'none'"
    _, headers, _ = ask(answering(HTML, ("Content-Security-Policy", own)))
    assert values(headers, "content-security-policy") == [own, policy()]


def test_reports_and_hints_to_others_leave_the_headers() -> None:
    app = answering(
        HTML,
        ("Content-Security-Policy", "img-src 'self'; report-uri https://ukjent.example.com/r /own"),
        ("Content-Security-Policy-Report-Only", "report-uri //annonse.example.com"),
        (
            "Report-To",
            '{"group":"g","max_age":9,"endpoints":[{"url":"https://ukjent.example.com"}]}',
        ),
        ("Reporting-Endpoints", 'a="https://ukjent.example.com/r", b="/own"'),
        ("Link", '</a.css>; rel=preload; as=style, <https://ukjent.example.com>; rel="preconnect"'),
        ("Link", "<https://ukjent.example.com/a>; rel=canonical"),
        ("Link", "<https://annonse.example.com"),
        ("Link", '</a>; rel=preload; as=image; imagesrcset="https://ukjent.example.com/b 2x"'),
        ("Speculation-Rules", '"https://ukjent.example.com/rules.json", "/own.json"'),
        ("Alt-Svc", 'h3="ukjent.example.com:443"'),
        ("X-Frame-Options", "DENY"),
    )
    _, headers, _ = ask(app)
    assert values(headers, "content-security-policy")[0] == "img-src 'self'; report-uri /own"
    assert values(headers, "content-security-policy-report-only") == []
    assert values(headers, "report-to") == ['{"group": "g", "max_age": 0, "endpoints": []}']
    assert values(headers, "reporting-endpoints") == ['b="/own"']
    assert values(headers, "link") == [
        "</a.css>; rel=preload; as=style",
        "<https://ukjent.example.com/a>; rel=canonical",
    ]
    assert values(headers, "speculation-rules") == ['"/own.json"']
    assert values(headers, "alt-svc") == []
    assert values(headers, "x-frame-options") == ["DENY"]


def test_headers_that_name_nobody_else_stay_as_they_are() -> None:
    given = [
        HTML,
        ("Link", "</a.css>;rel=preload;as=style,</b.js>;rel=modulepreload"),
        ("Report-To", '{"group":"g","max_age":9,"endpoints":[{"url":"/r"}]}'),
        ("Content-Security-Policy", "default-src 'self';report-uri /r"),
        ("Alt-Svc", 'h3=":443"; ma=86400'),
        ("Set-Cookie", "handlekurv=3; Path=/; HttpOnly"),
        ("Set-Cookie", "pay_sid=1"),
        ("X-Empty", ""),
    ]
    _, headers, _ = ask(answering(*given))
    assert headers[: len(given)] == given


@pytest.mark.parametrize("kind", ["text/html", "image/gif", "application/json"])
def test_a_refused_service_sets_no_cookie_and_loses_those_it_has(kind: str) -> None:
    app = answering(
        ("Content-Type", kind),
        ("Set-Cookie", "_maling_1=a; Path=/"),
        ("Set-Cookie", "_annonse=b"),
        ("Set-Cookie", "handlekurv=4"),
        body=[b""],
    )
    cookies = f"{stored('001')}; _maling_2=x; _annonse=y; pay_sid=z"
    _, headers, _ = ask(app, cookies, PATH_INFO="/konto/ordre", HTTP_SEC_FETCH_DEST="image")
    sent = values(headers, "set-cookie")
    assert sent[:2] == ["_annonse=b", "handlekurv=4"]
    gone = sent[2:]
    assert all(one.startswith("_maling_2=; Max-Age=0; Path=/") for one in gone)
    for place in ("Path=/;", "Path=/konto;", "Path=/konto/ordre;"):
        for domain in ("Secure", "Domain=www.example.no; Secure", "Domain=example.no; Secure"):
            assert any(f"{place} {domain}" in one for one in gone), (place, domain)
    assert not any("Domain=no;" in one for one in gone)


def test_many_cookies_do_not_make_a_head_that_servers_refuse() -> None:
    cookies = "; ".join(f"_maling_{n}=x" for n in range(60))
    _, headers, _ = ask(answering(HTML), cookies, PATH_INFO="/a/b/c/d/e/f/g/h/i/j")
    assert 1000 < sum(map(len, values(headers, "set-cookie"))) <= 2048


def test_names_that_are_none_are_not_written_back() -> None:
    _, headers, _ = ask(answering(HTML), "_maling x=1; _maling\x7f=2; _maling,=3; kvitt=4")
    assert values(headers, "set-cookie") == []


@pytest.mark.parametrize(
    ("kind", "destination", "wanted"),
    [
        ("text/javascript", "script", policy()),
        ("text/javascript", "", policy()),
        ("text/javascript", "worker", policy("maling")),
        ("text/plain", "serviceworker", policy("maling")),
        ("image/svg+xml", "image", policy()),
        ("image/svg+xml", "iframe", policy("maling")),
        ("application/xml", "document", policy("maling")),
        ("application/atom+xml; charset=utf-8", "document", policy("maling")),
        ("text/javascript1.5", "script", policy()),
        ("application/unknown", "document", policy("maling")),
        ("", "document", policy("maling")),
        ("text/html", "empty", policy("maling")),
    ],
)
def test_what_runs_has_a_policy(kind: str, destination: str, wanted: str) -> None:
    headers = [("Content-Type", kind)] if kind else []
    app = answering(*headers)
    _, sent, _ = ask(app, stored("010"), valid=bool(kind), HTTP_SEC_FETCH_DEST=destination)
    assert values(sent, "content-security-policy") == [wanted]
    private = wanted != policy()
    assert ("private" in "".join(values(sent, "cache-control"))) == private
    assert ("Cookie" in "".join(values(sent, "vary"))) == private


def test_a_service_worker_differs_when_its_policy_does() -> None:
    app = answering(("Content-Type", "text/javascript"), ("ETag", '"a"'), body=[b"fetch('/a')"])
    bodies = []
    for digits in ("000", "010", "000"):
        _, headers, body = ask(app, stored(digits), HTTP_SEC_FETCH_DEST="serviceworker")
        assert body.startswith(b"fetch('/a')\n// ")
        assert values(headers, "content-length") == [str(len(body))]
        assert values(headers, "etag") == []
        bodies.append(body)
    assert bodies[0] == bodies[2] != bodies[1]
    assert ask(app, HTTP_SEC_FETCH_DEST="worker")[2] == b"fetch('/a')"


def test_other_answers_are_the_applications_own() -> None:
    class Picture(list[bytes]):
        """An iterable that the server may know how to send."""

    picture = Picture([b"GIF89a", b"<link rel=preconnect href=//ukjent.example.com>"])
    given = [("Content-Type", "image/gif"), ("ETag", '"a"'), ("Content-Length", "53")]
    heard: list[Any] = []
    app = KvittMiddleware(answering(*given, body=picture), TABLE, lambda: NOW)
    environ = {"HTTP_HOST": HOST, "HTTP_SEC_FETCH_DEST": "image"}
    assert app(environ, lambda *head: heard.extend(head) or print) is picture
    assert heard == ["200 OK", given]


def test_a_page_in_pieces_is_sent_in_pieces() -> None:
    sent: list[str] = []

    class Pieces:
        """Cuts the page in the middle of a hint."""

        closed = False

        def __iter__(self) -> Iterator[bytes]:
            place = PAGE.index("annonse")
            for piece in (PAGE[:place], PAGE[place:]):
                sent.append("asked")
                yield piece.encode()

        def close(self) -> None:
            self.closed = True

    for given in ((), (("Content-Length", "9999999"),), (("Content-Length", "371"),)):
        pieces = Pieces()
        _, headers, body = ask(answering(HTML, *given, body=pieces))
        whole = given and len(given[0][1]) == 3
        assert values(headers, "content-length") == ([str(len(body))] if whole else [])
        assert b"annonse" not in body
        assert body.endswith("<p>Blåbær".encode())
        assert pieces.closed
    assert sent == ["asked", "asked"] * 3


def test_an_application_that_starts_late_or_writes() -> None:
    def late(environ: dict[str, Any], start: Callable[..., Any]) -> Iterator[bytes]:
        start("200 OK", [HTML])
        yield PAGE.encode()

    def writing(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [HTML])(PAGE.encode())
        return []

    for app in (late, writing):
        _, headers, body = ask(app)
        assert values(headers, "content-security-policy") == [policy()]
        assert b"annonse" not in body
        assert body.endswith("<p>Blåbær".encode())


def test_head_and_not_modified_keep_no_length_of_another_body() -> None:
    for status, *kind in (("200 OK", HTML), ("304 Not Modified",)):
        app = answering(*kind, ("Content-Length", "12"), body=[], status=status)
        _, headers, body = ask(app, REQUEST_METHOD="HEAD")
        assert (body, values(headers, "content-length")) == (b"", [])


def test_the_application_is_asked_for_a_whole_page_as_it_is() -> None:
    seen: list[dict[str, Any]] = []

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        seen.append(environ)
        start("200 OK", [HTML])
        return [b""]

    less = {
        "HTTP_ACCEPT_ENCODING": "gzip",
        "HTTP_IF_NONE_MATCH": '"a"',
        "HTTP_IF_MODIFIED_SINCE": "Tue, 24 Nov 2026 09:00:00 GMT",
        "HTTP_RANGE": "bytes=1-",
    }
    ask(app, **less)
    ask(app, HTTP_SEC_FETCH_DEST="", HTTP_ACCEPT="text/html,*/*", **less)
    ask(app, HTTP_SEC_FETCH_DEST="serviceworker", **less)
    ask(app, HTTP_SEC_FETCH_DEST="image", **less)
    assert [set(less) & set(environ) for environ in seen] == [set(), set(), set(), set(less)]


@pytest.mark.parametrize(
    "header",
    [
        ("Content-Encoding", "gzip"),
        ("Content-Range", "bytes 1-9/99"),
        ("Content-Type", "text/html; charset=utf-16"),
    ],
)
def test_bytes_that_are_no_markup_are_left(header: tuple[str, str]) -> None:
    given = [header] if header[0] == "Content-Type" else [HTML, header]
    _, headers, body = ask(answering(*given))
    assert body == PAGE.encode()
    assert values(headers, "content-security-policy") == [policy()]


def _broken(*_: Any, **__: Any) -> Any:
    raise RuntimeError("broken on purpose")


@pytest.mark.parametrize(
    ("owner", "name"),
    [(EdgeTable, "permission"), (Permission, "may_store"), (HintFilter, "feed")],
)
def test_a_fault_leaves_the_page_and_the_strict_policy(
    owner: type, name: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(owner, name, _broken)
    app = answering(
        HTML, ("Link", "<https://annonse.example.com>; rel=preconnect"), ("Set-Cookie", "a=b")
    )
    with caplog.at_level(logging.ERROR):
        status, headers, body = ask(app, f"{stored('010')}; x=y" if name != "feed" else "")
    assert (status, body.endswith("<p>Blåbær".encode())) == ("200 OK", True)
    assert values(headers, "content-security-policy") == [policy()]
    assert values(headers, "link") == []
    assert "broken on purpose" in caplog.text


def test_a_table_that_cannot_be_read_allows_nothing_then_what_it_last_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "shop.edge.json"
    table = TableFile(path)
    _, headers, _ = ask(answering(HTML), stored("010"), table=table)
    own = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:"
    assert values(headers, "content-security-policy") == [own]
    path.write_text(TABLE.as_json(), "utf-8")
    middleware = KvittMiddleware(answering(HTML), table, lambda: NOW)
    assert _policy_of(middleware) == policy("maling")
    path.write_text("{}", "utf-8")
    assert _policy_of(middleware) == policy()
    with pytest.raises(Malformed, match="edge table"):
        table()
    path.write_text(TABLE.as_json() + "\n", "utf-8")
    assert _policy_of(middleware) == policy("maling")
    assert "could not be read" in caplog.text


def _policy_of(app: KvittMiddleware) -> str:
    heard: list[Headers] = []
    environ = {
        "HTTP_HOST": HOST,
        "HTTP_COOKIE": stored("010"),
        "HTTP_SEC_FETCH_DEST": "document",
    }
    list(app(environ, lambda status, headers: heard.append(headers)))
    return values(heard[0], "content-security-policy")[0]
