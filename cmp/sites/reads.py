# SPDX-License-Identifier: Apache-2.0
"""Reading sites."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from cmp.sites.models import Site

__all__ = ["site_keys", "sites"]


def site_keys(session: Session) -> list[str]:
    """Return the key of every site, in order."""
    return list(session.scalars(select(Site.key).order_by(Site.key)))


def sites(session: Session) -> list[Site]:
    """Return every site, in the order of their names."""
    return list(session.scalars(select(Site).order_by(Site.name, Site.key)))
