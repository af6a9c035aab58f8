# SPDX-License-Identifier: Apache-2.0
"""What one third party heard: the newest requests, kept in memory, never on disk."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from types import MappingProxyType

from cmp.clock import as_rfc3339

__all__ = ["CAPACITY", "Sighting", "TrackerLog"]

CAPACITY = 2_000


@dataclass(frozen=True, slots=True)
class Sighting:
    """One request as the third party saw it. `referrer` is the origin of the page, or empty."""

    at: datetime
    method: str
    path: str
    query: str
    cookies: Mapping[str, str]
    referrer: str

    def as_json(self) -> dict[str, object]:
        """Return the members of one entry of `/log.json`; `at` is RFC 3339 in UTC."""
        return {
            "at": as_rfc3339(self.at),
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "cookies": dict(self.cookies),
            "referrer": self.referrer,
        }


class TrackerLog:
    """The last CAPACITY sightings of one tracker; safe to use from many threads."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._lock = Lock()
        self._kept: deque[Sighting] = deque(maxlen=capacity)
        self._heard = 0

    def add(self, sighting: Sighting) -> None:
        """Keep `sighting`; the oldest one leaves when the log is full."""
        with self._lock:
            self._kept.append(sighting)
            self._heard += 1

    def clear(self) -> None:
        """Forget everything, the count too."""
        with self._lock:
            self._kept.clear()
            self._heard = 0

    @property
    def heard(self) -> int:
        """How many requests came since the last `clear`, also those that have left the log."""
        with self._lock:
            return self._heard

    def sightings(self) -> tuple[Sighting, ...]:
        """Return what is kept, oldest first."""
        with self._lock:
            return tuple(self._kept)

    def cookies(self) -> Mapping[str, str]:
        """Return every cookie received in what is kept, by name with its newest value."""
        found: dict[str, str] = {}
        for sighting in self.sightings():
            found |= sighting.cookies
        return MappingProxyType(found)
