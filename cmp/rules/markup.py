# SPDX-License-Identifier: Apache-2.0
"""Takes out of HTML what no Content-Security-Policy stops: hints to hosts that may not be asked.

`<link rel=preconnect>` and its kin open connections, speculation rules load pages ahead, the
browser fetches icons and manifests by itself. Scripts, images and frames are left: the policy stops
them, and after a consent the page is as its author wrote it. What is not taken out comes through
byte for byte.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

from cmp.rules.speculation import permitted_rules
from cmp.rules.tokens import (
    OPEN_END,
    TAG_START,
    Nesting,
    Tag,
    element_end,
    is_text,
    ordinary_end,
    tag_at,
    token_end,
)

__all__ = ["HINTS", "HintFilter", "Inlining", "MayLoad", "is_hint", "srcset_urls", "without_hints"]

MayLoad = Callable[[str], bool]

HINTS = frozenset(
    re.findall(
        r"\S+",
        "preconnect dns-prefetch prefetch prerender preload modulepreload compression-dictionary"
        " next icon apple-touch-icon apple-touch-icon-precomposed mask-icon manifest search",
    )
)
# Enough to tell `<![CDATA[` from a comment, a comment from an empty one.
LOOK_AHEAD = 9
DEEPEST = 4
_WITH_HOST = re.compile(r"[\x00-\x20]*([a-z][a-z0-9+.-]*:|[/\\]{2})", re.IGNORECASE)
# Bytes above ASCII stand aside while character references are resolved.
_ASIDE = {byte: 0xF700 + byte for byte in range(0x80, 0x100)}
_BACK = {aside: byte for byte, aside in _ASIDE.items()}


def is_hint(rel: str) -> bool:
    """Return whether a link of these relations makes a browser act by itself."""
    return not HINTS.isdisjoint(rel.lower().split())


def srcset_urls(srcset: str) -> list[str]:
    """Return what may be addresses in a `srcset`: its words. Widths and densities look relative."""
    return [word.strip(",") for word in srcset.split()]


@dataclass(frozen=True, slots=True)
class Inlining:
    """A script that is put where a page names it by address; `source` is ASCII.

    `only_with_nonce`: the page has a policy of its own, which lets pass what carries its nonce.
    """

    address: str
    source: str
    only_with_nonce: bool = False


def without_hints(document: bytes, may_load: MayLoad) -> bytes:
    """Return an HTML document without hints to addresses that `may_load` refuses.

    Takes any bytes; the encoding must agree with ASCII on ASCII characters.
    """
    rewriter = HintFilter(may_load)
    return rewriter.feed(document) + rewriter.close()


class HintFilter:
    """The same for a document that comes in pieces: only an unfinished token is held back."""

    def __init__(self, may_load: MayLoad, depth: int = 0, inlining: Inlining | None = None) -> None:
        self._may_load = may_load
        self._depth = depth
        self._inlining = inlining
        self._held = ""
        self._inside = ""
        self._speculates = False
        self._foreign_base = False
        self._nesting = Nesting()

    def feed(self, piece: bytes) -> bytes:
        """Return what can be sent on after `piece`."""
        return self._feed(piece.decode("latin-1")).encode("latin-1")

    def close(self) -> bytes:
        """Return what was held back: a browser drops or shows it as it stands."""
        held, self._held = self._held, ""
        return held.encode("latin-1")

    def _feed(self, piece: str) -> str:
        text, at = self._held + piece, 0
        out: list[str] = []
        while at < len(text):
            end, said = self._content(text, at) if self._inside else self._token(text, at)
            if end == OPEN_END:
                break
            out.append(said)
            at = end
        self._held = text[at:]
        return "".join(out)

    def _token(self, text: str, at: int) -> tuple[int, str]:
        """Return where the token at `at` ends, and what is said in its place."""
        end = ordinary_end(text, at) if self._nesting.plain else at
        if end == at and text[at] != "<":
            end = text.find("<", at)
            end = len(text) if end < 0 else end
        if end > at:
            return end, text[at:end]
        if len(text) - at <= LOOK_AHEAD and ">" not in text[at:]:
            return OPEN_END, ""
        if TAG_START.match(text, at) is None:
            end = token_end(text, at, foreign=self._nesting.foreign)
            return end, text[at:end]
        tag = tag_at(text, at)
        return (tag.end, self._tag(text[at : tag.end], at, tag)) if tag else (OPEN_END, "")

    def _content(self, text: str, at: int) -> tuple[int, str]:
        end = element_end(text, self._inside, at)
        if end == OPEN_END:
            return OPEN_END, ""
        content = text[at:end]
        if self._speculates:
            content = permitted_rules(content, self._may)
        elif self._inside == "noscript":
            content = self._nested(content)
        self._inside, self._speculates = "", False
        return end, content

    def _tag(self, said: str, start: int, tag: Tag) -> str:
        foreign = self._nesting.foreign
        self._nesting.pass_tag(tag)
        if tag.closing:
            return said
        self._enter(tag, foreign)
        if foreign:
            return said
        if tag.name == "base" and "href" in tag.attributes:
            self._foreign_base |= not self._may_load(tag.value("href"))
        if tag.name == "link" and is_hint(tag.value("rel")):
            urls = [tag.value("href"), *srcset_urls(tag.value("imagesrcset"))]
            return said if all(map(self._may, urls)) else ""
        if "srcdoc" in tag.attributes and tag.name == "iframe":
            return self._with_srcdoc(said, start, tag)
        if "src" in tag.attributes and tag.name == "script":
            return self._with_script(said, start, tag)
        return said

    def _with_script(self, said: str, start: int, tag: Tag) -> str:
        """The script that this page is to carry inside; any other stays."""
        wanted, place = self._inlining, tag.attributes["src"]
        if wanted is None or place.value.strip().partition("?")[0] != wanted.address:
            return said
        if wanted.only_with_nonce and not tag.value("nonce"):
            return said
        return f"{said[: place.start - start]}{said[place.end - start :]}{wanted.source}"

    def _enter(self, tag: Tag, foreign: bool) -> None:
        kind = tag.value("type").strip("\t\n\f\r ").lower()
        self._speculates = tag.name == "script" and kind == "speculationrules"
        if self._speculates and not (foreign and tag.selfclosing):
            self._inside = "script"
        elif not foreign and is_text(tag.name):
            self._inside = tag.name

    def _may(self, url: str) -> bool:
        relative = _WITH_HOST.match(url) is None
        return not (relative and self._foreign_base) and self._may_load(url)

    def _nested(self, text: str) -> str:
        """A document, or what is one to a browser that runs no scripts, inside this one."""
        if self._depth == DEEPEST:
            return ""
        inner = HintFilter(self._may, self._depth + 1)
        return inner._feed(text) + inner._held

    def _with_srcdoc(self, said: str, start: int, tag: Tag) -> str:
        """A frame whose document stands in its attribute."""
        place = tag.attributes["srcdoc"]
        document = html.unescape(place.written.translate(_ASIDE))
        nested = self._nested(document)
        if nested == document:
            return said
        value = "".join(map(_in_attribute, html.escape(nested)))
        return f'{said[: place.start - start]}srcdoc="{value}"{said[place.end - start :]}'


def _in_attribute(character: str) -> str:
    number = ord(character)
    if number in _BACK:
        return chr(_BACK[number])
    return character if number < 0x80 else f"&#{number};"
