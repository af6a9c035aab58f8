# SPDX-License-Identifier: Apache-2.0
"""Which notices a decision may name, read from the database and kept in memory.

A published notice never changes, so its parsed form is kept for good; which one is in force does
change, and is read again after `FRESH_S` seconds.
"""

import time
from collections.abc import Callable
from functools import lru_cache
from typing import NoReturn

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from cmp.consent.shown import Shown, shown
from cmp.errors import NotFound
from cmp.sites.models import Notice, Site

__all__ = ["Notices"]

FRESH_S = 1.0
KEPT_NOTICES = 1024


class Notices:
    """The notices of every site. Safe to use from many threads."""

    def __init__(self, engine: Engine, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._engine, self._monotonic = engine, monotonic
        self._in_force: dict[str, tuple[float, str]] = {}
        self._parsed = lru_cache(maxsize=KEPT_NOTICES)(self._read)

    def in_force(self, site: str) -> Shown:
        """Return the notice that `site` shows now. Raises NotFound if there is none.

        While the database cannot be read it is the last one known, so that the site's pages can
        read why their decision is not taken; SQLAlchemyError if none is known.
        """
        known = self._in_force.get(site)
        if known is None or self._monotonic() - known[0] > FRESH_S:
            known = self._look_again(site, known)
        return self._parsed(site, known[1])

    def _look_again(self, site: str, known: tuple[float, str] | None) -> tuple[float, str]:
        try:
            found = (self._monotonic(), self._read_in_force(site))
        except SQLAlchemyError:
            if known is None:
                raise
            return known
        self._in_force[site] = found
        return found

    def find(self, site: str, sha256: str) -> Shown:
        """Return the notice `sha256` of `site`, in force or not. Raises NotFound if unknown."""
        return self._parsed(site, sha256)

    def _read_in_force(self, site: str) -> str:
        with self._engine.connect() as connection:
            row = connection.execute(
                select(Site.notice_sha256).where(Site.key == site)
            ).one_or_none()
        if row is None:
            _no_site()
        if row.notice_sha256 is None:
            raise NotFound(
                "This site has published no notice.", now="Publish one in the workbench."
            )
        return str(row.notice_sha256)

    def _read(self, site: str, sha256: str) -> Shown:
        with self._engine.connect() as connection:
            body = connection.scalar(
                select(Notice.body).where(Notice.sha256 == sha256, Notice.site == site)
            )
        if body is None:
            raise NotFound(
                "This site has no such notice.", now="Fetch /k/<site>.js for the one in force."
            )
        return shown(sha256, body)


def _no_site() -> NoReturn:
    raise NotFound("There is no such site here.", now="Check the key in the snippet.")
