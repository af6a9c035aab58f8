# SPDX-License-Identifier: Apache-2.0
"""The family of errors that domain rooms raise and doors answer with (RFC 9457).

Each says what happened and what to do now. `status` is the HTTP answer a door gives; `kind` is the
last part of the problem's type URI. Nothing here knows HTTP beyond that number.
"""

from collections.abc import Mapping

__all__ = [
    "Conflict",
    "EnvironmentFault",
    "KvittError",
    "Malformed",
    "NotFound",
    "SettingsError",
    "Unavailable",
    "Unprocessable",
]


class KvittError(Exception):
    """What happened, what to do now, and members a machine can read."""

    status = 500
    kind = "error"

    def __init__(self, what: str, *, now: str = "", kind: str = "", **members: object) -> None:
        super().__init__(what)
        self.what = what
        self.now = now
        self.kind = kind or type(self).kind
        self.members: Mapping[str, object] = members

    def __str__(self) -> str:
        return f"{self.what} {self.now}".strip()


class Malformed(KvittError):
    """The bytes are not what the contract describes; sending them again will not help."""

    status = 400
    kind = "malformed"


class NotFound(KvittError):
    """The named thing does not exist here."""

    status = 404
    kind = "not-found"


class Conflict(KvittError):
    """The state has moved on since the caller last looked."""

    status = 409
    kind = "conflict"


class Unprocessable(KvittError):
    """Well-formed, but it does not fit what it refers to."""

    status = 422
    kind = "does-not-fit"


class Unavailable(KvittError):
    """The platform cannot do this now; nothing was stored and trying later may work."""

    status = 503
    kind = "unavailable"


class SettingsError(KvittError):
    """A setting is unknown or has a bad value; the start is refused."""

    kind = "settings"


class EnvironmentFault(KvittError):
    """Something outside the program is missing or broken (database, browser, disk)."""

    kind = "environment"
