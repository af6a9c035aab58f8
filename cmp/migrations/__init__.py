# SPDX-License-Identifier: Apache-2.0
"""One history of the schema, run with Alembic from inside the program."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

__all__ = ["migrate"]


def migrate(engine: Engine, *, revision: str = "head") -> None:
    """Bring the database of `engine` to `revision`. Does nothing if it is there."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["engine"] = engine
    command.upgrade(config, revision)
