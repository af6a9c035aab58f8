# SPDX-License-Identifier: Apache-2.0
from cmp.demo.addresses import TRACKER_KINDS, addresses


def test_the_ports_follow_one_another_from_the_platform() -> None:
    at = addresses(9100)
    assert (at.platform, at.shop) == ("http://localhost:9100", "http://shop.localhost:9101")
    assert sorted(at.ports.values()) == list(range(9100, 9100 + 2 + len(TRACKER_KINDS)))


def test_every_third_party_has_a_host_of_its_own() -> None:
    hosts = {url.split(":")[1] for url in addresses().trackers.values()}
    assert hosts == {f"//{kind}.localhost" for kind in TRACKER_KINDS}
