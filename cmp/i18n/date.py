# SPDX-License-Identifier: Apache-2.0
"""Dates as people write them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

__all__ = ["date_in_words"]

# People read dates where they live; the first market is Norway.
ZONE = ZoneInfo("Europe/Oslo")


def date_in_words(instant: datetime, lang: str) -> str:
    """Return the day of `instant` (aware) in Oslo, long form in `lang`: «24. november 2026»."""
    return format_date(instant.astimezone(ZONE).date(), format="long", locale=lang)
