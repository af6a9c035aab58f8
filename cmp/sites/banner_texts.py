# SPDX-License-Identifier: Apache-2.0
"""What the banner's two layers say in one language, made from a notice and nothing else.

`banner/src/contract/texts.ts` describes the same shapes. The text of a notice never changes, so the
hash of what should have been shown can be told for ever (specification A.3).
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from cmp.i18n.duration import duration_in_words
from cmp.rules.compile import embed

__all__ = ["PLACEHOLDER", "Texts", "banner_texts", "dialog_texts", "rendered_text_sha256", "script"]

Texts: TypeAlias = dict[str, Any]

PLACEHOLDER = '"__KVITT_TEXTS__"'
RIGHT_TO_LEFT = frozenset({"ar", "he", "fa", "ur"})


def banner_texts(notice: Mapping[str, Any], lang: str, *, base: str) -> Texts:
    """Return the first layer of `notice` in `lang`: title, paragraphs, buttons, links."""
    words = notice["text"][lang]
    return {
        **_frame(notice, lang, base),
        "title": words["title"].format(site=words["site_name"]),
        "body": [
            words["body.purposes"].format(purposes=_purposes(notice, lang)),
            f"{_third_parties(notice, words)} {words['body.withdraw']}",
        ],
        "customise": words["customise"],
    }


def dialog_texts(notice: Mapping[str, Any], lang: str, *, base: str) -> Texts:
    """Return the second layer of `notice` in `lang`: every category, service and storage item."""
    words = notice["text"][lang]
    names = (
        *("save", "close", "withdraw", "receipt", "always_on", "on", "off"),
        *("provider", "lifetime", "item", "purpose", "provider_policy"),
    )
    return {
        **_frame(notice, lang, base),
        **{name: words[name] for name in names},
        "title": words["dialog.title"],
        "intro": words["dialog.intro"].format(site=words["site_name"]),
        "controller": _controller(notice, words),
        "authority": words["authority"].format(authority=notice["authority"]["name"]),
        "authority_url": notice["authority"]["url"],
        "categories": [_category(notice, p, lang) for p in notice["purposes"]],
    }


def _frame(notice: Mapping[str, Any], lang: str, base: str) -> Texts:
    words, policy = notice["text"][lang], notice["policy"]["url"]
    return {
        "lang": lang,
        "dir": "rtl" if lang in RIGHT_TO_LEFT else "ltr",
        "accept": words["accept"],
        "reject": words["reject"],
        "policy": words["policy"],
        "policy_url": policy.get(lang) or next(iter(policy.values())),
        "list": words["list"],
        "list_url": f"{base}/v1/sites/{notice['site']}/cookies?lang={lang}",
    }


def _purposes(notice: Mapping[str, Any], lang: str) -> str:
    words = notice["text"][lang]
    asked = [words[f"category.{p['id']}.short"] for p in notice["purposes"] if not p["exempt"]]
    if len(asked) < 2:
        return "".join(asked)
    return f"{', '.join(asked[:-1])} {words['and']} {asked[-1]}"


def _third_parties(notice: Mapping[str, Any], words: Mapping[str, str]) -> str:
    exempt = {p["id"] for p in notice["purposes"] if p["exempt"]}
    count = len({s["provider"] for s in notice["services"] if s["purpose"] not in exempt})
    return _counted(words, "body.third_parties", count)


def _counted(words: Mapping[str, str], key: str, count: int) -> str:
    return words[f"{key}.one"] if count == 1 else words[key].format(count=count)


def _controller(notice: Mapping[str, Any], words: Mapping[str, str]) -> str:
    who = notice["controllers"][0]
    known = [who["name"], who.get("org_number"), who.get("address"), who.get("email")]
    return f"{words['controller']}: {', '.join(part for part in known if part)}"


def _category(notice: Mapping[str, Any], purpose: Mapping[str, Any], lang: str) -> Texts:
    services = [s for s in notice["services"] if s["purpose"] == purpose["id"]]
    return {
        "id": purpose["id"],
        "name": purpose["text"][lang]["name"],
        "description": purpose["text"][lang]["description"],
        "exempt": purpose["exempt"],
        "count": _counted(notice["text"][lang], "services", len(services)),
        "services": [_service(notice, s, lang) for s in services],
    }


def _service(notice: Mapping[str, Any], service: Mapping[str, Any], lang: str) -> Texts:
    items = [i for i in notice["storage"] if i["service"] == service["id"]]
    country = f" ({service['country']})" if service["country"] else ""
    return {
        "id": service["id"],
        "name": service["name"],
        "provider": service["provider"] + country,
        "policy_url": service["policy_url"],
        "description": service["text"][lang]["description"],
        "items": [
            [i["name"], duration_in_words(i["lifetime"], lang), i["text"][lang]["purpose"]]
            for i in items
        ],
    }


def script(bundle_source: str, texts: Texts) -> str:
    """Return a chunk of the banner: the built bundle with `texts` inside."""
    return embed(bundle_source, PLACEHOLDER, texts)


def rendered_text_sha256(texts: Texts, layer: int, lang: str) -> str:
    """Return the hash (hex SHA-256) of the text that a layer shows, as specification A.3 forms it.

    `texts` is what `banner_texts` (layer 1) or `dialog_texts` (layer 2) returned. Items are the
    visible texts in order, each with its role; the state of switches before a choice is off.
    """
    items = _first_layer(texts) if layer == 1 else _second_layer(texts)
    lines = [
        f"{role}:{' '.join(unicodedata.normalize('NFC', text).split())}" for role, text in items
    ]
    return hashlib.sha256("\n".join([lang, *lines]).encode()).hexdigest()


def _first_layer(texts: Texts) -> Iterable[tuple[str, str]]:
    yield "heading", texts["title"]
    for paragraph in texts["body"]:
        yield "p", paragraph
    yield from _links(texts)
    for name in ("reject", "accept", "customise"):
        yield "button", texts[name]


def _second_layer(texts: Texts) -> Iterable[tuple[str, str]]:
    yield "heading", texts["title"]
    yield "button", texts["close"]
    yield "p", texts["intro"]
    for category in texts["categories"]:
        yield "heading", category["name"]
        yield ("p", texts["always_on"]) if category["exempt"] else ("switch[off]", category["name"])
        yield "p", category["description"]
    yield "p", texts["controller"]
    yield from _links(texts)
    for name in ("reject", "accept", "save"):
        yield "button", texts[name]


def _links(texts: Texts) -> Sequence[tuple[str, str]]:
    return (("link", texts["policy"]), ("link", texts["list"]))
