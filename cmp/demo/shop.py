# SPDX-License-Identifier: Apache-2.0
"""The demo shop: joins its pages, its words and the tags of the third parties."""

import secrets
from collections.abc import Callable, Mapping

from flask import Blueprint, Flask, Response, session

from cmp.demo import shop_pages
from cmp.demo.same_origin import refuse_foreign_forms
from cmp.demo.shop_words import Words
from cmp.demo.texts import DEFAULT_LANGUAGE, LANGUAGES
from cmp.demo.tracker_log import TrackerLog
from cmp.paths import PACKAGE

__all__ = ["ROUTES", "SESSION_COOKIE", "Snippet", "create_shop"]

SESSION_COOKIE = "shop_session"

# The HTML that the platform prints for a page's head, or what to call for the newest one.
Snippet = str | Callable[[], str]

ROUTES = (
    # address, name, function, methods
    ("/", "front", shop_pages.front, ("GET",)),
    ("/hylle/<shelf>", "shelf", shop_pages.shelf, ("GET",)),
    ("/vare/<slug>", "ware", shop_pages.ware, ("GET",)),
    ("/kurv", "cart", shop_pages.show_cart, ("GET",)),
    ("/kurv", "change_cart", shop_pages.change_cart, ("POST",)),
    ("/kasse", "checkout", shop_pages.checkout, ("GET",)),
    ("/kasse", "buy", shop_pages.buy, ("POST",)),
    ("/kvittering/<number>", "receipt", shop_pages.receipt, ("GET",)),
    ("/om", "about", shop_pages.about, ("GET",)),
    ("/personvern", "privacy", shop_pages.privacy, ("GET",)),
    ("/sett", "seen", shop_pages.seen, ("GET",)),
    ("/sett", "clear_seen", shop_pages.clear_seen, ("POST",)),
)


def create_shop(
    *,
    snippet: Snippet,
    platform: str,
    trackers: Mapping[str, str],
    site: str,
    logs: Mapping[str, TrackerLog] | None = None,
) -> Flask:
    """Return the shop.

    `snippet` is the HTML that goes first into every head (or a function that returns it, asked for
    each page; empty: no consent platform at all). `platform` is the platform's base URL, `trackers`
    the base URL of each kind in `cmp.demo.addresses.TRACKER_KINDS`, `site` the shop's key at the
    platform, `logs` the trackers' logs by kind, which `/sett` shows. Nobody's name is kept: the
    cart and the last order live in the signed cookie `shop_session`, which is set when something
    is put in the cart.
    """
    folder = PACKAGE / "demo"
    app = Flask(
        "cmp.demo.shop",
        template_folder=str(folder / "templates"),
        static_folder=str(folder / "static" / "shop"),
        static_url_path="/static",
    )
    app.config.update(
        SECRET_KEY=secrets.token_hex(32),
        SESSION_COOKIE_NAME=SESSION_COOKIE,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
    )
    app.extensions["demo_logs"] = dict(logs or {})
    refuse_foreign_forms(app)
    _add_pages(app)
    _add_words(app, snippet, platform, trackers, site)
    return app


def _add_pages(app: Flask) -> None:
    for lang in LANGUAGES:
        prefix = "" if lang == DEFAULT_LANGUAGE else f"/{lang}"
        pages = Blueprint(lang, __name__, url_prefix=prefix)
        for address, name, view, methods in ROUTES:
            pages.add_url_rule(address, name, view, methods=list(methods))
        app.register_blueprint(pages)
    app.add_url_rule("/sett.json", "seen_json", shop_pages.seen_json)
    app.register_error_handler(403, shop_pages.refused)
    app.register_error_handler(404, shop_pages.not_found)

    @app.after_request
    def fresh(response: Response) -> Response:
        # Pages show the cart and, through the snippet, the newest notice: ask again each time.
        if response.mimetype == "text/html":
            response.headers["Cache-Control"] = "no-cache"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def _add_words(
    app: Flask, snippet: Snippet, platform: str, trackers: Mapping[str, str], site: str
) -> None:
    @app.context_processor
    def words() -> dict[str, object]:
        return {
            "cart_count": sum(session.get("cart", {}).values()),
            "page": Words.of_request(),
            "platform": platform,
            "site": site,
            "snippet": snippet() if callable(snippet) else snippet,
            "trackers": trackers,
        }
