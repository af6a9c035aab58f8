# SPDX-License-Identifier: Apache-2.0
"""The factory: the only place where the rooms are joined."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from cmp import clock
from cmp.consent.recorder import Recorder
from cmp.ledger.keys import KeyStore
from cmp.paths import STATIC
from cmp.settings import Settings
from cmp.web.auditor.routes import door as auditor
from cmp.web.frame.database import attach_database, db
from cmp.web.frame.frame import attach_frame
from cmp.web.frame.platform import Platform, attach_platform
from cmp.web.marketing.routes import door as marketing
from cmp.web.ops.routes import door as ops
from cmp.web.visitor.routes import door as visitor

__all__ = ["create_app"]


def create_app(settings: Settings) -> Flask:
    """Return the application for `settings`. The database must have been migrated.

    Threads start with the first decision and not here, so a server may fork after this.
    """
    app = Flask("cmp", static_folder=str(STATIC / "pages"), static_url_path="/static")
    keys = KeyStore(settings.key_dir)
    app.secret_key = settings.secret or keys.secret
    attach_database(app, settings.database_url, pool_size=settings.threads)
    with app.app_context():
        recorder = Recorder(db.engine, keys, settings.public_url, clock.now)
    attach_platform(app, Platform(settings, keys, recorder))
    attach_frame(app, settings)
    for door in (visitor, marketing, auditor, ops):
        app.register_blueprint(door)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # Flask's documented way
    return app
