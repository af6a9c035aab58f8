# SPDX-License-Identifier: Apache-2.0
"""The public cookie list: the notice in force, arranged for people, in one language."""

from typing import Any

from cmp.clock import from_rfc3339
from cmp.i18n.country import country_in_words
from cmp.i18n.date import date_in_words
from cmp.i18n.duration import duration_in_words
from cmp.i18n.text import texts
from cmp.sites.notice import NoticeBody

__all__ = ["cookie_list"]


def cookie_list(notice: NoticeBody, lang: str, *, sha256: str) -> dict[str, Any]:
    """Return the list of `notice` in `lang`: categories, their services, their storage items.

    Shape: `{lang, site, version, valid_from, date, sha256, controller, labels, categories: [{id,
    name, description, exempt, services: [{id, name, provider, country, country_name, policy_url,
    description, necessity, items: [{name, technology, party, lifetime, purpose, domain}]}]}]}`.
    """
    labels = dict(texts("list", lang))
    return {
        "lang": lang,
        "site": notice["text"][lang]["site_name"],
        "version": notice["version"],
        "valid_from": notice["valid_from"],
        "date": date_in_words(from_rfc3339(notice["valid_from"]), lang),
        "sha256": sha256,
        "controller": notice["controllers"][0],
        "policy_url": _in(notice["policy"]["url"], lang),
        "labels": labels,
        "categories": [_category(notice, p, lang, labels) for p in notice["purposes"]],
    }


def _category(
    notice: NoticeBody, purpose: dict[str, Any], lang: str, labels: dict[str, str]
) -> dict[str, Any]:
    services = [s for s in notice["services"] if s["purpose"] == purpose["id"]]
    return {
        "id": purpose["id"],
        "exempt": purpose["exempt"],
        **purpose["text"][lang],
        "services": [_service(notice, s, lang, labels) for s in services],
    }


def _service(
    notice: NoticeBody, service: dict[str, Any], lang: str, labels: dict[str, str]
) -> dict[str, Any]:
    items = [i for i in notice["storage"] if i["service"] == service["id"]]
    return {
        "id": service["id"],
        "name": service["name"],
        "provider": service["provider"],
        "country": service["country"],
        "country_name": country_in_words(service["country"], lang),
        "policy_url": service["policy_url"],
        "description": service["text"][lang]["description"],
        "necessity": _in(service["necessity"] or {}, lang),
        "items": [_item(i, lang, labels) for i in items],
    }


def _item(item: dict[str, Any], lang: str, labels: dict[str, str]) -> dict[str, Any]:
    return {
        "name": item["name"],
        "technology": labels[f"technology.{item['technology']}"],
        "party": labels[f"party.{item['party']}"],
        "lifetime": duration_in_words(item["lifetime"], lang),
        "purpose": item["text"][lang]["purpose"],
        "domain": item["domain"],
    }


def _in(translations: dict[str, str], lang: str) -> str:
    return translations.get(lang) or translations.get("nb") or next(iter(translations.values()), "")
