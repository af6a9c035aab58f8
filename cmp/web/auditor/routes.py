# SPDX-License-Identifier: Apache-2.0
"""The auditor door: the audit room at /audit/. Reads and downloads; adds only to its trail."""

from flask import Blueprint

from cmp.web.frame.doors import attach
from cmp.web.frame.security import guard

__all__ = ["door"]

door = Blueprint("auditor", __name__, url_prefix="/audit", template_folder="templates")

attach(door, [], guard)
