# SPDX-License-Identifier: Apache-2.0
import re
from collections.abc import Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cmp.demo.addresses import Addresses
from cmp.demo.goods import GOODS
from cmp.demo.shop import SESSION_COOKIE, create_shop
from cmp.demo.tracker_log import TrackerLog
from cmp.demo.trackers import create_tracker

SNIPPET = '<script src="http://localhost:8700/k/demobutikken.js"></script>'
PAGES = [
    "/",
    "/hylle/spiskammer",
    "/hylle/verksted",
    *(f"/vare/{slug}" for slug in GOODS),
    "/kurv",
    "/om",
    "/personvern",
    "/sett",
]


def fill(client: FlaskClient, slug: str = "ullvotter", count: int = 1) -> None:
    assert client.post("/kurv", data={"slug": slug, "add": str(count)}).status_code == 303


@pytest.mark.parametrize("prefix", ["", "/nn", "/en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_in_its_language_with_the_snippet_first(
    client: FlaskClient, prefix: str, path: str
) -> None:
    answer = client.get(prefix + path)
    assert answer.status_code == 200
    assert f'<html lang="{prefix[1:] or "nb"}">' in answer.text
    assert re.search(r"<head>\s*" + re.escape(SNIPPET), answer.text)
    assert 'data-kvitt="open"' in answer.text
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", PAGES)
def test_looking_around_stores_nothing(client: FlaskClient, path: str) -> None:
    assert "Set-Cookie" not in client.get(path).headers


def test_the_snippet_is_asked_for_anew_by_every_page(at: Addresses) -> None:
    newest = ["<!-- one -->"]
    shop = create_shop(
        snippet=lambda: newest[-1], platform=at.platform, trackers=at.trackers, site="s"
    )
    client = shop.test_client()
    assert "<!-- one -->" in client.get("/").text
    newest.append("<!-- two -->")
    assert "<!-- two -->" in client.get("/").text


def test_the_language_switch_keeps_the_page(client: FlaskClient) -> None:
    text = client.get("/nn/vare/brunost").text
    for address, lang in (("/vare/brunost", "nb"), ("/en/vare/brunost", "en")):
        assert f'<a href="{address}" lang="{lang}" hreflang="{lang}">' in text


@pytest.mark.parametrize("path", ["/nei", "/vare/gull", "/hylle/loft", "/kvittering/D-1", "/en/x"])
def test_what_does_not_exist_is_told_kindly(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "<h1>" in answer.text


def test_the_buying_path_needs_no_script(client: FlaskClient) -> None:
    fill(client, "ullvotter", 2)
    form = {"name": "A", "postcode": "0181", "payment": "pickup"}
    placed = client.post("/kasse", data=form)
    assert placed.status_code == 303
    receipt = client.get(placed.headers["Location"])
    assert "840 kr" in receipt.text
    assert "Kurven er tom." in client.get("/kurv").text


def test_the_first_filled_cart_sets_the_one_cookie(client: FlaskClient) -> None:
    answer = client.post("/kurv", data={"slug": "brunost", "add": "1"})
    header = answer.headers["Set-Cookie"]
    assert header.startswith(f"{SESSION_COOKIE}=")
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Max-Age" not in header
    assert "Expires" not in header


def test_the_affiliate_tag_holds_three_fields_and_nothing_about_the_buyer(
    client: FlaskClient,
) -> None:
    fill(client, "brunost")
    form = {"name": "Hemmelig", "address": "Gata 1", "postcode": "0181", "payment": "pickup"}
    text = client.get(client.post("/kasse", data=form).headers["Location"]).text
    (tag,) = re.findall(r"<script[^>]*affiliate\.localhost[^>]*>", text)
    assert re.findall(r"data-(\w+)=", tag) == ["order", "sum", "code"]
    assert 'data-sum="115"' in tag
    assert "Hemmelig" not in text
    assert "Gata" not in text


def test_an_order_of_somebody_else_is_not_shown(client: FlaskClient, shop: Flask) -> None:
    fill(client)
    form = {"name": "A", "postcode": "0181", "payment": "pickup"}
    address = client.post("/kasse", data=form).headers["Location"]
    assert shop.test_client().get(address).status_code == 404
    other = f"{address[:-1]}{(int(address[-1]) + 1) % 10}"
    assert client.get(other).status_code == 404
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        ({"postcode": "0181", "payment": "pickup"}, "name"),
        ({"name": " ", "postcode": "0181", "payment": "pickup"}, "name"),
        ({"name": "A", "postcode": "181", "payment": "pickup"}, "postcode"),
        ({"name": "A", "postcode": "٠١٨١", "payment": "pickup"}, "postcode"),
        ({"name": "A", "postcode": "0181"}, "payment"),
        ({"name": "A", "postcode": "0181", "payment": "card", "token": ""}, "card"),
        ({"name": "A", "postcode": "0181", "payment": "card", "token": "tok_demo_x"}, "card"),
    ],
)
def test_a_form_with_a_fault_is_shown_again_with_what_was_written(
    client: FlaskClient, form: Mapping[str, str], fault: str
) -> None:
    fill(client)
    answer = client.post("/kasse", data=form)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert f'href="#{ {"payment": "pickup"}.get(fault, fault) }"' in answer.text
    assert f'value="{form.get("postcode", "")}"' in answer.text
    assert client.get("/kasse").status_code == 200


