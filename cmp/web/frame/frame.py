# SPDX-License-Identifier: Apache-2.0
"""Attaches what all doors share to an application."""

from flask import Flask

from cmp.settings import Settings
from cmp.web.frame.account import door as account
from cmp.web.frame.headers import attach_headers
from cmp.web.frame.logs import attach_logs
from cmp.web.frame.pages import attach_pages
from cmp.web.frame.security import attach_security

__all__ = ["attach_frame"]

# The longest form of a staff page; visitors' doors have limits of their own.
LARGEST_FORM = 2 * 1024 * 1024


def attach_frame(app: Flask, settings: Settings) -> None:
    """Give `app` logs, logins, pages, headers and the account door. The database comes before."""
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_FORM
    attach_logs(app, settings)
    attach_security(app, settings)
    attach_pages(app)
    attach_headers(app)
    app.register_blueprint(account)
