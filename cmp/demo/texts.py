# SPDX-License-Identifier: Apache-2.0
"""The demo's own words, one JSON file for each language."""

import json
from collections.abc import Mapping
from functools import cache

from cmp.paths import PACKAGE

__all__ = ["DEFAULT_LANGUAGE", "LANGUAGES", "all_languages", "say", "texts"]

LANGUAGES = ("nb", "nn", "en")
DEFAULT_LANGUAGE = "nb"


@cache
def texts(lang: str) -> Mapping[str, str]:
    """Return every text of `lang` by key. Raises FileNotFoundError for an unknown language."""
    path = PACKAGE / "demo" / "texts" / f"{lang}.json"
    words: dict[str, str] = json.loads(path.read_text("utf-8"))
    return words


def say(lang: str, key: str, **values: object) -> str:
    """Return the text `key` in `lang` with `{name}` filled from `values`.

    Raises KeyError for an unknown key or a placeholder without a value.
    """
    text = texts(lang)[key]
    return text.format(**values) if values else text


def all_languages(key: str) -> dict[str, str]:
    """Return the text `key` in every language: {"nb": …, "nn": …, "en": …}."""
    return {lang: texts(lang)[key] for lang in LANGUAGES}
