# SPDX-License-Identifier: Apache-2.0
"""What the trackers saw, gathered for one page that people and programs can read."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus, urlsplit

from cmp.demo.tracker_log import Sighting, TrackerLog

__all__ = ["NEWEST", "forget", "what_was_seen"]

NEWEST = 12


def _readable(sighting: Sighting) -> dict[str, Any]:
    """For people: the query without percent signs, the page's host without its port."""
    page = urlsplit(sighting.referrer).hostname or ""
    return sighting.as_json() | {"readable": unquote_plus(sighting.query), "page": page}


def _of_one(log: TrackerLog) -> dict[str, Any]:
    newest_first = log.sightings()[::-1]
    return {
        "heard": log.heard,
        "cookies": dict(log.cookies()),
        "newest": [_readable(sighting) for sighting in newest_first[:NEWEST]],
    }


def what_was_seen(logs: Mapping[str, TrackerLog]) -> dict[str, Any]:
    """Return {"heard", "trackers": {kind: {"heard", "cookies": {name: value}, "newest": […]}}}.

    `newest` holds at most NEWEST sightings in the shape of `Sighting.as_json` with
    `readable` (the query for people) and `page` (the calling page's host), newest first.
    """
    trackers = {kind: _of_one(log) for kind, log in logs.items()}
    return {"heard": sum(of["heard"] for of in trackers.values()), "trackers": trackers}


def forget(logs: Mapping[str, TrackerLog]) -> None:
    """Clear every log."""
    for log in logs.values():
        log.clear()
