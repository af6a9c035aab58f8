# SPDX-License-Identifier: Apache-2.0
"""What the banner's two layers say in one language, made from a notice and nothing else.

`banner/src/contract/texts.ts` describes the same shapes. The text of a notice never changes, so the
hash of what should have been shown can be told for ever (specification A.3).
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from cmp.i18n.country import country_in_words
from cmp.i18n.duration import duration_in_words
from cmp.i18n.text import LANGUAGES, texts
from cmp.rules.compile import embed

__all__ = ["PLACEHOLDER", "Texts", "banner_texts", "dialog_texts", "rendered_text_sha256", "script"]

Texts: TypeAlias = dict[str, Any]

PLACEHOLDER = '"__KVITT_TEXTS__"'
RIGHT_TO_LEFT = frozenset({"ar", "he", "fa", "ur"})


def banner_texts(notice: Mapping[str, Any], lang: str, *, base: str) -> Texts:
    """Return the first layer of `notice` in `lang`: title, paragraphs, buttons, links.

    `base` is the platform's public address. Raises KeyError for a language the notice lacks.
    """
    words = _words(notice, lang)
    who = _fill(words["body.controller"], controller=notice["controllers"][0]["name"])
    return {
        **_frame(notice, words, lang, base),
        "title": _fill(words["title"], site=words["site_name"]),
        "body": [
            _fill(words["body.purposes"], purposes=_purposes(notice, words)),
            f"{_third_parties(notice, words)} {who}",
            words["body.withdraw"],
        ],
        "customise": words["customise"],
    }


def dialog_texts(notice: Mapping[str, Any], lang: str, *, base: str) -> Texts:
    """Return the second layer of `notice` in `lang`: every category, service and storage item.

    `base` is the platform's public address. Raises KeyError for a language the notice lacks.
    """
    words = _words(notice, lang)
    names = (
        *("save", "close", "withdraw", "receipt"),
        *("always_on", "on", "off", "some", "provider", "provider_policy"),
    )
    return {
        **_frame(notice, words, lang, base),
        **{name: words[name] for name in names},
        "title": words["dialog.title"],
        "intro": _fill(words["dialog.intro"], site=words["site_name"]),
        "controller": _controller(notice, words),
        "authority": _fill(words["authority"], authority=notice["authority"]["name"]),
        "authority_url": _address(notice["authority"]["url"]),
        "categories": [_category(notice, p, words, lang) for p in notice["purposes"]],
    }


def _words(notice: Mapping[str, Any], lang: str) -> Mapping[str, str]:
    """The notice's own words; where an older notice has no word for something, today's default."""
    defaults = texts("banner", lang) if lang in LANGUAGES else {}
    return {**defaults, **notice["text"][lang]}


def _fill(text: str, **values: str) -> str:
    """Put `values` in place of `{name}`; any other brace is a brace, whoever wrote the text."""
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), text)


def _address(url: str) -> str:
    """Return `url` if a visitor may be sent there, else nothing."""
    return url if url.startswith(("https://", "http://")) else ""


def _frame(notice: Mapping[str, Any], words: Mapping[str, str], lang: str, base: str) -> Texts:
    policy = notice["policy"]["url"]
    return {
        "lang": lang,
        "dir": "rtl" if lang in RIGHT_TO_LEFT else "ltr",
        "accept": words["accept"],
        "reject": words["reject"],
        "policy": words["policy"],
        "policy_url": _address(policy.get(lang) or next(iter(policy.values()))),
        "list": words["list"],
        "list_url": f"{base}/v1/sites/{notice['site']}/cookies?lang={lang}",
    }


def _purposes(notice: Mapping[str, Any], words: Mapping[str, str]) -> str:
    asked = [words[f"category.{p['id']}.short"] for p in notice["purposes"] if not p["exempt"]]
    if len(asked) < 2:
        return "".join(asked)
    return f"{', '.join(asked[:-1])} {words['and']} {asked[-1]}"


def _third_parties(notice: Mapping[str, Any], words: Mapping[str, str]) -> str:
    exempt = {p["id"] for p in notice["purposes"] if p["exempt"]}
    count = len({s["provider"] for s in notice["services"] if s["purpose"] not in exempt})
    return _counted(words, "body.third_parties", count)


def _counted(words: Mapping[str, str], key: str, count: int) -> str:
    key += {0: ".none", 1: ".one"}.get(count, "")
    return _fill(words[key], count=str(count))


def _controller(notice: Mapping[str, Any], words: Mapping[str, str]) -> str:
    who = notice["controllers"][0]
    known = [who["name"], who.get("org_number"), who.get("address"), who.get("email")]
    return f"{words['controller']}: {', '.join(part for part in known if part)}"


def _category(
    notice: Mapping[str, Any], purpose: Mapping[str, Any], words: Mapping[str, str], lang: str
) -> Texts:
    services = [s for s in notice["services"] if s["purpose"] == purpose["id"]]
    return {
        "id": purpose["id"],
        "name": purpose["text"][lang]["name"],
        "description": purpose["text"][lang]["description"],
        "exempt": purpose["exempt"],
        **_reason(purpose, lang),
        "count": _counted(words, "services", len(services)) if services else "",
        "services": [_service(notice, s, words, lang) for s in services],
    }


def _reason(of: Mapping[str, Any], lang: str) -> Texts:
    """Why something needs no consent; nothing where it needs one."""
    reason = (of.get("necessity") or {}).get(lang)
    return {"reason": reason} if reason else {}


def _service(
    notice: Mapping[str, Any], service: Mapping[str, Any], words: Mapping[str, str], lang: str
) -> Texts:
    items = [i for i in notice["storage"] if i["service"] == service["id"]]
    return {
        "id": service["id"],
        "name": service["name"],
        "provider": _provider(service, lang),
        "policy_url": _address(service["policy_url"]),
        "description": service["text"][lang]["description"],
        **_reason(service, lang),
        "items": [[i["name"], _facts(i, words, lang), i["text"][lang]["purpose"]] for i in items],
    }


def _provider(service: Mapping[str, Any], lang: str) -> str:
    country = country_in_words(service["country"], lang)
    return ", ".join(part for part in (service["provider"], country) if part)


def _facts(item: Mapping[str, Any], words: Mapping[str, str], lang: str) -> str:
    """Technology, place and lifetime of one item: «Øktlagring hos leverandøren. Varighet: 2 år»."""
    kind = f"{words['technology.' + item['technology']]} {words['party.' + item['party']]}"
    if item["technology"] == "pixel" and not item["lifetime"]:
        return kind
    return f"{kind}. {words['lifetime']}: {duration_in_words(item['lifetime'], lang)}"


def script(bundle_source: str, texts: Texts) -> str:
    """Return a chunk of the banner: the built bundle with `texts` inside, safe in any script.

    Raises EnvironmentFault for a bundle that does not hold the placeholder exactly once.
    """
    return embed(bundle_source, PLACEHOLDER, texts)


def rendered_text_sha256(texts: Texts, layer: int, lang: str) -> str:
    """Return the hash (hex SHA-256) of the text that a layer shows, as specification A.3 forms it.

    `texts` is what `banner_texts` (layer 1) or `dialog_texts` (layer 2) returned. Items are the
    visible texts in order, each with its role; switches are off and folds shut, as before a choice.
    """
    items = _first_layer(texts) if layer == 1 else _second_layer(texts)
    lines = [
        f"{role}:{' '.join(unicodedata.normalize('NFC', text).split())}" for role, text in items
    ]
    return hashlib.sha256("\n".join([lang, *lines]).encode()).hexdigest()


Item: TypeAlias = tuple[str, str]


def _first_layer(texts: Texts) -> Iterator[Item]:
    yield "heading", texts["title"]
    for paragraph in texts["body"]:
        yield "p", paragraph
    yield from _links(texts, "policy", "list")
    yield from _buttons(texts, "reject", "accept", "customise")


def _second_layer(texts: Texts) -> Iterator[Item]:
    yield "heading", texts["title"]
    yield from _buttons(texts, "close")
    yield "p", texts["intro"]
    for category in texts["categories"]:
        yield from _category_items(category, texts["always_on"])
    yield "p", texts["controller"]
    yield from _links(texts, "authority", "policy", "list")
    yield from _buttons(texts, "reject", "accept", "save")


def _category_items(category: Texts, always_on: str) -> Iterator[Item]:
    yield "heading", category["name"]
    yield ("p", always_on) if category["exempt"] else ("switch[off]", category["name"])
    yield "p", category["description"]
    if "reason" in category:
        yield "p", category["reason"]
    if category["services"]:
        yield "button", category["count"]


def _links(texts: Texts, *names: str) -> Iterator[Item]:
    """A link without an address is not shown."""
    return (("link", texts[name]) for name in names if texts[f"{name}_url"])


def _buttons(texts: Texts, *names: str) -> Iterator[Item]:
    return (("button", texts[name]) for name in names)
