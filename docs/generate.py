# SPDX-License-Identifier: Apache-2.0
"""Writes the generated parts of the documentation. Run by `dev.py docs`.

A page holds them between two comments, and its own words around them:

    <!-- generated: settings -->
    …
    <!-- /generated -->

`--verify` changes nothing and ends with 1, naming the pages that are stale.
"""

import argparse
import importlib
import pkgutil
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import cmp.web
from cmp.cli import parser
from cmp.settings import SETTINGS, Setting
from cmp.web.frame.doors import PUBLIC, Route, routes_of

__all__ = ["command_lines", "doors", "pages", "render", "request_line"]

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(
    r"(?P<open><!-- generated: (?P<name>[a-z]+)(?: (?P<of>[a-z]+))? -->\n)"
    r".*?(?P<close><!-- /generated -->)",
    re.DOTALL,
)


def pages() -> list[Path]:
    """Return every page of the documentation: Markdown at the root and below docs/."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def render(text: str) -> str:
    """Return a page with each of its generated blocks made anew.

    Raises KeyError for a block that nothing here makes.
    """
    return BLOCK.sub(_block, text)


def _block(found: re.Match[str]) -> str:
    lines = BLOCKS[found["name"]](found["of"] or "")
    return found["open"] + "\n".join(lines) + "\n" + found["close"]


def _table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> Iterator[str]:
    yield _row(head)
    yield _row(["---"] * len(head))
    yield from map(_row, rows)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _settings(_of: str) -> Iterator[str]:
    return _table(("Variable", "Default", "What it is for"), map(_setting, SETTINGS))


def _setting(setting: Setting) -> tuple[str, str, str]:
    also = f" May come from the file named in `{setting.variable}_FILE`." if setting.secret else ""
    default = f"`{setting.default}`" if setting.default else "empty"
    return f"`{setting.variable}`", default, f"{setting.help}{also}"


Command = tuple[str, str, argparse.ArgumentParser]


def command_lines() -> list[Command]:
    """Return every command that can be run: its words, its help, its parser."""
    return list(_below("kvitt", "", parser()))


def _below(words: str, text: str, of: argparse.ArgumentParser) -> Iterator[Command]:
    groups = [a for a in of._actions if isinstance(a, argparse._SubParsersAction)]
    if not groups:
        yield words, text, of
    for group in groups:
        helps = {choice.dest: choice.help or "" for choice in group._choices_actions}
        for name, child in group.choices.items():
            yield from _below(f"{words} {name}", helps.get(name, ""), child)


def _commands(_of: str) -> Iterator[str]:
    for words, text, of in command_lines():
        actions = [a for a in of._actions if not isinstance(a, argparse._HelpAction)]
        yield from ("", f"## `{words}`", "", f"{_prose(text[:1].upper() + text[1:])}.", "")
        yield from ("```", " ".join([words, *map(_usage, actions)]), "```")
        told = [action for action in actions if action.help]
        if told:
            yield ""
            yield from _table(("Argument", "Default", "Meaning"), map(_argument, told))
    yield ""


def _usage(action: argparse.Action) -> str:
    if not action.option_strings:
        return f"[{_value(action)}]" if action.nargs in ("?", "*") else _value(action)
    flag = action.option_strings[-1]
    whole = flag if action.nargs == 0 else f"{flag} {_value(action)}"
    return whole if action.required else f"[{whole}]"


def _value(action: argparse.Action) -> str:
    if action.choices:
        return "|".join(map(str, action.choices))
    return str(action.metavar or action.dest).upper()


def _argument(action: argparse.Action) -> tuple[str, str, str]:
    name = action.option_strings[-1] if action.option_strings else _value(action)
    plain = action.default in (None, False, "", [], argparse.SUPPRESS)
    return f"`{name}`", "" if plain else f"`{action.default}`", _prose(str(action.help))


def doors() -> Mapping[str, str]:
    """Return the name of every door and what its addresses begin with; each is imported for it."""
    found = {}
    for room in pkgutil.iter_modules(cmp.web.__path__, "cmp.web."):
        for module in pkgutil.iter_modules(importlib.import_module(room.name).__path__):
            if module.name in ("routes", "account"):
                door = importlib.import_module(f"{room.name}.{module.name}").door
                found[door.name] = door.url_prefix or ""
    return found


def _routes(of: str) -> Iterator[str]:
    prefix = doors()[of]
    rows = (_route(prefix, route) for route in routes_of()[of])
    return _table(("Request", "Needs", "What it does"), rows)


def _route(prefix: str, route: Route) -> tuple[str, str, str]:
    told = (route.view.__doc__ or "").strip().partition("\n")[0]
    need = "" if route.action == PUBLIC else f"`{route.action}`"
    return f"`{request_line(prefix, route)}`", need, _prose(told)


def request_line(prefix: str, route: Route) -> str:
    """Return how a page writes a route: methods, a space, the address with names in brackets."""
    address = re.sub(r"<(?:[a-z]+(?:\([^)]*\))?:)?(\w+)>", r"<\1>", prefix + route.rule)
    return f"{', '.join(route.methods)} {address}"


def _prose(text: str) -> str:
    """A bracket outside code would be taken as HTML."""
    parts = text.split("`")
    return "`".join(p if n % 2 else p.replace("<", "&lt;") for n, p in enumerate(parts))


def _layers(_of: str) -> Iterator[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    first = project["tool"]["importlinter"]["contracts"][0]
    yield from ("```", *first["layers"], "```")


def _decisions(_of: str) -> Iterator[str]:
    for page in sorted((ROOT / "docs" / "adr").glob("[0-9]*.md")):
        title = page.read_text("utf-8").partition("\n")[0].removeprefix("# ")
        decided = re.sub(r"^(?:ADR )?\d+[.:] ", "", title)
        yield f"- {page.name[:4]}: [{decided}]({page.name})"


BLOCKS: Mapping[str, Callable[[str], Iterator[str]]] = {
    "settings": _settings,
    "commands": _commands,
    "routes": _routes,
    "layers": _layers,
    "decisions": _decisions,
}


def main() -> None:
    """Write the pages, or compare them."""
    stale = []
    for page in pages():
        text = page.read_text("utf-8")
        made = render(text)
        if made != text:
            stale.append(str(page.relative_to(ROOT)))
            if "--verify" not in sys.argv:
                page.write_text(made, "utf-8")
    if stale and "--verify" in sys.argv:
        sys.exit(f"Stale: {', '.join(stale)}. Run dev.py docs.")


if __name__ == "__main__":
    main()
