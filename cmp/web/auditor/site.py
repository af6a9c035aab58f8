# SPDX-License-Identifier: Apache-2.0
"""The site that an address of the audit room names."""

import re

from cmp.errors import NotFound
from cmp.sites.models import Site
from cmp.sites.publish import find_site
from cmp.web.frame.database import reading

__all__ = ["site_named"]

_KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)


def site_named(key: str) -> Site:
    """Return the site `key`. Raises NotFound, also for what no database could look up."""
    if not _KEY.fullmatch(key):
        raise NotFound("There is no such site here.", now="Choose one in the overview.")
    return find_site(reading(), key)
