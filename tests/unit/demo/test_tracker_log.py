# SPDX-License-Identifier: Apache-2.0
from datetime import UTC, datetime

from cmp.demo.tracker_log import Sighting, TrackerLog

AT = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


def sighting(path: str, **cookies: str) -> Sighting:
    return Sighting(AT, "GET", path, "a=b", cookies, "http://shop.localhost:8701")


def test_the_oldest_leave_when_the_log_is_full_but_stay_counted() -> None:
    log = TrackerLog(capacity=2)
    for path in ("/1", "/2", "/3"):
        log.add(sighting(path))
    assert [one.path for one in log.sightings()] == ["/2", "/3"]
    assert log.heard == 3


def test_the_newest_value_of_each_cookie_is_known() -> None:
    log = TrackerLog()
    log.add(sighting("/", da_id="old"))
    log.add(sighting("/", da_id="new", other="x"))
    assert log.cookies() == {"da_id": "new", "other": "x"}


def test_clearing_forgets_entries_and_count() -> None:
    log = TrackerLog()
    log.add(sighting("/", da_id="1"))
    log.clear()
    assert (log.sightings(), log.heard, dict(log.cookies())) == ((), 0, {})


def test_the_json_of_a_sighting_says_when_in_utc() -> None:
    assert sighting("/px.gif", da_id="1").as_json() == {
        "at": "2026-03-01T12:00:00.000Z",
        "method": "GET",
        "path": "/px.gif",
        "query": "a=b",
        "cookies": {"da_id": "1"},
        "referrer": "http://shop.localhost:8701",
    }
