# SPDX-License-Identifier: Apache-2.0
"""Counting attempts in a moving window."""

from cmp.web.frame.throttle import Throttle, account_key, network_key


class Clock:
    """A clock that goes when it is told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_the_window_moves() -> None:
    clock = Clock()
    throttle = Throttle("2/minute", clock)
    throttle.count("a")
    clock.now += 30
    throttle.count("a")
    assert throttle.wait_s("a") == 31
    assert throttle.wait_s("b") == 0
    clock.now += 31
    assert throttle.wait_s("a") == 0


def test_the_strictest_key_counts() -> None:
    throttle = Throttle("1/hour", Clock())
    throttle.count("account:x")
    assert throttle.wait_s("network:y", "account:x") == 3601


def test_off_never_waits() -> None:
    throttle = Throttle("off", Clock())
    for _ in range(1000):
        throttle.count("a")
    assert throttle.wait_s("a") == 0


def test_old_keys_are_forgotten_when_there_are_many() -> None:
    clock = Clock()
    throttle = Throttle("1/second", clock)
    for number in range(20_000):
        throttle.count(str(number))
    clock.now += 2
    throttle.count("new")
    assert len(throttle._attempts) == 1


def test_a_network_is_an_ipv4_address_or_an_ipv6_64() -> None:
    assert network_key("192.0.2.7") != network_key("192.0.2.8")
    assert network_key("2001:db8:1:2:3::4") == network_key("2001:db8:1:2:ffff::1")
    assert network_key("2001:db8:1:2::1") != network_key("2001:db8:1:3::1")
    assert network_key(None) == network_key("unix")


def test_an_account_is_one_however_it_is_written_and_never_readable() -> None:
    assert account_key(" Kari@Example.no") == account_key("kari@example.no")
    assert "kari" not in account_key("kari@example.no")
    assert account_key("\ud800")
