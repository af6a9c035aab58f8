# SPDX-License-Identifier: Apache-2.0
"""What the tests of the workbench send, and what they look at afterwards."""

from typing import Any

from flask import Flask
from sqlalchemy import select

from cmp.catalog.models import Service, StorageItem
from cmp.sites.models import Site
from cmp.trail import Activity
from cmp.web.frame.database import db
from tests.factories import SITE

__all__ = ["everything", "item_fields", "item_row", "service_fields", "service_row"]


def item_fields(**other: str) -> dict[str, str]:
    """Return the fields of a storage item's form; `other` replaces what is made up here."""
    fields = {
        "revision": "0",
        "name": "_annonse",
        "technology": "cookie",
        "party": "third",
        "domain": "",
        "lifetime": "90 dager",
        "category": "marketing",
        "purpose.nb": "Kjenner igjen nettleseren.",
        "source": "leverandøren",
    }
    return fields | other


def service_fields(**other: str) -> dict[str, str]:
    """Return the fields of a service's form."""
    fields = {
        "revision": "0",
        "service_id": "",
        "name": "Ny måling",
        "provider": "Måling AS",
        "country": "no",
        "role": "processor",
        "category": "analytics",
        "hosts": "t.example.com\n*.maling.example",
        "paths": "",
        "policy_url": "https://maling.example/personvern",
        "description.nb": "Teller besøk.",
    }
    return fields | other


def item_row(app: Flask, name: str) -> StorageItem:
    """Return a storage item of the shop, detached."""
    with app.app_context():
        row = db.session.scalars(select(StorageItem).where(StorageItem.name == name)).one()
        db.session.expunge(row)
        return row


def service_row(app: Flask, service_id: str) -> Service:
    """Return a service of the shop, detached."""
    with app.app_context():
        query = select(Service).where(Service.site == SITE, Service.service_id == service_id)
        row = db.session.scalars(query).one()
        db.session.expunge(row)
        return row


def everything(app: Flask) -> list[tuple[Any, ...]]:
    """Return every row that the workbench writes, to see that nothing has changed."""
    tables = (Service.__table__, StorageItem.__table__, Site.__table__, Activity.__table__)
    with app.app_context():
        return [tuple(row) for table in tables for row in db.session.execute(select(table))]
