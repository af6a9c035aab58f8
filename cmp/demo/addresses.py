# SPDX-License-Identifier: Apache-2.0
"""Where each part of the demo answers, counted from one port."""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["DEFAULT_PORT", "TRACKER_KINDS", "Addresses", "addresses"]

DEFAULT_PORT = 8700

# The order is the order of the ports from P+2 upwards; add new kinds last.
TRACKER_KINDS = (
    "analytics",
    "ads",
    "video",
    "fonts",
    "affiliate",
    "payment",
    "suggestions",
    "chat",
)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Base URLs without a closing slash, and the port behind each name."""

    platform: str
    shop: str
    trackers: Mapping[str, str]
    ports: Mapping[str, int]


def addresses(port: int = DEFAULT_PORT) -> Addresses:
    """Return the addresses of a demo whose platform listens on `port`.

    The shop takes `port + 1`, the trackers `port + 2` and upwards. Browsers resolve every name
    below `localhost` to loopback by themselves (RFC 6761 section 6.3), and as `localhost` is a
    public suffix to them, each name is a site of its own.
    """
    ports = {"platform": port, "shop": port + 1}
    ports |= {kind: port + 2 + place for place, kind in enumerate(TRACKER_KINDS)}
    trackers = {kind: f"http://{kind}.localhost:{ports[kind]}" for kind in TRACKER_KINDS}
    return Addresses(
        f"http://localhost:{port}", f"http://shop.localhost:{port + 1}", trackers, ports
    )
