# SPDX-License-Identifier: Apache-2.0
"""Private keys: files of mode 0600 in a folder of mode 0700, never in the database of records.

One Ed25519 key for each log (site and year), one for receipts, one secret for sessions and links.
"""

import os
import secrets
from functools import cached_property
from pathlib import Path
from threading import Lock

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cmp.errors import EnvironmentFault
from cmp.proof.keys import from_seed

__all__ = ["KeyStore"]

SEED_BYTES = 32


class KeyStore:
    """The keys under one folder. A key is made the first time it is asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._log_keys: dict[tuple[str, int], Ed25519PrivateKey] = {}
        self._making = Lock()

    def log_key(self, site: str, year: int) -> Ed25519PrivateKey:
        """Return the key that signs the checkpoints of one log."""
        key = self._log_keys.get((site, year))
        if key is None:
            key = from_seed(self._seed(f"log-{site}-{year}.key"))
            self._log_keys[site, year] = key
        return key

    @cached_property
    def receipt_key(self) -> Ed25519PrivateKey:
        """Return the key that signs receipts."""
        return from_seed(self._seed("receipt.key"))

    @cached_property
    def secret(self) -> str:
        """Return the secret for sessions and links, 64 hex digits."""
        return self._seed("session.secret").hex()

    def _seed(self, name: str) -> bytes:
        """Read the seed in file `name`, or make it. Two processes end up with the same one."""
        path = self.folder / name
        try:
            with self._making:
                if not path.exists():
                    self._make(path)
            seed = path.read_bytes()
        except OSError as fault:
            raise EnvironmentFault(
                f"The key {path} cannot be made or read: {fault}.",
                now="Give the server's user access to it, and its disk room.",
            ) from fault
        if len(seed) != SEED_BYTES:
            raise EnvironmentFault(
                f"The key {path} has {len(seed)} bytes, not {SEED_BYTES}.",
                now="Restore it from a backup. Deleting it makes earlier signatures unverifiable.",
            )
        return seed

    def _make(self, path: Path) -> None:
        """Write a whole file under another name, then link it: a reader never sees half a key."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        try:
            _write_whole(draft, secrets.token_bytes(SEED_BYTES))
            os.link(draft, path)
        except FileExistsError:
            # Another process was first; its key is the key.
            return
        finally:
            draft.unlink(missing_ok=True)
        self._keep_name()

    def _keep_name(self) -> None:
        """Make the folder's entry durable: a key must not be lost after something was signed."""
        descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _write_whole(path: Path, content: bytes) -> None:
    """Write a new file that only its owner may read, durable when this returns."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
