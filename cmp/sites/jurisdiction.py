# SPDX-License-Identifier: Apache-2.0
"""Rule profiles by country: how long a choice counts, which authority hears complaints.

Norway is the default (ekomloven § 3-15, in force since 1 January 2025, with GDPR Article 4(11) and
7). The act names no interval; 12 months is this program's choice, equal for yes and no, so that a
refusal is never asked about again sooner than a consent.
"""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["PROFILES", "Jurisdiction"]


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """`name` is country and law as records carry it; `ttl` holds ISO 8601 durations."""

    name: str
    authority: Mapping[str, str]
    ttl: Mapping[str, str]
    rights: tuple[str, ...]


PROFILES: Mapping[str, Jurisdiction] = {
    "NO": Jurisdiction(
        name="NO/ekomloven-3-15",
        authority={"name": "Datatilsynet", "url": "https://www.datatilsynet.no/"},
        ttl={"granted": "P12M", "refused": "P12M", "rule": "NO/default/P12M"},
        rights=("access", "rectification", "erasure", "restriction", "portability", "withdrawal"),
    ),
}
