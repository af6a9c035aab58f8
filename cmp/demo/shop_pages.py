# SPDX-License-Identifier: Apache-2.0
"""The shop's pages. Each decodes, asks one thing of the cart or the goods, and answers."""

import re
from collections.abc import Mapping
from dataclasses import asdict

from flask import abort, current_app, jsonify, redirect, render_template, request, session
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from cmp.demo.cart import lines, order_from, place_order, put, total
from cmp.demo.goods import GOODS, SHELVES, neighbours, on_shelf
from cmp.demo.seen import forget, what_was_seen
from cmp.demo.shop_words import Words
from cmp.demo.tracker_log import TrackerLog

__all__ = [
    "TRACKING_CODE",
    "about",
    "buy",
    "change_cart",
    "checkout",
    "clear_seen",
    "front",
    "not_found",
    "privacy",
    "receipt",
    "refused",
    "seen",
    "seen_json",
    "shelf",
    "show_cart",
    "ware",
]

# What the affiliate agency calls the shop's programme; it says nothing about the buyer.
TRACKING_CODE = "DEMO-LOKALT"
PAYMENTS = ("pickup", "card")
LONGEST_FIELD = 200


def front() -> str:
    """The front page."""
    return render_template("shop/front.html", goods=tuple(GOODS.values()))


def shelf(shelf: str) -> str:
    """One category of wares; 404 for one that does not exist."""
    if shelf not in SHELVES:
        abort(404)
    return render_template("shop/shelf.html", shelf=shelf, goods=on_shelf(shelf))


def ware(slug: str) -> str:
    """One ware; 404 for one that does not exist."""
    if slug not in GOODS:
        abort(404)
    others = neighbours(slug, len(GOODS) - 1)
    return render_template("shop/ware.html", ware=GOODS[slug], others=others)


def _cart() -> Mapping[str, int]:
    cart: Mapping[str, int] = session.get("cart", {})
    return cart


def show_cart() -> str:
    """What is in the cart."""
    in_cart = lines(_cart())
    return render_template("shop/cart.html", lines=in_cart, total=total(in_cart))


def change_cart() -> Response:
    """Add to (`add`) or set (`count`) how many of `slug` are in the cart; back to the cart."""
    slug = request.form.get("slug", "")
    asked = request.form.get("count") or request.form.get("add", "")
    if slug not in GOODS or not re.fullmatch(r"[0-9]{1,3}", asked):
        abort(404)
    already = 0 if "count" in request.form else _cart().get(slug, 0)
    session["cart"] = put(_cart(), slug, already + int(asked))
    return redirect(Words.of_request().to("cart"), 303)


def _checkout(answers: Mapping[str, str], faults: tuple[str, ...]) -> str:
    in_cart = lines(_cart())
    return render_template(
        "shop/checkout.html", answers=answers, faults=faults, lines=in_cart, total=total(in_cart)
    )


def checkout() -> str | Response:
    """The form of the checkout; an empty cart goes back to the cart."""
    if not _cart():
        return redirect(Words.of_request().to("cart"), 303)
    return _checkout({"payment": "pickup"}, ())


def _faults(answers: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the fields that must be filled in differently, in page order."""
    rules = {
        "name": bool(answers.get("name", "").strip()),
        "postcode": bool(re.fullmatch(r"[0-9]{4}", answers.get("postcode", "").strip())),
        "payment": answers.get("payment") in PAYMENTS,
        "card": answers.get("payment") != "card"
        or bool(re.fullmatch(r"tok_demo_[0-9a-f]{16}", answers.get("token", ""))),
    }
    return tuple(name for name, right in rules.items() if not right)


def buy() -> tuple[str, int] | Response:
    """Place the order; of what the form says only the way of paying is kept. 422 shows it again."""
    if not _cart():
        return redirect(Words.of_request().to("cart"), 303)
    answers = {name: value[:LONGEST_FIELD] for name, value in request.form.items()}
    faults = _faults(answers)
    if faults:
        return _checkout(answers, faults), 422
    order = place_order(_cart(), answers["payment"])
    session["order"] = asdict(order)
    session.pop("cart")
    return redirect(Words.of_request().to("receipt", number=order.number), 303)


def receipt(number: str) -> str:
    """The receipt of the last order of this browser; 404 for any other number."""
    order = order_from(session.get("order"))
    if order is None or order.number != number:
        abort(404)
    return render_template(
        "shop/receipt.html", order=order, lines=lines(order.wares), code=TRACKING_CODE
    )


def about() -> str:
    """What this shop is, and that it is not one."""
    return render_template("shop/about.html")


def privacy() -> str:
    """What is kept about visitors; the cookie list comes from the platform."""
    return render_template("shop/privacy.html")


def _logs() -> Mapping[str, TrackerLog]:
    logs: Mapping[str, TrackerLog] = current_app.extensions["demo_logs"]
    return logs


def seen() -> str:
    """What the trackers saw. This page calls no tracker."""
    return render_template("shop/seen.html", seen=what_was_seen(_logs()))


def seen_json() -> Response:
    """The same for programs: the shape of `what_was_seen`."""
    answer = jsonify(what_was_seen(_logs()))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def clear_seen() -> Response:
    """Make every tracker forget what it saw; back to the page."""
    forget(_logs())
    return redirect(Words.of_request().to("seen"), 303)


def not_found(fault: HTTPException) -> tuple[str, int]:
    """The page for an address that does not exist."""
    return render_template("shop/fault.html", what="missing"), 404


def refused(fault: HTTPException) -> tuple[str, int]:
    """The page for a form that another origin sent."""
    return render_template("shop/fault.html", what="refused"), 403
