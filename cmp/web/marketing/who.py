# SPDX-License-Identifier: Apache-2.0
"""Who is at work, and which state of the row they were looking at."""

from flask import request

from cmp.web.frame.security import person

__all__ = ["actor", "revision"]


def actor() -> str:
    """Return the e-mail address of the person logged in."""
    someone = person()
    if someone is None:
        raise AssertionError("the guard lets nobody in who is not logged in")
    return someone.email


def revision() -> int:
    """Return the revision that the form was made from; 0, which no row has, when it is missing."""
    text = request.form.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
