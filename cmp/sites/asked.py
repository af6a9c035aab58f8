# SPDX-License-Identifier: Apache-2.0
"""What the notices of a site have asked about so far: every purpose and every service."""

from dataclasses import dataclass

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from cmp.sites.models import Notice

__all__ = ["AskedSoFar", "asked_so_far"]


@dataclass(frozen=True, slots=True)
class AskedSoFar:
    """Ids in the order in which notices first named them. `switches`: purposes to consent to."""

    purposes: tuple[str, ...]
    switches: tuple[str, ...]
    services: tuple[str, ...]


class _Purpose(msgspec.Struct):
    id: str
    exempt: bool


class _Service(msgspec.Struct):
    id: str


class _Body(msgspec.Struct):
    purposes: list[_Purpose]
    services: list[_Service]


_BODY = msgspec.json.Decoder(_Body)


def asked_so_far(session: Session, site: str) -> AskedSoFar:
    """Return what the notices of `site`, from the first to the last, asked about."""
    bodies = session.scalars(select(Notice.body).where(Notice.site == site).order_by(Notice.number))
    notices = [_BODY.decode(body) for body in bodies]
    purposes = [purpose for notice in notices for purpose in notice.purposes]
    return AskedSoFar(
        purposes=tuple(dict.fromkeys(purpose.id for purpose in purposes)),
        switches=tuple(dict.fromkeys(purpose.id for purpose in purposes if not purpose.exempt)),
        services=tuple(dict.fromkeys(s.id for notice in notices for s in notice.services)),
    )
