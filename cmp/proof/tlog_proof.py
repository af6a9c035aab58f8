# SPDX-License-Identifier: Apache-2.0
"""A record's proof in one file (C2SP tlog-proof): extra, index, hashes, checkpoint."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from cmp.proof.canonical import canonical

__all__ = ["tlog_proof"]

HEADER = "c2sp.org/tlog-proof@v1"


def tlog_proof(index: int, path: Sequence[bytes], checkpoint: str, extra: Mapping[str, Any]) -> str:
    """Return the proof of leaf `index` under `checkpoint` (a whole signed note), sibling first.

    `extra` is what a verifier needs to compute the leaf: `{"record", "salt"}` (specification B.2).
    """
    return "\n".join(
        [
            HEADER,
            f"extra {b64encode(canonical(dict(extra))).decode()}",
            f"index {index}",
            *(b64encode(part).decode() for part in path),
            "",
            checkpoint,
        ]
    )
