# SPDX-License-Identifier: Apache-2.0
"""Publishing: what marketing edited becomes a notice, frozen, hashed, logged and compiled.

One transaction holds all of it: a notice is in force exactly when its leaf is in the log and the
files that show it are stored.
"""

from datetime import datetime

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from cmp.catalog.models import Service
from cmp.errors import NotFound, Unprocessable
from cmp.ledger.append import lock_head, log_notice
from cmp.ledger.keys import KeyStore
from cmp.sites.assets import keep_files
from cmp.sites.banner_files import banner_files
from cmp.sites.jurisdiction import PROFILES
from cmp.sites.models import Notice, Site
from cmp.sites.notice import NoticeBody, build, notice_bytes, notice_sha256
from cmp.trail import Activity

__all__ = ["draft", "find_site", "notice_in_force", "publish", "put_in_force", "recompile"]


def find_site(session: Session, key: str) -> Site:
    """Return the site `key`. Raises NotFound."""
    site = session.get(Site, key)
    if site is None:
        raise NotFound(f"There is no site {key} here.", now="`kvitt site list` shows all.")
    return site


def notice_in_force(session: Session, site: Site) -> Notice | None:
    """Return the notice that visitors of `site` are shown now, if one was published."""
    return session.get(Notice, site.notice_sha256) if site.notice_sha256 else None


def _services(session: Session, site: Site) -> list[Service]:
    return list(
        session.scalars(
            select(Service)
            .where(Service.site == site.key)
            .options(selectinload(Service.items))
            .order_by(Service.service_id)
        )
    )


def draft(session: Session, site: Site, *, at: datetime) -> tuple[NoticeBody, int]:
    """Return the notice that publishing at `at` would make, and its running number."""
    previous = notice_in_force(session, site)
    last = session.scalar(select(func.max(Notice.number)).where(Notice.site == site.key))
    number = (last or 0) + 1
    body = build(
        site,
        _services(session, site),
        version=f"{at.year}.{at.month:02}-{number}",
        previous=msgspec.json.decode(previous.body) if previous else None,
        at=at,
        bundle_sri=banner_files().integrity,
        jurisdiction=PROFILES[site.jurisdiction],
    )
    return body, number


def publish(
    session: Session, key: str, *, at: datetime, actor: str, keys: KeyStore, public_url: str
) -> Notice:
    """Publish the draft of site `key`: log the notice, compile its files, put it in force.

    `session` must be in a write transaction; the caller commits. Raises NotFound for an unknown
    site, Unprocessable for a site whose controller or privacy policy is not filled in.
    """
    site = find_site(session, key)
    _complete(site)
    body, number = draft(session, site, at=at)
    return put_in_force(
        session, site, body, number, at=at, actor=actor, keys=keys, public_url=public_url
    )


def put_in_force(
    session: Session,
    site: Site,
    body: NoticeBody,
    number: int,
    *,
    at: datetime,
    actor: str,
    keys: KeyStore,
    public_url: str,
) -> Notice:
    """Store, compile and log the notice `body` and show it to visitors from the commit on."""
    key = site.key
    notice = Notice(
        sha256=notice_sha256(body),
        site=key,
        number=number,
        version=body["version"],
        material_sha256=body["material_sha256"],
        body=notice_bytes(body).decode(),
        published_at=at,
        published_by=actor,
    )
    session.add(notice)
    session.flush()
    site.notice_sha256 = notice.sha256
    site.script = keep_files(
        session, body, notice.sha256, base=public_url, bundles=banner_files(), at=at
    )
    session.add(
        Activity(
            at=at,
            actor=actor,
            verb="notice.publish",
            site=key,
            subject=notice.sha256,
            details={"version": notice.version, "change_class": body["change_class"]},
        )
    )
    session.flush()
    connection = session.connection()
    head = lock_head(connection, key, at=at, public_url=public_url, keys=keys)
    log_notice(connection, head, body, notice.sha256, at=at)
    return notice


def _complete(site: Site) -> None:
    """What no lawful notice may lack: who is responsible, and where the policy stands."""
    controllers = site.identity.get("controllers") or [{}]
    for member in ("name", "address", "email"):
        if not controllers[0].get(member):
            raise Unprocessable(
                f"The controller of {site.key} has no {member}.", now="Fill it in under settings."
            )
    if not site.identity.get("policy", {}).get("url"):
        raise Unprocessable(
            f"{site.key} names no privacy policy.", now="Fill in its address under settings."
        )


def recompile(session: Session, key: str, *, at: datetime, public_url: str) -> str | None:
    """Make the files of the notice in force with this program's banner; return the script's name.

    Run at start, so that a new version of the program or another public address reaches visitors
    without a new notice. Changes nothing when nothing changed.
    """
    site = find_site(session, key)
    notice = notice_in_force(session, site)
    if notice is None:
        return None
    body = msgspec.json.decode(notice.body)
    site.script = keep_files(
        session, body, notice.sha256, base=public_url, bundles=banner_files(), at=at
    )
    return site.script
