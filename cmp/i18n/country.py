# SPDX-License-Identifier: Apache-2.0
"""Countries as people call them."""

from babel import Locale

__all__ = ["country_in_words"]


def country_in_words(code: str, lang: str) -> str:
    """Return the name in `lang` of a country by its ISO 3166-1 code: «Norge».

    An unknown code stands for itself.
    """
    return str(Locale.parse(lang).territories.get(code, code))
