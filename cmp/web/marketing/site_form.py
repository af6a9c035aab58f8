# SPDX-License-Identifier: Apache-2.0
"""The forms of a site's settings and texts: from the row to the fields, and back."""

from collections.abc import Iterator, Mapping

from werkzeug.datastructures import MultiDict

from cmp.catalog.item_rules import Problem
from cmp.i18n.text import LANGUAGES
from cmp.sites.edit import SiteEdit, check_edit, check_texts, editable_texts
from cmp.sites.models import Site
from cmp.web.marketing.typed import Typed, lines_of, read_typed, typing_problems

__all__ = ["decode_settings", "decode_texts", "shown_settings", "shown_texts"]

_PLAIN = (
    "name",
    "controller_name",
    "controller_org_number",
    "controller_address",
    "controller_email",
    "dpo_name",
    "dpo_email",
    "authority_name",
    "authority_url",
    "default_language",
    "mode",
)
_POLICY = tuple(f"policy.{lang}" for lang in LANGUAGES)
_LANGUAGE = tuple(f"language.{lang}" for lang in LANGUAGES)
_FIELDS = (*_PLAIN, "origins", *_POLICY, *_LANGUAGE)
_PROSE = ("name", "controller_name", "controller_address", "dpo_name", "authority_name")


def shown_settings(site: Site) -> dict[str, str]:
    """Return what the form shows of a site; a language's box is `yes` when it is ticked."""
    values = dict.fromkeys(_FIELDS, "")
    values |= {"name": site.name, "default_language": site.default_language, "mode": site.mode}
    values |= {"origins": "\n".join(site.origins)}
    values |= {f"language.{lang}": "yes" for lang in site.languages}
    values |= dict(_identity(site))
    return values


def _identity(site: Site) -> Iterator[tuple[str, str]]:
    controller = (site.identity.get("controllers") or [{}])[0]
    parts = {"controller": controller, "dpo": site.identity.get("dpo") or {}}
    parts |= {"authority": site.identity.get("authority") or {}}
    for part, members in parts.items():
        for member, value in members.items():
            if f"{part}_{member}" in _PLAIN:
                yield f"{part}_{member}", value
    for lang, url in site.identity.get("policy", {}).get("url", {}).items():
        yield f"policy.{lang}", url


def decode_settings(form: MultiDict[str, str]) -> tuple[SiteEdit, Typed]:
    """Return the settings in a form and how they were typed.

    They may only be stored when `Typed.problems` is empty.
    """
    values = read_typed(form, _FIELDS)
    edit = SiteEdit(
        **{name: values[name] for name in _PLAIN},
        origins=lines_of(values["origins"]),
        languages=[lang for lang in LANGUAGES if values[f"language.{lang}"]],
        policy_urls={lang: values[f"policy.{lang}"] for lang in LANGUAGES},
    )
    problems = [*typing_problems(values, _PROSE), *check_edit(edit)]
    return edit, Typed(values, problems)


def shown_texts(site: Site, lang: str) -> dict[str, str]:
    """Return the site's own texts by key; empty where the default stands."""
    own = site.texts.get(lang, {})
    return {key: own.get(key, "") for key in editable_texts(lang)}


def decode_texts(form: Mapping[str, str], lang: str) -> Typed:
    """Return the texts as they were typed. They may be stored when `problems` is empty."""
    values = read_typed(form, editable_texts(lang))
    given = {key: text for key, text in values.items() if text}
    problems: list[Problem] = [*typing_problems(given, given), *check_texts(lang, given)]
    return Typed(values, problems)
