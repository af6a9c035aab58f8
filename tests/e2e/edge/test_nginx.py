# SPDX-License-Identifier: Apache-2.0
"""Debian's nginx with the printed configuration, on a loopback port: header for header."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from cmp.edge.nginx import configuration
from cmp.rules.table import EdgeTable, Rule
from tests.unit.edge.shop import TABLE, policy, stored

CONF = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    types {{ text/html html; text/javascript js; image/svg+xml svg; image/gif gif; }}
    include {folder}/kvitt.conf;
    server {{
        listen 127.0.0.1:{port};
        root {folder}/site;
        error_page 404 /missing.html;
    }}
}}
"""
FILES = ("index.html", "missing.html", "app.js", "drawing.svg", "pixel.gif")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def _nginx() -> str:
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if found is None:
        pytest.skip("nginx is not installed: apt-get install nginx-light")
    return found


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a running nginx that serves a page, a script and pictures."""
    binary, folder, port = _nginx(), tmp_path_factory.mktemp("nginx"), _free_port()
    # Workers of a server started by root belong to another user, who must get at the files.
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(0o755)
    (folder / "site").mkdir()
    for name in FILES:
        (folder / "site" / name).write_text("<p>Blåbær</p>", "utf-8")
    (folder / "kvitt.conf").write_text(configuration(TABLE), "utf-8")
    (folder / "nginx.conf").write_text(CONF.format(folder=folder, port=port), "utf-8")
    command = [binary, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with subprocess.Popen([*command, "-e", str(folder / "error.log")]) as server:
        try:
            _wait(server, port, folder / "error.log")
            yield port
        finally:
            server.terminate()
            server.wait(10)


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(100):
        if server.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"nginx did not start: {log.read_text('utf-8') if log.exists() else ''}")


def ask(port: int, path: str = "/", **headers: str) -> HTTPResponse:
    """The answer to a request; `_` in a header's name stands for `-`."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def policies(answer: HTTPResponse) -> list[str]:
    """All policies of an answer."""
    return answer.headers.get_all("Content-Security-Policy") or []


@pytest.mark.parametrize(
    ("cookies", "allowed"),
    [
        ("", ()),
        (stored("000"), ()),
        (stored("010"), ("maling",)),
        (stored("001"), ("annonse",)),
        (stored("011"), ("maling", "annonse")),
        (stored("111"), ("maling", "annonse")),
        (stored("01"), ()),
        (stored("0110"), ()),
        (stored("011", material="f" * 16), ()),
        (stored("011") + "x", ()),
        (stored("011").replace("kvitt=", "kvitt=0"), ()),
        (stored("011").replace("kvitt=", "xkvitt="), ()),
        (stored("011").replace(".00.", ".0."), ()),
        (f"kvitt=x; {stored('011')}", ()),
        (f"{stored('010')}; kvitt={stored('011').partition('kvitt=')[2]}", ("maling",)),
    ],
)
def test_the_policy_is_that_of_the_choice(
    port: int, cookies: str, allowed: tuple[str, ...]
) -> None:
    assert policies(ask(port, Cookie=cookies)) == [policy(*allowed)]


def test_a_page_is_never_checked_against_an_older_one(port: int) -> None:
    answer = ask(port)
    assert (answer.headers["ETag"], answer.headers["Last-Modified"]) == (None, None)
    assert answer.headers["Cache-Control"] == "private"
    assert answer.headers["Vary"] == "Cookie, Sec-Fetch-Dest"
    picture = ask(port, "/pixel.gif")
    assert None not in (picture.headers["ETag"], picture.headers["Last-Modified"])
    again = ask(port, "/pixel.gif", If_None_Match=picture.headers["ETag"])
    assert again.status == 304


@pytest.mark.parametrize(
    ("path", "destination", "wanted"),
    [
        ("/app.js", "script", [policy()]),
        ("/app.js", "worker", [policy("maling")]),
        ("/app.js", "serviceworker", [policy("maling")]),
        ("/drawing.svg", "image", [policy()]),
        ("/drawing.svg", "iframe", [policy("maling")]),
        ("/pixel.gif", "image", []),
        ("/nowhere", "document", [policy("maling")]),
    ],
)
def test_what_runs_has_a_policy(port: int, path: str, destination: str, wanted: list[str]) -> None:
    answer = ask(port, path, Cookie=stored("010"), Sec_Fetch_Dest=destination)
    assert policies(answer) == wanted


def test_a_large_table_is_read(tmp_path: Path) -> None:
    rules = [
        Rule(f"s{n}", 0, tuple(f"host-{n}-{m}.example.com" for m in range(30)), ())
        for n in range(120)
    ]
    large: EdgeTable = replace(TABLE, rules=tuple(rules))
    (tmp_path / "kvitt.conf").write_text(configuration(large), "utf-8")
    (tmp_path / "nginx.conf").write_text(CONF.format(folder=tmp_path, port=_free_port()), "utf-8")
    command = [_nginx(), "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    done = subprocess.run(
        [*command, "-e", str(tmp_path / "error.log")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
