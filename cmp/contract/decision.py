# SPDX-License-Identifier: Apache-2.0
"""`POST /v1/sites/<site>/decisions`: what a browser sends after one click, and what it gets back.

Example request:

    {"idempotency_key": "0193a000-0000-4000-8000-000000000001",
     "notice_sha256": "<64 hex>", "method": "save_custom", "layer": 2,
     "categories": {"analytics": "granted", "marketing": "denied"},
     "services": {"tellverk": "granted", "annonse": "denied"},
     "lang": "nb", "signals": {"gpc": false}}

Unknown members are refused: what is not in the contract is not stored by accident.
"""

from typing import Annotated, Literal

import msgspec

from cmp.errors import Malformed

__all__ = [
    "LARGEST_BODY",
    "Decision",
    "Evidence",
    "Signals",
    "Stored",
    "decode",
    "encode",
    "request_bytes",
]

LARGEST_BODY = 16 * 1024

# Every text is bound to ASCII by its pattern, so NUL, lone surrogates and look-alikes end here.
# `(?!\n)` because Python's `$` also matches before a last newline.

Uuid = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$(?!\n)"
    ),
]
Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
Name = Annotated[
    str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[a-z0-9][a-z0-9._-]*$(?!\n)")
]
Language = Annotated[
    str, msgspec.Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$(?!\n)", max_length=24)
]
Subject = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{22}$(?!\n)")]
Moment = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$(?!\n)",
        max_length=40,
    ),
]
Answer = Literal["granted", "denied", "exempt"]
Choices = Annotated[dict[Name, Answer], msgspec.Meta(max_length=1000)]
Method = Literal[
    "accept_all",
    "reject_all",
    "save_custom",
    "close_x",
    "withdraw_all",
    "withdraw_partial",
    "embed_grant",
    "gpc",
]
Layer = Literal[1, 2, "panel", "profile", "api"]
Check = Literal[
    "reject_visible",
    "reject_in_viewport",
    "area_ok",
    "contrast_ok",
    "toggles_default_off",
    "focus_not_on_accept",
]


class Signals(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Signals that the browser sent. `gpc`: Global Privacy Control (W3C) was on."""

    gpc: bool = False


class Evidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the script says was shown: hash of the rendered text, results of its own checks."""

    text_sha256: Sha256 | None = None
    checks: dict[Check, bool] = {}


class Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One click as the browser reports it.

    `categories` and `services` name every one of the notice that is not exempt. `subject` is the
    pseudonym that the browser minted with the first decision. `decided_at` is the browser's clock.
    `undelivered` counts earlier decisions that never reached the server.
    """

    idempotency_key: Uuid
    notice_sha256: Sha256
    method: Method
    layer: Layer
    categories: Choices
    services: Choices
    lang: Language
    signals: Signals = Signals()
    subject: Subject | None = None
    decided_at: Moment | None = None
    ui: Evidence = Evidence()
    undelivered: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0


class Stored(msgspec.Struct, frozen=True):
    """The answer: the decision is on disk as leaf `index` of the log, and this is its receipt.

    `subject` is the visitor's pseudonym, minted here if the browser sent none.
    """

    record_id: str
    idempotency_key: str
    receipt: str
    index: int
    valid_until: str
    subject: str


_DECODER = msgspec.json.Decoder(Decision)


def decode(body: bytes) -> Decision:
    """Return the decision in `body` (UTF-8 JSON).

    Raises Malformed that says which member does not fit and how.
    """
    try:
        return _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as fault:
        raise Malformed(
            f"The body is no decision: {fault}.", now="See `Decision` in /openapi.json."
        ) from fault


def encode(stored: Stored) -> bytes:
    """Return the answer as JSON bytes."""
    return msgspec.json.encode(stored)


def request_bytes(decision: Decision) -> bytes:
    """Return bytes that are equal exactly when two requests ask for the same thing."""
    return msgspec.json.encode(decision, order="sorted")
