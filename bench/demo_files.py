# SPDX-License-Identifier: Apache-2.0
"""The files that the demo shop's visitors load, compiled as publishing compiles them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from cmp.catalog.verbs import add_item, add_service
from cmp.demo.site import SITE_KEY, demo_site
from cmp.migrations import migrate
from cmp.sites.assets import CompiledFile, compile_files
from cmp.sites.banner_files import banner_files
from cmp.sites.notice import notice_sha256
from cmp.sites.publish import draft, find_site
from cmp.sites.verbs import add_site
from cmp.store.open import open_engine

__all__ = ["DemoFiles", "demo_files"]

AT = datetime(2026, 11, 24, tzinfo=UTC)
PLATFORM = "http://localhost:8700"


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """The blocking script, and by language the chunks of first layer and dialog."""

    loader: CompiledFile
    first: Mapping[str, CompiledFile]
    second: Mapping[str, CompiledFile]


def demo_files(mode: str = "strict") -> DemoFiles:
    """Return the files of the demo shop under `mode`, texts and rules included."""
    engine = open_engine("sqlite://")
    migrate(engine)
    with Session(engine) as session, session.begin():
        demo = demo_site()
        add_site(session, demo.facts, at=AT, actor="bench")
        for service, items in demo.services:
            row = add_service(session, SITE_KEY, service, at=AT, actor="bench")
            for item in items:
                add_item(session, row, item, at=AT, actor="bench")
        site = find_site(session, SITE_KEY)
        site.mode = mode
        body, _ = draft(session, site, at=AT)
    *chunks, loader = compile_files(
        body, notice_sha256(body), base=PLATFORM, bundles=banner_files()
    )
    languages = body["languages"]
    return DemoFiles(
        loader,
        dict(zip(languages, chunks[0::2], strict=True)),
        dict(zip(languages, chunks[1::2], strict=True)),
    )
