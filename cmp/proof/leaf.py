# SPDX-License-Identifier: Apache-2.0
"""Leaf entries: four lines that say kind, month and digest, and nothing else."""

from base64 import b64encode

__all__ = ["KINDS", "leaf_entry"]

KINDS = ("genesis", "notice", "consent", "erasure", "key", "seal")


def leaf_entry(kind: str, period: str, digest: bytes) -> bytes:
    """Return the entry of a leaf (specification B.2): `period` is `YYYY-MM`, `digest` 32 bytes."""
    return f"cmp.leaf/v1\n{kind}\n{period}\n{b64encode(digest).decode()}\n".encode()
