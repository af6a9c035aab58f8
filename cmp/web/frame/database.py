# SPDX-License-Identifier: Apache-2.0
"""The request's database session, over the models that the domain rooms define."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import Session

from cmp.store.base import Base
from cmp.store.open import engine_options, prepare
from cmp.store.transaction import begin_writing

__all__ = ["attach_database", "db", "reading", "writing"]

db = SQLAlchemy(model_class=Base)


def attach_database(app: Flask, url: str, *, pool_size: int) -> None:
    """Give `app` sessions on the database at `url`; `db.engine` is the process's one engine."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(url, pool_size=pool_size)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)


def reading() -> Session:
    """Return the request's session, to read with."""
    return db.session()


@contextmanager
def writing() -> Iterator[Session]:
    """Give the request's session in a write transaction: all of it is committed, or nothing.

    Ends what was read before, so rows loaded earlier in the request are read again when touched.
    """
    session = db.session()
    session.rollback()
    begin_writing(session)
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
