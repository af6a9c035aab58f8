# SPDX-License-Identifier: Apache-2.0
"""The only place that asks what time it is. Every other room takes the time as an argument."""

from datetime import UTC, datetime

__all__ = ["as_rfc3339", "from_rfc3339", "now"]


def now() -> datetime:
    """Return the current instant, aware, UTC, cut to whole milliseconds."""
    instant = datetime.now(UTC)
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def as_rfc3339(instant: datetime) -> str:
    """Return `instant` as RFC 3339 in UTC with milliseconds and `Z`.

    Takes an aware datetime. Raises ValueError for a naive one: without a zone it is no evidence.
    """
    if instant.tzinfo is None:
        raise ValueError("a time without a zone cannot be written; pass an aware datetime")
    text = instant.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def from_rfc3339(text: str) -> datetime:
    """Return the aware UTC datetime written in `text` (RFC 3339). Raises ValueError otherwise."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text!r} names no time zone")
    return instant.astimezone(UTC)
