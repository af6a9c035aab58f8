# SPDX-License-Identifier: Apache-2.0
"""The marketing door: the workbench at /admin/."""

from flask import Blueprint

from cmp.web.frame.doors import Route, attach
from cmp.web.frame.security import guard
from cmp.web.marketing import catalogue, items, publishing, services, settings, words
from cmp.web.marketing.change_words import change_words

__all__ = ["door"]

door = Blueprint("marketing", __name__, url_prefix="/admin", template_folder="templates")

FORM = ("GET", "POST")
READ, EDIT = "catalog.read", "catalog.edit"
ONE = "/<site>/services/<service_id>"
ITEM = "/<site>/items/<int(max=2147483647):row_id>"

attach(
    door,
    [
        Route("/", catalogue.sites, READ),
        Route("/<site>/", catalogue.catalogue, READ),
        Route("/<site>/services/new", services.service_new, EDIT, FORM),
        Route(ONE, services.service, EDIT, FORM),
        Route(f"{ONE}/remove", services.service_remove, EDIT, FORM),
        Route(f"{ONE}/items/new", items.item_new, EDIT, FORM),
        Route(ITEM, items.item, EDIT, FORM),
        Route(f"{ITEM}/remove", items.item_remove, EDIT, FORM),
        Route("/<site>/settings", settings.settings, "site.edit", FORM),
        Route("/<site>/texts/<lang>", settings.texts, "site.edit", FORM),
        Route("/<site>/publish", publishing.publishing, "notice.publish", FORM),
        Route("/<site>/snippet", publishing.snippet, READ),
    ],
    guard,
)
for function in (
    change_words,
    words.choices,
    words.country,
    words.field_labels,
    words.lifetime,
    words.problem_words,
    words.word,
):
    door.add_app_template_global(function)
