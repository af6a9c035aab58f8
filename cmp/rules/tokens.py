# SPDX-License-Identifier: Apache-2.0
"""The tokens of an HTML document, where they begin and end (HTML Standard, section 13.2.5).

Works on text in which every byte is one character, so that whatever is not touched can be written
back byte for byte. Says nothing about trees, except what changes how the text is read: elements
whose content is text, and whether one is inside SVG or MathML.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = [
    "OPEN_END",
    "TAG_START",
    "Attribute",
    "Nesting",
    "Tag",
    "element_end",
    "is_text",
    "ordinary_end",
    "tag_at",
    "token_end",
]

# The token does not end in this text: more may come.
OPEN_END = -1

TAG_START = re.compile(r"</?[a-zA-Z]")
_NAME = re.compile(r"[^\t\n\f\r />]*")
_GAP = re.compile(r"[\t\n\f\r /]*")
_ATTRIBUTE = re.compile(r"[^\t\n\f\r />][^\t\n\f\r />=]*")
_EQUALS = re.compile(r"[\t\n\f\r ]*=[\t\n\f\r ]*")
_BARE = re.compile(r"[^\t\n\f\r >]*")
_COMMENT_END = re.compile(r"--!?>")
_IN_SCRIPT = re.compile(r"<!--|-->|<(/?)script(?=[\t\n\f\r />])", re.IGNORECASE)
_TEXT_END = {
    name: re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE)
    for name in ("style", "xmp", "iframe", "noembed", "noframes", "noscript", "textarea", "title")
}
# Text and well-formed tags of elements that change nothing: most of a document, in one match.
_ORDINARY = re.compile(
    r"(?:[^<]++|</?(?!(?:link|base|script|iframe|style|xmp|noembed|noframes|noscript|textarea|title"
    r"|plaintext|svg|math)[\t\n\f\r />])[a-zA-Z][^\t\n\f\r />]*+"
    r"(?:[\t\n\f\r /]++[^\t\n\f\r />=\"'<]++"
    r"(?:=(?:\"[^\"]*+\"|'[^']*+'|[^\t\n\f\r >\"'=<`]++))?+)*+"
    r"[\t\n\f\r /]*+>)++",
    re.IGNORECASE,
)
_FOREIGN = frozenset({"svg", "math"})
_BACK_TO_HTML = frozenset({"foreignobject", "desc", "title", "annotation-xml"}) | frozenset(
    {"mi", "mo", "mn", "ms", "mtext"}
)
_CLOSING_OUT = frozenset({"br", "p"})
_BREAKING_OUT = frozenset(
    re.findall(
        r"\w+",
        "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img"
        " li listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul"
        " var",
    )
)


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute's value as it is written, and its place from name to value."""

    written: str
    start: int
    end: int

    @property
    def value(self) -> str:
        """The value with character references resolved."""
        return html.unescape(self.written)


@dataclass(frozen=True, slots=True)
class Tag:
    """A start or end tag; names in lower case, of an attribute given twice the first."""

    name: str
    closing: bool
    selfclosing: bool
    end: int
    attributes: dict[str, Attribute]

    def value(self, name: str) -> str:
        """Return an attribute's value; empty if it is not there."""
        found = self.attributes.get(name)
        return found.value if found else ""


@dataclass(slots=True)
class Nesting:
    """Whether the text at hand is read as SVG or MathML (section 13.2.6.5)."""

    _open: list[str] = field(default_factory=list)

    @property
    def foreign(self) -> bool:
        """Is this inside SVG or MathML, and not in a part of it that is HTML again?"""
        return bool(self._open) and self._open[-1] in _FOREIGN

    @property
    def plain(self) -> bool:
        """Is no SVG or MathML open at all?"""
        return not self._open

    def pass_tag(self, tag: Tag) -> None:
        """Take note of a tag that was read."""
        if self.foreign and (tag.name in (_CLOSING_OUT if tag.closing else _BREAKING_OUT)):
            while self.foreign:
                self._open.pop()
        if tag.closing:
            if tag.name in self._open:
                del self._open[len(self._open) - 1 - self._open[::-1].index(tag.name) :]
        elif not tag.selfclosing and (
            tag.name in _FOREIGN or (self.foreign and tag.name in _BACK_TO_HTML)
        ):
            self._open.append(tag.name)


