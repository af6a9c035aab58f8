# SPDX-License-Identifier: Apache-2.0
import re
from string import Formatter

import pytest

from cmp.demo.goods import GOODS
from cmp.demo.texts import LANGUAGES, all_languages, say, texts
from cmp.paths import PACKAGE

TEMPLATES = PACKAGE / "demo" / "templates"


def placeholders(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_says_the_same_things(lang: str) -> None:
    ours, theirs = texts("nb"), texts(lang)
    assert set(ours) == set(theirs)
    for key, text in theirs.items():
        assert text.strip() == text != "", key
        assert placeholders(text) == placeholders(ours[key]), key


def test_every_text_that_a_template_names_exists() -> None:
    named = set()
    for page in TEMPLATES.rglob("*.html"):
        named |= set(re.findall(r"""say\(\s*["']([\w.]+)["']\s*[,)]""", page.read_text("utf-8")))
    assert len(named) > 60
    assert named <= set(texts("nb"))


def test_every_ware_is_named_described_and_its_picture_told() -> None:
    for slug in GOODS:
        for part in ("name", "lead", "body", "picture"):
            assert all_languages(f"goods.{slug}.{part}")["nn"]


def test_a_placeholder_is_filled_and_a_missing_one_is_an_error() -> None:
    assert say("nb", "nav.cart_count", n=3) == "3 i kurven"
    with pytest.raises(KeyError):
        say("nb", "nav.cart_count", wrong=3)
