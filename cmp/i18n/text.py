# SPDX-License-Identifier: Apache-2.0
"""Texts by language and area, from `texts/<lang>/<area>.json`."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

__all__ = ["AREAS", "LANGUAGES", "text", "texts"]

LANGUAGES = ("nb", "nn", "en")
AREAS = ("banner", "list", "receipt", "admin", "audit", "login")
FALLBACK = "nb"
FOLDER = Path(__file__).parent / "texts"


@cache
def texts(area: str, lang: str) -> Mapping[str, str]:
    """Return every text of an area in `lang`. Raises KeyError for an unknown area or language."""
    if area not in AREAS or lang not in LANGUAGES:
        raise KeyError(f"there are no texts for {area} in {lang}")
    content = (FOLDER / lang / f"{area}.json").read_text("utf-8")
    return MappingProxyType(json.loads(content))


def text(area: str, lang: str, key: str, **values: object) -> str:
    """Return one text with its placeholders filled; bokmål where `lang` is not one of ours.

    Raises KeyError for an unknown area or key.
    """
    found = texts(area, lang if lang in LANGUAGES else FALLBACK)[key]
    return found.format(**values) if values else found