def ordinary_end(text: str, start: int) -> int:
    """Return where a run of text and tags of no interest ends that begins at `start`.

    Only for text that is not inside SVG or MathML.
    """
    found = _ORDINARY.match(text, start)
    return found.end() if found else start


def token_end(text: str, start: int, *, foreign: bool) -> int:
    """Return where the comment, declaration or the like that begins at `start` ends.

    `start` is at a `<` that begins no tag. OPEN_END if the text stops before.
    """
    if text.startswith("<!--", start):
        for short in (">", "->"):
            if text.startswith(short, start + 4):
                return start + 4 + len(short)
        found = _COMMENT_END.search(text, start + 4)
        return found.end() if found else OPEN_END
    if foreign and text.startswith("<![CDATA[", start):
        return _after(text, "]]>", start + 9)
    if text[start + 1 : start + 2] in ("!", "?", "/"):
        return _after(text, ">", start + 2)
    return start + 1


def _after(text: str, mark: str, start: int) -> int:
    place = text.find(mark, start)
    return OPEN_END if place < 0 else place + len(mark)


def tag_at(text: str, start: int) -> Tag | None:
    """Return the tag that begins at `start`, where a `<` or `</` stands before a letter.

    None if the text stops before its end.
    """
    closing = text.startswith("/", start + 1)
    name, at = _name(text, start + 1 + closing)
    attributes: dict[str, Attribute] = {}
    for attribute_name, attribute in _attributes(text, at):
        at = attribute.end
        attributes.setdefault(attribute_name, attribute)
    if at == OPEN_END:
        return None
    gap = _GAP.match(text, at)
    end = gap.end() if gap else at
    if not text.startswith(">", end):
        return None
    return Tag(name, closing, text.endswith("/", at, end), end + 1, attributes)


def _name(text: str, at: int) -> tuple[str, int]:
    found = _NAME.match(text, at)
    return (found[0].lower(), found.end()) if found else ("", at)


def _attributes(text: str, at: int) -> Iterator[tuple[str, Attribute]]:
    while True:
        gap = _GAP.match(text, at)
        name = _ATTRIBUTE.match(text, gap.end() if gap else at)
        if name is None:
            return
        value, at = _value(text, name.end())
        yield name[0].lower(), Attribute(value, name.start(), at)
        if at == OPEN_END:
            return


def _value(text: str, at: int) -> tuple[str, int]:
    equals = _EQUALS.match(text, at)
    if equals is None:
        return "", at
    at = equals.end()
    if text.startswith(('"', "'"), at):
        close = text.find(text[at], at + 1)
        return ("", OPEN_END) if close < 0 else (text[at + 1 : close], close + 1)
    bare = _BARE.match(text, at)
    return (bare[0], bare.end()) if bare else ("", at)


def is_text(name: str) -> bool:
    """Return whether the content of an HTML element is text and not markup.

    `noscript` counts as such: scripts run where consent is asked for (section 13.2.6.4.4).
    """
    return name in _TEXT_END or name in ("script", "plaintext")


def element_end(text: str, name: str, start: int) -> int:
    """Return where the text inside element `name`, from `start`, ends: at its end tag.

    OPEN_END if the text stops before.
    """
    if name == "script":
        return _script_end(text, start)
    found = _TEXT_END[name].search(text, start) if name in _TEXT_END else None
    return found.start() if found else OPEN_END


def _script_end(text: str, at: int) -> int:
    """A script may hold `<!--` and, behind it, whole script elements (section 13.2.5.18 ff.)."""
    escaped = nested = False
    while found := _IN_SCRIPT.search(text, at):
        at = found.end()
        if found[0] == "<!--":
            escaped, at = True, found.start() + 2
        elif found[0] == "-->":
            escaped = nested = False
        elif found[1] and not nested:
            return found.start()
        else:
            nested = escaped and not found[1]
    return OPEN_END
