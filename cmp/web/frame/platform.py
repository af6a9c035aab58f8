# SPDX-License-Identifier: Apache-2.0
"""What every door needs of the running program: settings, keys, the write path."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from cmp.consent.recorder import Recorder
from cmp.ledger.keys import KeyStore
from cmp.settings import Settings

__all__ = ["Platform", "attach_platform", "platform"]

EXTENSION = "kvitt"


@dataclass(frozen=True, slots=True)
class Platform:
    """Made once by the factory."""

    settings: Settings
    keys: KeyStore
    recorder: Recorder


def attach_platform(app: Flask, made: Platform) -> None:
    """Hand `made` to the views of `app`."""
    app.extensions[EXTENSION] = made


def platform() -> Platform:
    """Return the platform of the application that serves this request."""
    return cast(Platform, current_app.extensions[EXTENSION])
