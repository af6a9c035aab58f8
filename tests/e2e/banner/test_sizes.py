# SPDX-License-Identifier: Apache-2.0
"""What a visitor is sent, packed as the server packs it."""

import brotli
import pytest

from tests.e2e.banner.conftest import Stage, chunk
from tests.e2e.banner.sample import LANGUAGES

FIRST_LAYER, SECOND_LAYER = 2_800, 4_000


def _packed(name: str, stage: Stage) -> int:
    texts = stage.banner() if name == "banner" else stage.dialog()
    return len(brotli.compress(chunk(name, texts).encode(), quality=11))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_both_layers_keep_to_their_budgets(lang: str) -> None:
    stage = Stage(lang=lang)
    assert _packed("banner", stage) <= FIRST_LAYER
    assert _packed("dialog", stage) <= SECOND_LAYER
