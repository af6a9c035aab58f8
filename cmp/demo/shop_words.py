# SPDX-License-Identifier: Apache-2.0
"""The language of the page being made: its words, its money, its addresses."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from cmp.demo.texts import DEFAULT_LANGUAGE, LANGUAGES, say

__all__ = ["Words"]


@dataclass(frozen=True, slots=True)
class Words:
    """What a template needs to speak one language; which one is in the address, not in a cookie."""

    lang: str

    @classmethod
    def of_request(cls) -> "Words":
        """Return the words of the address being answered; outside a page, those of the default."""
        asked = request.blueprint or request.path.split("/")[1]
        return cls(asked if asked in LANGUAGES else DEFAULT_LANGUAGE)

    def say(self, key: str, **values: object) -> str:
        """Return the text `key` in this language."""
        return say(self.lang, key, **values)

    def to(self, name: str, **parts: Any) -> str:
        """Return the address of the page `name` in this language."""
        return url_for(f"{self.lang}.{name}", **parts)

    def kroner(self, amount: int) -> str:
        """Return whole kroner as people write them: `1 290 kr`, in English `NOK 1,290`."""
        if self.lang == "en":
            return f"NOK {amount:,}"
        return f"{amount:,} kr".replace(",", "\u202f")

    def this_page_in(self) -> tuple[tuple[str, str, bool], ...]:
        """Return (language, address of this page in it, whether it is this one) for the switch."""
        name = (request.endpoint or "").rpartition(".")[2]
        known = request.blueprint in LANGUAGES and request.method == "GET"
        parts = (request.view_args or {}) if known else {}
        target = name if known else "front"
        return tuple(
            (lang, url_for(f"{lang}.{target}", **parts), lang == self.lang) for lang in LANGUAGES
        )
