# SPDX-License-Identifier: Apache-2.0
import http.client
import socket

import pytest
from flask import Flask

from cmp.demo.hosting import LOOPBACK, serve
from cmp.errors import EnvironmentFault


def saying(text: str) -> Flask:
    app = Flask(text)
    app.add_url_rule("/", "say", lambda: text)
    return app


def ask(port: int) -> str:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=10)
    try:
        connection.request("GET", "/")
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def test_each_application_answers_on_its_own_port_until_stopped() -> None:
    running = serve({"a": (saying("a"), 0), "b": (saying("b"), 0)})
    try:
        assert [ask(running.ports[name]) for name in ("a", "b")] == ["a", "b"]
    finally:
        running.stop()
    for port in running.ports.values():
        with pytest.raises(ConnectionRefusedError):
            ask(port)


def test_a_port_is_free_again_after_stopping() -> None:
    first = serve({"a": (saying("a"), 0)})
    first.stop()
    second = serve({"a": (saying("again"), first.ports["a"])})
    try:
        assert ask(first.ports["a"]) == "again"
    finally:
        second.stop()


def test_a_taken_port_is_named_and_nothing_is_left_running() -> None:
    with socket.create_server((LOOPBACK, 0)) as taken, socket.create_server((LOOPBACK, 0)) as probe:
        port, free = taken.getsockname()[1], probe.getsockname()[1]
        probe.close()
        with pytest.raises(EnvironmentFault, match=f"Port {port} for b"):
            serve({"a": (saying("a"), free), "b": (saying("b"), port)})
        with pytest.raises(ConnectionRefusedError):
            ask(free)


def test_requests_are_not_printed(capfd: pytest.CaptureFixture[str]) -> None:
    running = serve({"a": (saying("a"), 0)})
    try:
        ask(running.ports["a"])
    finally:
        running.stop()
    assert capfd.readouterr() == ("", "")
