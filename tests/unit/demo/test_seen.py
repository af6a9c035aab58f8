# SPDX-License-Identifier: Apache-2.0
from datetime import UTC, datetime

from cmp.demo.seen import NEWEST, forget, what_was_seen
from cmp.demo.tracker_log import Sighting, TrackerLog

AT = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


def logs() -> dict[str, TrackerLog]:
    ads = TrackerLog()
    for number in range(NEWEST + 3):
        query = f"n={number}&page=%2Fvare%2Fbrunost"
        ads.add(Sighting(AT, "GET", "/px.gif", query, {"da_id": "7"}, "http://shop.localhost:8701"))
    return {"ads": ads, "video": TrackerLog()}


def test_the_newest_come_first_and_all_are_counted() -> None:
    seen = what_was_seen(logs())
    ads = seen["trackers"]["ads"]
    assert seen["heard"] == ads["heard"] == NEWEST + 3
    assert len(ads["newest"]) == NEWEST
    assert ads["newest"][0]["query"].startswith(f"n={NEWEST + 2}&")
    assert ads["cookies"] == {"da_id": "7"}
    assert seen["trackers"]["video"] == {"heard": 0, "cookies": {}, "newest": []}


def test_people_get_a_readable_query_and_the_host_of_the_page() -> None:
    newest = what_was_seen(logs())["trackers"]["ads"]["newest"][0]
    assert newest["readable"] == f"n={NEWEST + 2}&page=/vare/brunost"
    assert newest["page"] == "shop.localhost"


def test_forgetting_clears_every_log() -> None:
    kept = logs()
    forget(kept)
    assert what_was_seen(kept)["heard"] == 0
