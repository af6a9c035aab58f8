# SPDX-License-Identifier: Apache-2.0
import pytest
from flask.testing import FlaskClient

from cmp.demo.addresses import TRACKER_KINDS, addresses
from cmp.demo.kinds.suggestions import for_you
from cmp.demo.tracker_log import TrackerLog
from cmp.demo.trackers import KINDS, create_tracker

ORIGIN = "http://shop.localhost:8701"

SETS = [
    ("analytics", "/dm.js", "dm_id", True),
    ("analytics", "/collect", "dm_id", True),
    ("ads", "/px.js", "da_id", True),
    ("ads", "/px.gif", "da_id", True),
    ("video", "/embed/strikking", "dv_player", True),
    ("affiliate", "/conv?order=D-1&sum=10&code=X", "df_ref", True),
    ("payment", "/fields", "db_session", False),
    ("suggestions", "/forslag.js", "ds_id", True),
    ("chat", "/hei?lang=nn", "dp_thread", True),
]


def tracker(kind: str) -> tuple[FlaskClient, TrackerLog]:
    log = TrackerLog()
    app = create_tracker(kind, base=addresses().trackers[kind], log=log)
    return app.test_client(), log


def test_there_is_a_server_for_every_address() -> None:
    assert set(KINDS) == set(TRACKER_KINDS)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        create_tracker("weather", base="http://weather.localhost", log=TrackerLog())


@pytest.mark.parametrize(("kind", "path", "cookie", "lasting"), SETS)
def test_the_cookie_is_one_that_browsers_send_from_other_sites(
    kind: str, path: str, cookie: str, lasting: bool
) -> None:
    client, _ = tracker(kind)
    header = client.get(path).headers["Set-Cookie"]
    assert header.startswith(f"{cookie}=")
    assert {"Secure", "SameSite=None", "Path=/"} <= {part.strip() for part in header.split(";")}
    assert ("Max-Age" in header) is lasting


@pytest.mark.parametrize("path", ["/css", "/s/bricolage-grotesque.woff2"])
def test_the_font_server_sets_no_cookie(path: str) -> None:
    client, log = tracker("fonts")
    answer = client.get(path, headers={"Origin": ORIGIN})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Access-Control-Allow-Origin"] in ("*", ORIGIN)
    assert log.heard == 1


def test_a_browser_that_has_a_number_keeps_it() -> None:
    client, _ = tracker("ads")
    client.set_cookie("da_id", "mine", domain="localhost")
    assert "da_id=mine" in client.get("/px.gif").headers["Set-Cookie"]


def test_a_request_is_noted_with_cookies_and_the_origin_of_the_page_only() -> None:
    client, log = tracker("ads")
    client.set_cookie("da_id", "mine", domain="localhost")
    client.get("/px.gif?e=image", headers={"Referer": f"{ORIGIN}/vare/brunost?secret=1"})
    (heard,) = log.sightings()
    assert (heard.method, heard.path, heard.query) == ("GET", "/px.gif", "e=image")
    assert heard.cookies == {"da_id": "mine"}
    assert heard.referrer == ORIGIN


def test_looking_at_the_log_is_not_noted_and_any_origin_may_read_it() -> None:
    client, log = tracker("video")
    client.get("/embed/strikking")
    for path in ("/", "/log.json", "/file/home.css"):
        assert client.get(path, buffered=True).status_code == 200
    answer = client.get("/log.json", headers={"Origin": "http://anything.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert [one["path"] for one in answer.get_json()] == ["/embed/strikking"]
    assert log.heard == 1


def test_the_page_of_a_tracker_shows_hostile_requests_as_text() -> None:
    client, _ = tracker("ads")
    client.get("/px.gif?<script>alert(1)</script>")
    assert "<script>alert" not in client.get("/").text


@pytest.mark.parametrize(
    "query",
    ["", "order=1&sum=2", "order=1&sum=2&code=3&email=a@b.example", "order=1&sum=2&code=3&name=x"],
)
def test_the_affiliate_takes_three_fields_and_no_others(query: str) -> None:
    client, _ = tracker("affiliate")
    assert client.get(f"/conv?{query}").status_code == 400


def test_the_payment_token_is_new_each_time() -> None:
    client, _ = tracker("payment")
    first, second = (client.post("/tokens").get_json()["token"] for _ in range(2))
    assert first != second
    assert first.startswith("tok_demo_")


def test_credentials_are_allowed_to_the_asking_origin() -> None:
    client, _ = tracker("suggestions")
    answer = client.get("/for-deg?seen=brunost&here=eplemost", headers={"Origin": ORIGIN})
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"


def test_suggestions_begin_with_what_was_seen_last() -> None:
    chosen = for_you(["brunost", "ullvotter", "gull", "eplemost"], here="eplemost")
    assert chosen[:2] == ["ullvotter", "brunost"]
    assert len(chosen) == 4
    assert "eplemost" not in chosen


def test_a_film_that_does_not_exist_is_not_found() -> None:
    client, _ = tracker("video")
    assert client.get("/embed/annet").status_code == 404
