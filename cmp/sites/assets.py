# SPDX-License-Identifier: Apache-2.0
"""The files visitors load, compiled from a notice: one blocking script, two chunks per language.

A file is named by the hash of its bytes and kept for ever: what somebody has pasted into a page, or
a browser has cached, never changes under them.
"""

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import brotli
from sqlalchemy import select
from sqlalchemy.orm import Session

from cmp.rules.compile import compile_config
from cmp.rules.compile import script as loader_script
from cmp.sites.banner_files import BannerFiles, integrity_of
from cmp.sites.banner_texts import banner_texts, dialog_texts
from cmp.sites.banner_texts import script as chunk_script
from cmp.sites.models import Asset
from cmp.sites.notice import NoticeBody

__all__ = ["LOADER", "UI", "CompiledFile", "compile_files", "keep_files"]

LOADER, UI = "loader", "ui"
NAME_DIGITS = 12


@dataclass(frozen=True, slots=True)
class CompiledFile:
    """`name` is the hash a browser asks for; `plain` the bytes it gets."""

    kind: str
    name: str
    plain: bytes


def _file(kind: str, source: str) -> CompiledFile:
    plain = source.encode()
    return CompiledFile(kind, hashlib.sha256(plain).hexdigest()[:NAME_DIGITS], plain)


def compile_files(
    notice: NoticeBody, sha256: str, *, base: str, bundles: BannerFiles
) -> Iterator[CompiledFile]:
    """Yield the chunks of every language, then the blocking script that names them.

    `base` is the platform's public address. The same notice, address and bundles give the same
    bytes.
    """
    names: dict[str, tuple[str, str]] = {}
    for lang in notice["languages"]:
        first = _file(UI, chunk_script(bundles.banner, banner_texts(notice, lang, base=base)))
        second = _file(UI, chunk_script(bundles.dialog, dialog_texts(notice, lang, base=base)))
        names[lang] = (first.name, second.name)
        yield first
        yield second
    config = compile_config(notice, sha256=sha256, base=base, ui=names)
    yield _file(LOADER, loader_script(bundles.blocking(notice["mode"]), config))


def keep_files(
    session: Session,
    notice: NoticeBody,
    sha256: str,
    *,
    base: str,
    bundles: BannerFiles,
    at: datetime,
) -> str:
    """Compile and store the files of a notice; return the name of its blocking script.

    Files that are there already are left as they are: their name is the hash of their bytes.
    """
    files = list(compile_files(notice, sha256, base=base, bundles=bundles))
    there = set(session.scalars(select(Asset.name).where(Asset.name.in_([f.name for f in files]))))
    for file in files:
        if file.name not in there:
            session.add(_row(file, notice["site"], sha256, at))
            there.add(file.name)
    session.flush()
    return files[-1].name


def _row(file: CompiledFile, site: str, sha256: str, at: datetime) -> Asset:
    return Asset(
        name=file.name,
        site=site,
        notice_sha256=sha256,
        kind=file.kind,
        plain=file.plain,
        gzip=gzip.compress(file.plain, 9, mtime=0),
        brotli=brotli.compress(file.plain, quality=11),
        integrity=integrity_of(file.plain),
        made_at=at,
    )
