# SPDX-License-Identifier: Apache-2.0
"""The sites, and the catalogue of one: everything it stores and calls, by category."""

from flask import render_template, request

from cmp.catalog import reads
from cmp.catalog.item_rules import CATEGORIES
from cmp.catalog.models import Service
from cmp.sites.publish import find_site, notice_in_force
from cmp.sites.reads import sites as all_sites
from cmp.web.frame.database import reading
from cmp.web.marketing.typed import searched

__all__ = ["catalogue", "sites"]


def sites() -> str:
    """Every site, with the notice in force and the size of its catalogue."""
    rows = reading()
    listed = [(site, notice_in_force(rows, site)) for site in all_sites(rows)]
    return render_template("marketing/sites.html", sites=listed, counts=reads.count_services(rows))


def catalogue(site: str) -> str:
    """The services of a site by category, all of them or those that a search finds."""
    row = find_site(reading(), site)
    words = searched(request.args.get("q", ""))
    found = reads.services(reading(), site, words)
    return render_template(
        "marketing/catalogue.html", site=row, words=words, groups=_grouped(found), found=len(found)
    )


def _grouped(found: list[Service]) -> dict[str, list[Service]]:
    """By category, in the order of the banner; categories without a service are left out."""
    groups = {category: [s for s in found if s.category == category] for category in CATEGORIES}
    return {category: services for category, services in groups.items() if services}
