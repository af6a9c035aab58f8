# SPDX-License-Identifier: Apache-2.0
"""Forms answer to their own pages only: no token, and so no cookie before it is needed."""

from flask import Flask, Request, abort, request

__all__ = ["comes_from_own_page", "refuse_foreign_forms"]

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def comes_from_own_page(asked: Request) -> bool:
    """Return whether a browser says that `asked` was sent by a page of this very origin.

    `Sec-Fetch-Site` (Fetch Metadata, W3C) is believed first, then `Origin` (RFC 6454 section 7).
    A page cannot set either. A request with neither is not from a browser's form: refused.
    """
    site = asked.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return asked.headers.get("Origin") == asked.host_url.rstrip("/")


def refuse_foreign_forms(app: Flask) -> None:
    """Make `app` answer 403 to every writing request that another origin sent."""

    @app.before_request
    def check() -> None:
        if request.method not in SAFE and not comes_from_own_page(request):
            abort(403)
