# SPDX-License-Identifier: Apache-2.0
"""The audit room with a few records in it."""

import pytest
from flask import Flask

from cmp.sites.models import Notice
from cmp.web.frame.platform import EXTENSION
from tests.records import KINDS, store
from tests.web.conftest import AuthActions


@pytest.fixture
def auditor(auth: AuthActions) -> AuthActions:
    """`client` logged in as auditor."""
    auth.login("auditor")
    return auth


@pytest.fixture
def kept(app: Flask, notice: Notice) -> list[str]:
    """One record of each kind; their ids, oldest first."""
    recorder = app.extensions[EXTENSION].recorder
    ids = store(recorder, notice, list(KINDS))
    recorder.checkpoints.publish_grown()
    return ids
