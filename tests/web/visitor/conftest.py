# SPDX-License-Identifier: Apache-2.0
"""The visitors' door over a published shop, on both databases."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from cmp.app import create_app
from cmp.settings import Settings
from cmp.sites.models import Notice
from cmp.web.frame.database import db
from cmp.web.frame.platform import EXTENSION
from tests.factories import make_site


@pytest.fixture
def notice(engine: Engine, settings: Settings) -> Notice:
    return make_site(engine, settings)


@pytest.fixture
def app(notice: Notice, settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.testing = True
    yield app
    app.extensions[EXTENSION].recorder.stop()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
