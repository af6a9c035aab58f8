# SPDX-License-Identifier: Apache-2.0
"""The auditor door: the audit room at /audit/. Reads and downloads; adds only to its trail."""

from flask import Blueprint

from cmp.web.auditor import downloads, overview, records, words
from cmp.web.frame.doors import Route, attach
from cmp.web.frame.security import guard

__all__ = ["door"]

door = Blueprint("auditor", __name__, url_prefix="/audit", template_folder="templates")

READ, EXPORT = "record.read", "record.export"

attach(
    door,
    [
        Route("/", overview.overview, READ),
        Route("/<site>/", records.records, READ),
        Route("/<site>/records/<record_id>", records.record, READ),
        Route("/<site>/log", overview.logs, READ),
        Route("/<site>/downloads", downloads.downloads, READ),
        Route("/<site>/download", downloads.download, EXPORT, ("POST",)),
    ],
    guard,
)
for function in (
    words.audit_choices,
    words.audit_word,
    words.day,
    words.name_in,
    words.period,
):
    door.add_app_template_global(function)
