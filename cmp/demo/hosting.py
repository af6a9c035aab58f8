# SPDX-License-Identifier: Apache-2.0
"""Runs several small applications in this process, one thread and one port for each."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Thread

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from cmp.errors import EnvironmentFault

__all__ = ["Running", "serve"]

LOOPBACK = "127.0.0.1"
# How soon a server notices that it is to stop.
POLL_S = 0.05


class _Quiet(WSGIRequestHandler):
    """Says nothing about requests: the demo prints addresses, not traffic."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Keep quiet."""

    def log_error(self, format: str, *args: object) -> None:
        """Keep quiet about browsers that hang up in the middle."""


@dataclass(frozen=True, slots=True)
class Running:
    """Applications that answer until `stop`; `ports` says where each name listens."""

    ports: Mapping[str, int]
    servers: tuple[BaseWSGIServer, ...]
    threads: tuple[Thread, ...]

    def stop(self) -> None:
        """End every server and wait until its thread is gone and its port is free."""
        for server, thread in zip(self.servers, self.threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()


def _open(name: str, app: Flask, port: int) -> BaseWSGIServer:
    # Bound here, not by werkzeug, which ends the whole program when a port is taken.
    try:
        bound = socket.create_server((LOOPBACK, port))
    except OSError as fault:
        raise EnvironmentFault(
            f"Port {port} for {name} cannot be opened.",
            now="Stop what uses it, or move the whole demo with `--port`.",
        ) from fault
    with bound:
        return make_server(
            LOOPBACK, port, app, threaded=True, request_handler=_Quiet, fd=bound.fileno()
        )


def serve(apps: Mapping[str, tuple[Flask, int]]) -> Running:
    """Start every application of {name: (app, port)} on loopback and return when all listen.

    Port 0 takes any free one. Raises EnvironmentFault if a port is taken; nothing runs then.
    """
    opened: dict[str, BaseWSGIServer] = {}
    try:
        for name, (app, port) in apps.items():
            opened[name] = _open(name, app, port)
    except EnvironmentFault:
        for server in opened.values():
            server.server_close()
        raise
    threads = tuple(
        Thread(target=server.serve_forever, args=(POLL_S,), name=f"demo-{name}", daemon=True)
        for name, server in opened.items()
    )
    for thread in threads:
        thread.start()
    ports = {name: server.port for name, server in opened.items()}
    return Running(ports, tuple(opened.values()), threads)
