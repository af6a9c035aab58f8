# SPDX-License-Identifier: Apache-2.0
"""Reading a site's catalogue."""

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, selectinload

from cmp.catalog.models import Service, StorageItem
from cmp.errors import NotFound

__all__ = ["count_services", "find_item", "find_service", "service_ids", "services"]


def services(session: Session, site: str, words: str = "") -> list[Service]:
    """Return the services of `site` with their items, in the order of their names.

    With `words` only those where each word stands in the name, key or provider of the service, or
    in the name of one of its items.
    """
    query = select(Service).where(Service.site == site).options(selectinload(Service.items))
    for word in words.split()[:10]:
        query = query.where(_holds(word))
    return list(session.scalars(query.order_by(func.lower(Service.name), Service.service_id)))


def _holds(word: str) -> ColumnElement[bool]:
    # SQLite folds only the case of ASCII letters, so the usual ways to write a word are all tried.
    forms = {word, word.lower(), word.upper(), word.capitalize()}
    columns = (Service.name, Service.service_id, Service.provider)
    in_service = [c.icontains(form, autoescape=True) for c in columns for form in forms]
    in_items = [
        Service.items.any(StorageItem.name.icontains(form, autoescape=True)) for form in forms
    ]
    return or_(*in_service, *in_items)


def service_ids(session: Session, site: str) -> set[str]:
    """Return the key of every service of `site`."""
    return set(session.scalars(select(Service.service_id).where(Service.site == site)))


def count_services(session: Session) -> dict[str, int]:
    """Return how many services each site has; sites without any are left out."""
    rows = session.execute(select(Service.site, func.count()).group_by(Service.site))
    return {site: count for site, count in rows}  # noqa: C416 - a Row is no pair to mypy


def find_service(session: Session, site: str, service_id: str) -> Service:
    """Return a service of `site` with its items. Raises NotFound."""
    found = session.scalar(
        select(Service)
        .where(Service.site == site, Service.service_id == service_id)
        .options(selectinload(Service.items))
    )
    if found is None:
        raise NotFound(f"There is no service {service_id} at {site}.", now="Look in the catalogue.")
    return found


def find_item(session: Session, site: str, row_id: int) -> StorageItem:
    """Return a storage item of `site` by its number. Raises NotFound."""
    item = session.get(StorageItem, row_id)
    if item is None or item.service.site != site:
        raise NotFound(f"There is no such storage item at {site}.", now="Look in the catalogue.")
    return item
