# SPDX-License-Identifier: Apache-2.0
"""A shop and its third parties without any network."""

from collections.abc import Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cmp.demo.addresses import TRACKER_KINDS, Addresses, addresses
from cmp.demo.shop import create_shop
from cmp.demo.tracker_log import TrackerLog

SNIPPET = '<script src="http://localhost:8700/k/demobutikken.js"></script>'


@pytest.fixture
def at() -> Addresses:
    """The addresses of the default demo."""
    return addresses()


@pytest.fixture
def logs() -> Mapping[str, TrackerLog]:
    """An empty log for each third party."""
    return {kind: TrackerLog() for kind in TRACKER_KINDS}


@pytest.fixture
def shop(at: Addresses, logs: Mapping[str, TrackerLog]) -> Flask:
    """The shop with a snippet in its pages."""
    return create_shop(
        snippet=SNIPPET, platform=at.platform, trackers=at.trackers, site="demobutikken", logs=logs
    )


@pytest.fixture
def client(shop: Flask) -> FlaskClient:
    """A visitor whose browser says where its requests come from."""
    client = shop.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return client
