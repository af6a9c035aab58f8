# SPDX-License-Identifier: Apache-2.0
import re

import pytest

from cmp.demo.cart import MOST_OF_ONE, Order, lines, order_from, place_order, put, total


def test_a_ware_is_set_changed_and_taken_out() -> None:
    cart = put({}, "brunost", 2)
    assert put(cart, "brunost", 3) == {"brunost": 3}
    assert put(cart, "brunost", 0) == {}
    assert cart == {"brunost": 2}


@pytest.mark.parametrize(("asked", "kept"), [(-1, None), (MOST_OF_ONE + 1, MOST_OF_ONE)])
def test_a_count_is_kept_within_bounds(asked: int, kept: int | None) -> None:
    assert put({}, "eplemost", asked).get("eplemost") == kept


def test_an_unknown_ware_is_refused() -> None:
    with pytest.raises(KeyError):
        put({}, "gull", 1)


def test_the_sum_counts_every_piece_and_forgets_wares_that_left_the_shop() -> None:
    assert total(lines({"brunost": 2, "eplemost": 1, "gull": 9})) == 2 * 115 + 89


def test_an_order_keeps_what_was_bought_and_nothing_about_the_buyer() -> None:
    order = place_order({"ullvotter": 1}, "card")
    assert re.fullmatch(r"D-[0-9]{6}", order.number)
    assert (order.kroner, order.payment) == (420, "card")
    assert set(Order.__dataclass_fields__) == {"number", "payment", "wares"}


def test_no_order_is_read_from_a_session_without_one() -> None:
    assert order_from(None) is None
