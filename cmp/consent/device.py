# SPDX-License-Identifier: Apache-2.0
"""Device class and browser family from a User-Agent; the header itself is kept nowhere."""

from dataclasses import dataclass
from functools import lru_cache

from user_agents import parse

__all__ = ["Device", "device_of"]

LONGEST_AGENT = 512


@dataclass(frozen=True, slots=True)
class Device:
    """`kind`: phone, tablet, desktop, tv, unknown. `family`: browser and major version, or None."""

    kind: str
    family: str | None


@lru_cache(maxsize=4096)
def device_of(agent: str) -> Device:
    """Return the class of device that sends `agent`. Parsing takes about 1 ms, so it is kept."""
    found = parse(agent[:LONGEST_AGENT])
    if found.is_mobile:
        kind = "phone"
    elif found.is_tablet:
        kind = "tablet"
    elif found.is_pc:
        kind = "desktop"
    else:
        kind = "tv" if "TV" in agent else "unknown"
    version = found.browser.version
    family = f"{found.browser.family}/{version[0]}" if version else None
    return Device(kind, family if family and family.isascii() else None)
