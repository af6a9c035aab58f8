# SPDX-License-Identifier: Apache-2.0
"""The documentation says what the program does: settings, commands, routes, the page, links."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

import dev
from cmp.cli import parser
from cmp.settings import SETTINGS
from cmp.web.frame.doors import routes_of
from docs.generate import ROOT, command_lines, doors, pages, render, request_line

REFERENCE = ROOT / "docs" / "reference"
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHOWN = re.compile(r"^(?:python3 dev\.py|kvitt)(?: |$)")
# Pages of others listen to these, so they are told of in any case (contract 3.4).
PROMISED = {"ready", "shown", "decision", "withdrawn", "blocked"}
NAMES = [str(page.relative_to(ROOT)) for page in pages()]


def page_text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def prose(name: str) -> str:
    """A page without its blocks of code."""
    return FENCE.sub("", page_text(name))


@pytest.mark.parametrize("name", NAMES)
def test_generated_parts_are_fresh(name: str) -> None:
    assert render(page_text(name)) == page_text(name), "run dev.py docs"


def test_every_setting_is_documented() -> None:
    text = (REFERENCE / "settings.md").read_text("utf-8")
    for setting in SETTINGS:
        assert f"| `{setting.variable}` |" in text
        assert (f"{setting.variable}_FILE`" in text) == setting.secret


def test_every_command_is_documented() -> None:
    text = (REFERENCE / "commands.md").read_text("utf-8")
    for words, told, _ in command_lines():
        assert f"\n## `{words}`\n" in text
        assert told, f"{words} has no help"


def test_every_route_is_documented() -> None:
    text = (REFERENCE / "http.md").read_text("utf-8")
    prefixes = doors()
    for door, routes in routes_of().items():
        for route in routes:
            assert f"| `{request_line(prefixes[door], route)}` |" in text
            assert (route.view.__doc__ or "").strip(), f"{route.rule} has no description"


def headings(page: Path) -> set[str]:
    """The anchors of a page: its headings in small letters, spaces as hyphens."""
    found = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in found}


@pytest.mark.parametrize("name", NAMES)
def test_relative_links_lead_somewhere(name: str) -> None:
    for target in LINK.findall(prose(name)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = unquote(target).partition("#")
        page = (ROOT / name).parent / path if path else ROOT / name
        assert page.exists(), f"{target} does not exist"
        assert not anchor or anchor in headings(page), f"{target} has no such heading"


@pytest.mark.parametrize("name", NAMES)
def test_every_page_begins_with_a_title_and_has_no_other(name: str) -> None:
    assert page_text(name).startswith("# ")
    assert len(re.findall(r"^# ", FENCE.sub("", page_text(name)), re.MULTILINE)) == 1


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = {ROOT / "README.md"}, [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        for target in LINK.findall(page.read_text("utf-8")):
            found = (page.parent / target.partition("#")[0]).resolve()
            if found.suffix == ".md" and found not in reached:
                reached.add(found)
                waiting.append(found)
    assert set(pages()) <= reached


def shown_commands() -> Iterator[tuple[str, str]]:
    for name in NAMES:
        for _, code in FENCE.findall(page_text(name)):
            lines = code.replace("\\\n", " ").splitlines()
            yield from ((name, line) for line in lines if SHOWN.match(line))


@pytest.mark.parametrize(("name", "line"), sorted(set(shown_commands())))
def test_shown_commands_are_understood(name: str, line: str) -> None:
    words = shlex.split(line, comments=True)
    if line.startswith("python3"):
        assert words[2] in dev.COMMANDS
    # The blocks of the reference of commands are usage: brackets, not a line to type.
    elif name != "docs/reference/commands.md":
        parser().parse_args([re.sub(r"[<>]", "", word) for word in words[1:]])


def source(name: str) -> str:
    return (ROOT / "banner" / "src" / name).read_text("utf-8")


def documented(heading: str, column: int = 0) -> set[str]:
    """The names in code in one column of the table below a heading of reference/page.md."""
    text = (REFERENCE / "page.md").read_text("utf-8")
    section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    table = section.partition("\n| ---")[2].partition("\n\n")[0]
    cells = (row.split("|")[column + 1] for row in table.splitlines()[1:])
    return {name for cell in cells for name in re.findall(r"`(\w+)", cell)}


def test_the_page_reference_names_every_member_of_the_global() -> None:
    body = source("start.ts").partition("const api = {")[2].partition("\n};")[0]
    members = re.findall(r"^  (?:get )?(\w+)(?=[:,(])", body, re.MULTILINE)
    assert documented("`window.kvitt`") == set(members)


def test_the_page_reference_names_every_event() -> None:
    texts = [path.read_text("utf-8") for path in (ROOT / "banner" / "src").rglob("*.ts")]
    calls = [call for text in texts for call in re.findall(r"\bemit\(([^,)]*\)?[^,)]*)", text)]
    names = {name for call in calls for name in re.findall(r'"(\w+)"', call)} - {"withdraw"}
    assert names <= documented("Events")
    assert documented("Events") <= names | PROMISED


def test_the_page_reference_names_every_command_of_an_element() -> None:
    body = source("start.ts").partition("COMMANDS:")[2].partition("\n};")[0]
    assert documented("Elements that act") == set(re.findall(r"^  (\w+):", body, re.MULTILINE))


def test_the_page_reference_names_every_part() -> None:
    text = "".join(path.read_text("utf-8") for path in (ROOT / "banner" / "src").rglob("*.ts"))
    parts = set(re.findall(r'\bbutton\(\s*"(\w+)"|\bpart: "(\w+)",', text))
    assert documented("The banner's elements") == {a or b for a, b in parts}
