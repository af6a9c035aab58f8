# SPDX-License-Identifier: Apache-2.0
"""The request's database session, over the models that the domain rooms define."""

from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from cmp.store.base import Base
from cmp.store.open import engine_options, prepare

__all__ = ["attach_database", "db"]

db = SQLAlchemy(model_class=Base, metadata=Base.metadata)


def attach_database(app: Flask, url: str, *, pool_size: int) -> None:
    """Give `app` sessions on the database at `url`; `db.engine` is the one engine of the process."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(url, pool_size=pool_size)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
