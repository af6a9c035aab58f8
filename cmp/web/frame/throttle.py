# SPDX-License-Identifier: Apache-2.0
"""Slows down guessing: so many attempts in a moving window, counted per network and per account.

Kept in the memory of the process, so that no address is ever stored; with several processes each
counts for itself.
"""

import hashlib
import ipaddress
import time
from collections import deque
from collections.abc import Callable
from threading import Lock

__all__ = ["Throttle", "account_key", "network_key"]

PERIODS = {"second": 1, "minute": 60, "hour": 3600}
MOST_KEYS = 20_000


class Throttle:
    """Counts attempts by key. `rate` is `off` or a number, a slash and a period: `10/minute`."""

    def __init__(self, rate: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        number, _, period = rate.partition("/")
        self._most = int(number) if rate != "off" else 0
        self._seconds = PERIODS[period] if rate != "off" else 0
        self._monotonic = monotonic
        self._attempts: dict[str, deque[float]] = {}
        self._lock = Lock()

    def wait_s(self, *keys: str) -> int:
        """Return the whole seconds until all of `keys` may try again; 0 when they may now."""
        with self._lock:
            return max((self._wait(key) for key in keys), default=0)

    def count(self, *keys: str) -> None:
        """Count one attempt of each of `keys`."""
        if not self._most:
            return
        with self._lock:
            if len(self._attempts) >= MOST_KEYS:
                self._forget_old()
            for key in keys:
                self._attempts.setdefault(key, deque(maxlen=self._most)).append(self._monotonic())

    def _wait(self, key: str) -> int:
        attempts = self._attempts.get(key, deque())
        if not self._most or len(attempts) < self._most:
            return 0
        return max(0, int(attempts[0] + self._seconds - self._monotonic()) + 1)

    def _forget_old(self) -> None:
        oldest = self._monotonic() - self._seconds
        self._attempts = {k: a for k, a in self._attempts.items() if a[-1] > oldest}


def network_key(address: str | None) -> str:
    """Return the key of the network of `address`: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "network:unknown"
    prefix = 32 if parsed.version == 4 else 64
    return f"network:{ipaddress.ip_network(f'{parsed}/{prefix}', strict=False)}"


def account_key(email: str) -> str:
    """Return the key of an account, existing or not: a hash, for it may be a mistyped password."""
    digest = hashlib.sha256(email.strip().lower().encode("utf-8", "replace")).hexdigest()
    return f"account:{digest}"
