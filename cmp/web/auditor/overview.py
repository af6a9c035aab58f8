# SPDX-License-Identifier: Apache-2.0
"""Every site with the number of its records and the last root signed; the logs of one site."""

from flask import render_template

from cmp.ledger.records import count
from cmp.ledger.selection import Selection
from cmp.ledger.standing import Standing, standings
from cmp.proof.keys import vkey
from cmp.sites.reads import sites
from cmp.web.auditor.site import site_named
from cmp.web.frame.database import reading
from cmp.web.frame.platform import platform

__all__ = ["logs", "overview"]


def overview() -> str:
    """The sites, each with how its newest log stands."""
    rows = reading()
    newest: dict[str, Standing] = {}
    for standing in standings(rows):
        newest.setdefault(standing.site, standing)
    listed = [
        (site, count(rows, Selection(site.key)), newest.get(site.key)) for site in sites(rows)
    ]
    return render_template("auditor/overview.html", sites=listed)


def logs(site: str) -> str:
    """The logs of a site, a year each, with the keys that verify their checkpoints."""
    row = site_named(site)
    listed = [(standing, _vkey(standing)) for standing in standings(reading(), site)]
    return render_template(
        "auditor/logs.html", site=row, logs=listed, base=platform().settings.public_url
    )


def _vkey(log: Standing) -> str:
    return vkey(log.origin, platform().keys.log_key(log.site, log.year).public_key())
