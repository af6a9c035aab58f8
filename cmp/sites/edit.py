# SPDX-License-Identifier: Apache-2.0
"""Changing what marketing may change of a site: identity, addresses, languages, texts.

`session` must be in a write transaction; the caller commits. `seen` is what `state_of` said when
the editor began: another state now raises Conflict, and nothing is changed.
"""

import hashlib
import string
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cmp.catalog.item_rules import Problem
from cmp.catalog.verbs import BadFacts
from cmp.errors import Conflict, Unprocessable
from cmp.i18n.text import LANGUAGES, texts
from cmp.proof.canonical import canonical
from cmp.sites.models import Site
from cmp.sites.verbs import MODES, check_origin
from cmp.trail import Activity

__all__ = [
    "SiteEdit",
    "check_edit",
    "check_texts",
    "edit_site",
    "edit_texts",
    "editable_texts",
    "state_of",
]

LONGEST_LINE, LONGEST_URL, LONGEST_TEXT, MOST_ORIGINS = 200, 500, 600, 50


@dataclass(frozen=True, slots=True)
class SiteEdit:
    """A site's settings as somebody describes them. Empty `dpo_name`: there is no such officer."""

    name: str
    origins: Sequence[str]
    languages: Sequence[str]
    default_language: str
    mode: str
    controller_name: str
    controller_org_number: str
    controller_address: str
    controller_email: str
    dpo_name: str
    dpo_email: str
    authority_name: str
    authority_url: str
    policy_urls: Mapping[str, str]


def state_of(site: Site) -> str:
    """Return a short name of the site's present settings and texts; any edit changes it."""
    members = (site.name, site.origins, site.languages, site.default_language, site.mode)
    state = [*members, site.identity, site.texts]
    return hashlib.sha256(canonical(state)).hexdigest()[:16]


def check_edit(edit: SiteEdit) -> list[Problem]:
    """Return what is wrong with settings; empty when they may be stored."""
    return [*_lines(edit), *_addresses(edit), *_languages(edit)]


def _lines(edit: SiteEdit) -> Iterator[Problem]:
    for field in ("name", "controller_name", "controller_address", "controller_email"):
        if not getattr(edit, field).strip():
            yield Problem(field, "required")
    for field in _LINE_FIELDS:
        yield from _text(field, getattr(edit, field), LONGEST_LINE)


_LINE_FIELDS = (
    "name",
    "controller_name",
    "controller_org_number",
    "controller_address",
    "controller_email",
    "dpo_name",
    "dpo_email",
    "authority_name",
)


def _addresses(edit: SiteEdit) -> Iterator[Problem]:
    if not 1 <= len(edit.origins) <= MOST_ORIGINS:
        yield Problem("origins", "origins")
    for origin in edit.origins:
        try:
            check_origin(origin)
        except (Unprocessable, ValueError):
            yield Problem("origins", "origins", origin[:60])
    for field in ("controller_email", "dpo_email"):
        address = getattr(edit, field)
        if address and not _is_mail(address):
            yield Problem(field, "email", address[:60])
    if edit.authority_url and not _is_url(edit.authority_url):
        yield Problem("authority_url", "policy_url")
    for lang, url in edit.policy_urls.items():
        if url and not _is_url(url):
            yield Problem(f"policy.{lang}", "policy_url")
    if not edit.policy_urls.get(edit.default_language):
        yield Problem(f"policy.{edit.default_language}", "required")


def _languages(edit: SiteEdit) -> Iterator[Problem]:
    if not edit.languages or not set(edit.languages) <= set(LANGUAGES):
        yield Problem("languages", "languages")
    if edit.default_language not in edit.languages:
        yield Problem("default_language", "default_language")
    if edit.mode not in MODES:
        yield Problem("mode", "mode")


def _text(field: str, text: str, longest: int) -> Iterator[Problem]:
    if len(text) > longest:
        yield Problem(field, "too_long", str(longest))
    # Control, format (direction, zero width), surrogate and private characters.
    if any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co") for c in text):
        yield Problem(field, "characters")


