# SPDX-License-Identifier: Apache-2.0
"""Keys on disk: made once, readable by their owner only, the same for every process."""

import errno
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cmp.errors import EnvironmentFault
from cmp.ledger.keys import KeyStore


def raw(store: KeyStore, site: str = "a", year: int = 2026) -> bytes:
    return store.log_key(site, year).public_key().public_bytes_raw()


def test_a_key_is_made_once_and_read_again(tmp_path: Path) -> None:
    assert raw(KeyStore(tmp_path / "keys")) == raw(KeyStore(tmp_path / "keys"))


def test_each_log_has_its_own_key(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    assert len({raw(store, "a", 2026), raw(store, "a", 2027), raw(store, "b", 2026)}) == 3


def test_only_the_owner_may_read(tmp_path: Path) -> None:
    store = KeyStore(tmp_path / "keys")
    _ = store.receipt_key, store.secret
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert {stat.S_IMODE(f.stat().st_mode) for f in (tmp_path / "keys").iterdir()} == {0o600}


def test_many_stores_starting_together_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(lambda _: raw(KeyStore(tmp_path)), range(64)))) == 1
    assert [f.name for f in tmp_path.iterdir()] == ["log-a-2026.key"]


def test_a_cut_key_is_refused_and_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "receipt.key").write_bytes(b"short")
    with pytest.raises(EnvironmentFault, match="5 bytes"):
        _ = KeyStore(tmp_path).receipt_key
    assert (tmp_path / "receipt.key").read_bytes() == b"short"


def test_a_key_that_cannot_be_written_leaves_no_part_of_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int, _content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(EnvironmentFault, match="No space left"):
            _ = KeyStore(tmp_path).receipt_key
    assert list(tmp_path.iterdir()) == []
    assert KeyStore(tmp_path).receipt_key
