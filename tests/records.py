# SPDX-License-Identifier: Apache-2.0
"""Records of the small shop, stored through the recorder that the visitors' door uses."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from cmp.consent.record import Caller
from cmp.consent.recorder import Recorder
from cmp.contract.decision import decode
from cmp.sites.models import Notice
from tests.factories import ORIGIN, SITE, decision

__all__ = ["AGENT", "KINDS", "store"]

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"
SUBJECT = "q0mZ2o1QWmC4kq1mJc3b9A"
# What one visitor, always the same, may answer one after another.
KINDS: Mapping[str, Mapping[str, Any]] = {
    "refused": {},
    "given": {
        "method": "accept_all",
        "categories": {"analytics": "granted", "marketing": "granted"},
        "services": {"maling": "granted", "annonse": "granted"},
    },
    "partial": {
        "method": "save_custom",
        "layer": 2,
        "categories": {"analytics": "granted", "marketing": "denied"},
        "services": {"maling": "granted", "annonse": "denied"},
        "signals": {"gpc": True},
    },
    "withdrawn": {"method": "withdraw_all", "layer": "panel"},
}


def store(
    recorder: Recorder, notice: Notice, kinds: Sequence[str], *, site: str = SITE
) -> list[str]:
    """Store one record of each of `kinds` in order and return their ids."""
    bodies = [decision(notice, subject=SUBJECT, **KINDS[kind]) for kind in kinds]
    decisions = [decode(msgspec.json.encode(body)) for body in bodies]
    stored = recorder.record_many(site, decisions, Caller(origin=ORIGIN, agent=AGENT))
    return [each.record_id for each in stored]
