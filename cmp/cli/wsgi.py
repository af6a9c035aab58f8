# SPDX-License-Identifier: Apache-2.0
"""The production WSGI server. docs/adr/0001-wsgi-server.md has the figures behind the choice."""

from typing import Any

from gunicorn.app.base import BaseApplication

from cmp.app import create_app
from cmp.settings import Settings
from cmp.web.frame.platform import EXTENSION

__all__ = ["serve"]

KEEP_ALIVE_S = 60
GRACE_S = 20


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """Gunicorn with threads; each worker makes the application after it was forked."""

    def __init__(self, given: Settings, address: str) -> None:
        self._given, self._address = given, address
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": self._address,
            "workers": self._given.workers,
            "threads": self._given.threads,
            "worker_class": "gthread",
            "reuse_port": True,
            "keepalive": KEEP_ALIVE_S,
            "graceful_timeout": GRACE_S,
            "timeout": 60,
            "accesslog": None,
            "loglevel": "warning",
            "limit_request_line": 8190,
            "worker_exit": _stop_writing,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return create_app(self._given)


def _stop_writing(_server: object, worker: Any) -> None:
    """What was acknowledged is on disk already; this only signs what is not signed yet."""
    app = worker.app.callable
    if app is not None:
        app.extensions[EXTENSION].recorder.stop()


def serve(given: Settings, host: str, port: int) -> None:
    """Serve until SIGTERM."""
    _Server(given, f"{host}:{port}").run()
