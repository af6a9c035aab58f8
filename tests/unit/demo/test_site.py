# SPDX-License-Identifier: Apache-2.0
from urllib.parse import urlsplit

from cmp.demo.addresses import addresses
from cmp.demo.kinds import ads, affiliate, analytics, chat, payment, suggestions, video
from cmp.demo.site import SITE_KEY, demo_site
from cmp.demo.texts import LANGUAGES

PORT = 9100


def test_every_third_party_of_the_demo_is_declared_with_host_and_port() -> None:
    declared = {host for service, _ in demo_site(PORT).services for host in service.hosts}
    at = addresses(PORT)
    assert declared == {
        urlsplit(url).netloc for url in (at.platform, at.shop, *at.trackers.values())
    }


def test_every_cookie_that_a_third_party_sets_is_declared_with_its_lifetime() -> None:
    declared = {item.name: item.lifetime for _, items in demo_site().services for item in items}
    for kind in (ads, affiliate, analytics, chat, payment, suggestions, video):
        assert declared[kind.COOKIE] == kind.LIFETIME


def test_what_is_necessary_says_why_in_every_language_and_the_rest_asks() -> None:
    necessary = set()
    for service, items in demo_site().services:
        assert (service.legal_basis == "exempt") is (service.category == "necessary")
        assert bool(service.necessity) is (service.category == "necessary")
        assert set(service.description) == set(LANGUAGES)
        assert {item.category for item in items} == {service.category}
        assert all(set(item.purpose) == set(LANGUAGES) for item in items)
        if service.necessity:
            assert set(service.necessity) == set(LANGUAGES)
            necessary.add(service.service_id)
    assert necessary == {"demobutikken", "kvitt", "demo-betaling"}


def test_no_pixel_is_exempt() -> None:
    pixels = {
        i.name: i.category
        for _, items in demo_site().services
        for i in items
        if i.technology == "pixel"
    }
    assert pixels == {"px.gif": "marketing", "conv": "marketing"}


def test_first_party_items_lie_on_the_shops_own_domain() -> None:
    for service, items in demo_site().services:
        for item in items:
            home = urlsplit(f"//{service.hosts[0]}").hostname
            assert item.domain == ("shop.localhost" if item.party == "first" else home)


def test_the_controller_is_openly_invented_and_the_policy_has_an_address_in_each_language() -> None:
    facts = demo_site(PORT).facts
    (controller,) = facts.identity["controllers"]
    assert (facts.key, facts.origins) == (SITE_KEY, ("http://shop.localhost:9101",))
    assert controller["org_number"] == ""
    assert controller["email"].endswith(".example")
    assert facts.identity["policy"]["url"] == {
        "nb": "http://shop.localhost:9101/personvern",
        "nn": "http://shop.localhost:9101/nn/personvern",
        "en": "http://shop.localhost:9101/en/personvern",
    }