def test_markup_in_a_field_comes_back_as_text(client: FlaskClient) -> None:
    fill(client)
    answer = client.post("/kasse", data={"name": '"><script>x</script>', "postcode": "1"})
    assert "<script>x" not in answer.text


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"slug": "gull", "add": "1"},
        {"slug": "brunost"},
        {"slug": "brunost", "add": "-1"},
        {"slug": "brunost", "add": "1e3"},
        {"slug": "brunost", "add": "9999"},
    ],
)
def test_a_cart_form_that_makes_no_sense_changes_nothing(
    client: FlaskClient, form: Mapping[str, str]
) -> None:
    answer = client.post("/kurv", data=form)
    assert answer.status_code == 404
    assert "Set-Cookie" not in answer.headers


def test_an_empty_cart_is_sent_back_from_the_checkout(client: FlaskClient) -> None:
    assert client.get("/en/kasse").headers["Location"] == "/en/kurv"
    assert client.post("/kasse", data={}).headers["Location"] == "/kurv"


@pytest.mark.parametrize("path", ["/kurv", "/kasse", "/sett", "/nn/kurv"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
    ],
)
def test_a_form_from_another_origin_is_refused(
    shop: Flask, path: str, headers: Mapping[str, str]
) -> None:
    answer = shop.test_client().post(
        path, data={"slug": "brunost", "add": "1"}, headers=dict(headers)
    )
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


def test_a_browser_without_fetch_metadata_is_known_by_its_origin(shop: Flask) -> None:
    answer = shop.test_client().post(
        "/kurv",
        data={"slug": "brunost", "add": "1"},
        headers={"Origin": "http://localhost"},
    )
    assert answer.status_code == 303


def test_the_payment_script_is_at_the_checkout_only(client: FlaskClient) -> None:
    fill(client)
    calling = [path for path in [*PAGES, "/kasse"] if "payment.localhost" in _head(client, path)]
    assert calling == ["/kasse"]


def _head(client: FlaskClient, path: str) -> str:
    """The page without the overview of trackers, which names them all but calls none."""
    text = client.get(path).text
    return "" if path == "/sett" else text


def test_the_overview_calls_no_third_party(client: FlaskClient, at: Addresses) -> None:
    text = client.get("/sett").text
    for address in at.trackers.values():
        assert not re.search(rf'(src|action)="{re.escape(address)}', text)
    assert re.findall(r"<link[^>]+href=\"http[^>]*>", text) == []


def test_without_a_platform_the_privacy_page_says_so(at: Addresses) -> None:
    shop = create_shop(snippet="", platform=at.platform, trackers=at.trackers, site="s")
    text = shop.test_client().get("/personvern").text
    assert "uten samtykkeplattform" in text
    assert 'data-kvitt="cookies"' in text


def test_the_overview_can_be_cleared(client: FlaskClient, logs: Mapping[str, TrackerLog]) -> None:
    create_tracker("ads", base="http://ads.localhost", log=logs["ads"]).test_client().get("/px.gif")
    assert client.get("/sett.json").get_json()["trackers"]["ads"]["heard"] == 1
    assert client.post("/sett").headers["Location"] == "/sett"
    assert client.get("/sett.json").get_json()["heard"] == 0
