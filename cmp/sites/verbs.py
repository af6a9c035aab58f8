# SPDX-License-Identifier: Apache-2.0
"""Writing sites: adding one and changing what marketing may change of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from cmp.errors import Conflict, Unprocessable
from cmp.rules.csp import MODES
from cmp.sites.jurisdiction import PROFILES
from cmp.sites.models import Site
from cmp.trail import Activity

__all__ = ["MODES", "SiteFacts", "add_site", "check_origin"]

_KEY = re.compile(r"[a-z0-9][a-z0-9-]{1,62}")


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """A site as somebody describes it. `identity` and `texts` as in `cmp.sites.models.Site`."""

    key: str
    name: str
    origins: Sequence[str]
    languages: Sequence[str] = ("nb", "nn", "en")
    default_language: str = "nb"
    mode: str = "strict"
    jurisdiction: str = "NO"
    identity: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, Any] = field(default_factory=dict)


def check_origin(text: str) -> str:
    """Return `text` as an origin: scheme, host, port where it is not the usual one. No path.

    Raises Unprocessable otherwise.
    """
    parts = urlsplit(text.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise Unprocessable(
            f"{text!r} is no origin.", now="Write scheme and host: https://www.example.no"
        )
    if parts.query or parts.fragment or parts.username:
        raise Unprocessable(
            f"{text!r} has more than an origin.", now="Leave out all after the host."
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"


def add_site(session: Session, facts: SiteFacts, *, at: datetime, actor: str) -> Site:
    """Add a site. Raises Unprocessable for facts that do not fit, Conflict for a key in use."""
    _check(facts)
    if session.get(Site, facts.key) is not None:
        raise Conflict(f"There is a site {facts.key} already.", now="Choose another key.")
    site = Site(
        key=facts.key,
        name=facts.name,
        origins=[check_origin(origin) for origin in facts.origins],
        languages=list(facts.languages),
        default_language=facts.default_language,
        mode=facts.mode,
        jurisdiction=facts.jurisdiction,
        identity={"controllers": [], "policy": {}, **facts.identity},
        texts=dict(facts.texts),
        created_at=at,
    )
    session.add(site)
    session.add(
        Activity(at=at, actor=actor, verb="site.add", site=facts.key, subject=facts.key, details={})
    )
    session.flush()
    return site


def _check(facts: SiteFacts) -> None:
    if not _KEY.fullmatch(facts.key):
        raise Unprocessable(
            f"{facts.key!r} is no site key.",
            now="Use small letters, digits and hyphens: my-shop-no",
        )
    if not facts.origins:
        raise Unprocessable("A site needs an origin.", now="Name one: https://www.example.no")
    if facts.default_language not in facts.languages:
        raise Unprocessable(
            f"{facts.default_language} is not among the languages.", now="Add it or choose another."
        )
    if facts.mode not in MODES:
        raise Unprocessable(f"{facts.mode!r} is no mode.", now=f"Choose {' or '.join(MODES)}.")
    if facts.jurisdiction not in PROFILES:
        raise Unprocessable(
            f"{facts.jurisdiction!r} has no profile.", now=f"Choose {', '.join(PROFILES)}."
        )