def _is_url(text: str) -> bool:
    plain = len(text) <= LONGEST_URL and text.isascii() and text.isprintable() and " " not in text
    return plain and text.startswith(("https://", "http://")) and len(text) > len("https://")


def _is_mail(text: str) -> bool:
    name, at, host = text.rpartition("@")
    return bool(name and at and host) and not any(c.isspace() or c in '<>"' for c in text)


def edit_site(
    session: Session, site: Site, edit: SiteEdit, *, seen: str, at: datetime, actor: str
) -> None:
    """Replace a site's settings. Raises BadFacts or Conflict and changes nothing then."""
    _refuse(check_edit(edit))
    _still(site, seen)
    site.name = edit.name
    site.origins = [check_origin(origin) for origin in edit.origins]
    site.languages = [lang for lang in LANGUAGES if lang in edit.languages]
    site.default_language = edit.default_language
    site.mode = edit.mode
    site.identity = {**site.identity, **_identity(site, edit)}
    _note(session, "site.edit", site, at, actor)


def _identity(site: Site, edit: SiteEdit) -> dict[str, Any]:
    controllers = site.identity.get("controllers") or [{"id": site.key}]
    controller = {
        "id": controllers[0]["id"],
        "name": edit.controller_name,
        "org_number": edit.controller_org_number,
        "address": edit.controller_address,
        "email": edit.controller_email,
    }
    dpo = {"name": edit.dpo_name, "email": edit.dpo_email} if edit.dpo_name else None
    authority = {"name": edit.authority_name, "url": edit.authority_url}
    urls = {lang: url for lang, url in edit.policy_urls.items() if url}
    return {
        "controllers": [controller, *controllers[1:]],
        "dpo": dpo,
        "authority": authority if edit.authority_name else None,
        "policy": {"sha256": "", **site.identity.get("policy", {}), "url": urls},
    }


def editable_texts(lang: str) -> Mapping[str, str]:
    """Return the strings of both layers that a site may replace, with their defaults."""
    # The names of the purposes belong to the notice's purposes, not to a layer.
    return {k: v for k, v in texts("banner", lang).items() if not k.startswith("category.")}


def check_texts(lang: str, replaced: Mapping[str, str]) -> list[Problem]:
    """Return what is wrong with texts that replace defaults; field is the key."""
    defaults = editable_texts(lang)
    problems: list[Problem] = []
    for key, text in replaced.items():
        problems += _text(key, text, LONGEST_TEXT)
        if key not in defaults:
            problems.append(Problem(key, "unknown_text", key[:60]))
        elif _placeholders(text) != _placeholders(defaults[key]):
            wanted = " ".join(f"{{{name}}}" for name in sorted(_placeholders(defaults[key])))
            problems.append(Problem(key, "placeholders", wanted))
    return problems


def _placeholders(text: str) -> frozenset[str]:
    """The names in braces. Anything cleverer (attributes, widths) counts as none of ours."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        return frozenset({"{"})
    plain = all(not spec and not conversion for _, _, spec, conversion in parts)
    names = frozenset(name for _, name, _, _ in parts if name is not None)
    return names if plain else frozenset({"{"})


def edit_texts(
    session: Session,
    site: Site,
    lang: str,
    replaced: Mapping[str, str],
    *,
    seen: str,
    at: datetime,
    actor: str,
) -> None:
    """Replace the texts of one language that differ from the defaults; empty ones are defaults."""
    kept = {key: text for key, text in replaced.items() if text}
    _refuse(check_texts(lang, kept))
    _still(site, seen)
    site.texts = {**site.texts, lang: kept}
    _note(session, "site.texts", site, at, actor, language=lang)


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise BadFacts(problems)


def _still(site: Site, seen: str) -> None:
    if state_of(site) != seen:
        raise Conflict(
            "Somebody has changed this site meanwhile.",
            now="Look at the new state, then save again.",
            kind="changed-meanwhile",
        )


def _note(
    session: Session, verb: str, site: Site, at: datetime, actor: str, **details: str
) -> None:
    session.add(
        Activity(at=at, actor=actor, verb=verb, site=site.key, subject=site.key, details=details)
    )
    session.flush()
