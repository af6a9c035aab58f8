# SPDX-License-Identifier: Apache-2.0
"""Adding whole months to a moment, as a contract or a statute counts them."""

import re
from calendar import monthrange
from datetime import datetime

__all__ = ["after_months", "months"]

_MONTHS = re.compile(r"P(?:(\d{1,3})Y)?(?:(\d{1,4})M)?")


def months(duration: str) -> int:
    """Return the months in an ISO 8601 duration of years and months; ValueError for others."""
    found = _MONTHS.fullmatch(duration)
    if not found or duration == "P":
        raise ValueError(f"{duration!r} is no duration of years and months")
    return int(found[1] or 0) * 12 + int(found[2] or 0)


def after_months(moment: datetime, count: int) -> datetime:
    """Return the moment `count` months later, on the same day or the month's last one."""
    total = moment.month - 1 + count
    year, month = moment.year + total // 12, total % 12 + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))
