# SPDX-License-Identifier: Apache-2.0
"""What a service and a storage item must be, wherever they come from: form, import or vendor file.

Category follows purpose, never party. Three rules no role can lift: `necessary` needs a written
reason; a pixel is never necessary; a short wildcard needs a domain.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from cmp.catalog.lifetime import is_lifetime

__all__ = [
    "CATEGORIES",
    "PARTIES",
    "ROLES",
    "TECHNOLOGIES",
    "ItemFacts",
    "Problem",
    "ServiceFacts",
    "check_item",
    "check_service",
]

CATEGORIES = ("necessary", "functional", "analytics", "personalisation", "marketing")
TECHNOLOGIES = ("cookie", "local_storage", "session_storage", "indexed_db", "cache", "pixel")
PARTIES = ("first", "third")
ROLES = ("controller", "joint_controller", "processor", "unknown")
LEGAL_BASES = ("consent", "exempt")
SHORTEST_WILDCARD = 4
LONGEST_NAME, LONGEST_TEXT, MOST_PATTERNS = 200, 2000, 100

# Hosts so wide that only a path tells one service of theirs from another.
WIDE_HOSTS = frozenset(
    {
        "google.com",
        "facebook.com",
        "linkedin.com",
        "bing.com",
        "t.co",
        "gstatic.com",
        "microsoft.com",
        "googleapis.com",
        "amazonaws.com",
        "cloudfront.net",
        "apple.com",
        "yahoo.com",
        "twitter.com",
        "x.com",
        "youtube.com",
        "instagram.com",
    }
)
_SERVICE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"(\*\.)?{_LABEL}(?:\.{_LABEL})+(?::\d{{1,5}})?|localhost(?::\d{{1,5}})?")
_PATH = re.compile(rf"(?:(?:\*\.)?{_LABEL}(?:\.{_LABEL})*(?::\d{{1,5}})?|\*)/[!-~]*")
_ITEM_NAME = re.compile(r"[!-+\--:<-~]+")
_COUNTRY = re.compile(r"[A-Z]{2}|")
_URL = re.compile(r"https?://[!-~]+|")
# Characters that turn text around or hide it (Unicode UAX 9) have no place in a catalogue.
_HIDDEN = frozenset(
    "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)


class ServiceFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A service as somebody describes it. Texts by language; patterns as in `cmp.rules.pattern`."""

    service_id: str
    name: str
    provider: str
    country: str = ""
    role: str = "unknown"
    category: str
    legal_basis: str = "consent"
    hosts: Sequence[str] = ()
    paths: Sequence[str] = ()
    policy_url: str = ""
    necessity: Mapping[str, str] = {}
    description: Mapping[str, str] = {}
    aliases: Sequence[str] = ()


class ItemFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A storage item as somebody describes it; `lifetime` is already in its stored form."""

    name: str
    technology: str
    party: str
    domain: str = ""
    lifetime: str = ""
    category: str
    purpose: Mapping[str, str] = {}
    source: str = ""


class Problem(msgspec.Struct, frozen=True):
    """What is wrong with one field: a key of the texts (`rule.<key>`) and the value it names."""

    field: str
    key: str
    value: str = ""


def check_service(facts: ServiceFacts) -> list[Problem]:
    """Return what is wrong with a service; empty when it may be stored."""
    return [*_service_form(facts), *_service_meaning(facts)]


def check_item(facts: ItemFacts) -> list[Problem]:
    """Return what is wrong with a storage item; empty when it may be stored."""
    return [*_item_form(facts), *_item_meaning(facts)]


def _service_form(facts: ServiceFacts) -> Iterator[Problem]:
    if not _SERVICE_ID.fullmatch(facts.service_id):
        yield Problem("service_id", "service_id", facts.service_id[:60])
    yield from _line("name", facts.name, required=True)
    yield from _line("provider", facts.provider, required=True)
    yield from _matches("country", facts.country, _COUNTRY)
    yield from _one_of("category", facts.category, CATEGORIES)
    yield from _one_of("role", facts.role, ROLES)
    yield from _one_of("legal_basis", facts.legal_basis, LEGAL_BASES)
    yield from _matches("policy_url", facts.policy_url, _URL)
    yield from _texts("necessity", facts.necessity)
    yield from _texts("description", facts.description)
    yield from _patterns("hosts", facts.hosts, _HOST)
    yield from _patterns("paths", facts.paths, _PATH)


def _service_meaning(facts: ServiceFacts) -> Iterator[Problem]:
    necessary = facts.category == "necessary"
    if necessary and not facts.necessity.get("nb", "").strip():
        yield Problem("necessity", "necessary_reason")
    if necessary != (facts.legal_basis == "exempt"):
        yield Problem("legal_basis", "basis_of_category")
    for host in facts.hosts:
        if host.removeprefix("*.").partition(":")[0] in WIDE_HOSTS:
            yield Problem("hosts", "wide_host", host)
    for path in facts.paths:
        host, _, rest = path.partition("/")
        if not rest.strip("*/") and (host == "*" or host.removeprefix("*.") in WIDE_HOSTS):
            yield Problem("paths", "wide_host", path)


def _item_form(facts: ItemFacts) -> Iterator[Problem]:
    yield from _line("name", facts.name, required=True)
    if facts.name and not _ITEM_NAME.fullmatch(facts.name):
        yield Problem("name", "item_name", facts.name[:60])
    yield from _one_of("technology", facts.technology, TECHNOLOGIES)
    yield from _one_of("party", facts.party, PARTIES)
    yield from _one_of("category", facts.category, CATEGORIES)
    if facts.domain:
        yield from _matches("domain", facts.domain.lstrip("."), _HOST)
    if not is_lifetime(facts.lifetime):
        yield Problem("lifetime", "lifetime", facts.lifetime[:60])
    yield from _texts("purpose", facts.purpose)
    yield from _line("source", facts.source, longest=LONGEST_TEXT)


def _item_meaning(facts: ItemFacts) -> Iterator[Problem]:
    if facts.technology == "pixel" and facts.category == "necessary":
        yield Problem("category", "pixel_exempt", facts.name[:60])
    stem, star, _ = facts.name.partition("*")
    if star and len(stem) < SHORTEST_WILDCARD and not facts.domain and facts.technology != "pixel":
        yield Problem("name", "short_wildcard", facts.name[:60])


def _line(
    field: str, text: str, *, required: bool = False, longest: int = LONGEST_NAME
) -> Iterator[Problem]:
    if required and not text.strip():
        yield Problem(field, "required")
    if len(text) > longest:
        yield Problem(field, "too_long", str(longest))
    if not _clean(text, newlines=False):
        yield Problem(field, "characters")


def _texts(field: str, translations: Mapping[str, str]) -> Iterator[Problem]:
    for lang, text in translations.items():
        if len(text) > LONGEST_TEXT:
            yield Problem(f"{field}.{lang}", "too_long", str(LONGEST_TEXT))
        if not _clean(text, newlines=True):
            yield Problem(f"{field}.{lang}", "characters")


def _clean(text: str, *, newlines: bool) -> bool:
    """No control, surrogate, private or direction-changing characters; NFC."""
    allowed = "\n\r\t" if newlines else ""
    return unicodedata.is_normalized("NFC", text) and not any(
        (unicodedata.category(c) in ("Cc", "Cs", "Co") and c not in allowed) or c in _HIDDEN
        for c in text
    )


def _matches(field: str, text: str, pattern: re.Pattern[str]) -> Iterator[Problem]:
    if len(text) > 500 or not pattern.fullmatch(text):
        yield Problem(field, field, text[:60])


def _one_of(field: str, word: str, words: Sequence[str]) -> Iterator[Problem]:
    if word not in words:
        yield Problem(field, "not_one_of", ", ".join(words))


def _patterns(field: str, given: Sequence[str], pattern: re.Pattern[str]) -> Iterator[Problem]:
    if len(given) > MOST_PATTERNS:
        yield Problem(field, "too_many", str(MOST_PATTERNS))
    for text in given:
        if len(text) > LONGEST_NAME or not pattern.fullmatch(text):
            yield Problem(field, field, text[:60])
