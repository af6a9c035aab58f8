# SPDX-License-Identifier: Apache-2.0
"""Alembic's entry: sees the models of every room, runs on the engine it is handed."""

from alembic import context
from sqlalchemy import Engine

import cmp.accounts.models
import cmp.catalog.models
import cmp.ledger.models
import cmp.sites.models
from cmp.store.base import Base
from cmp.store.transaction import write_transaction

ROOMS = (cmp.accounts.models, cmp.catalog.models, cmp.ledger.models, cmp.sites.models)


def _run(engine: Engine) -> None:
    with write_transaction(engine) as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            transactional_ddl=False,
        )
        context.run_migrations()


_run(context.config.attributes["engine"])
