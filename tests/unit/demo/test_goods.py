# SPDX-License-Identifier: Apache-2.0
from cmp.demo.goods import GOODS, SHELVES, neighbours, on_shelf
from cmp.demo.kinds.video import FILMS
from cmp.paths import PACKAGE


def test_every_ware_has_a_picture_and_stands_on_a_shelf() -> None:
    pictures = PACKAGE / "demo" / "static" / "shop" / "pictures"
    for ware in GOODS.values():
        assert (pictures / f"{ware.slug}.svg").is_file(), ware.slug
        assert ware.shelf in SHELVES


def test_a_film_that_a_ware_names_exists() -> None:
    assert {ware.video for ware in GOODS.values() if ware.video} <= FILMS


def test_the_shelves_hold_all_wares_once() -> None:
    assert sorted(w.slug for s in SHELVES for w in on_shelf(s)) == sorted(GOODS)
    assert on_shelf("loft") == ()


def test_the_neighbours_wrap_around_and_never_name_the_ware_itself() -> None:
    last = list(GOODS)[-1]
    names = [ware.slug for ware in neighbours(last)]
    assert names == list(GOODS)[:4]
    assert len(neighbours(last, len(GOODS))) == len(GOODS) - 1
