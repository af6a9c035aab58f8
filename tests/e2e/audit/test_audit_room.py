# SPDX-License-Identifier: Apache-2.0
"""The audit room as an auditor uses it: in a browser, with and without script, wide and narrow."""

import csv
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.audit.conftest import MANY, AuditRoom
from tests.factories import SITE

LIST = f"/audit/{SITE}/"


def _paths(room: AuditRoom) -> dict[str, str]:
    return {
        "overview": "/audit/",
        "records": LIST,
        "filtered": f"{LIST}?since=2026-01-01&category=analytics",
        "nothing": f"{LIST}?until=2001-01-01",
        "record": f"{LIST}records/{room.newest}",
        "log": f"{LIST}log",
        "downloads": f"{LIST}downloads",
    }


def _download(page: Page, button: str) -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button).click()
    return Path(waiting.value.path())


@pytest.mark.parametrize("script", [True, False])
def test_from_the_front_page_to_a_table_of_what_was_filtered(
    audit_room: AuditRoom, script: bool
) -> None:
    page = audit_room.visit(script=script)
    page.get_by_role("link", name="Prøvebutikken").click()
    page.get_by_label("Måte", exact=True).select_option("accept_all")
    page.get_by_role("search").get_by_role("button", name="Vis").click()
    expect(page.locator("main")).to_contain_text("Ett svar passer.")
    with _download(page, "CSV").open(encoding="utf-8-sig", newline="") as table:
        header, *rows = list(csv.reader(table, delimiter=";"))
    assert len(rows) == 1
    assert rows[0][header.index("Måte")] == "accept_all"
    page.get_by_role("link", name="Nedlastinger").click()
    first = page.locator("main tbody tr").first
    expect(first).to_contain_text("auditor@example.no")
    expect(first).to_contain_text("Godtok alle")


def test_the_lines_arrive_whole(audit_room: AuditRoom) -> None:
    page = audit_room.visit()
    page.goto(LIST)
    lines = _download(page, "JSON Lines").read_text("utf-8").splitlines()
    assert sum('"record":' in line for line in lines) == MANY + 4
    assert '"end":' in lines[-1]


def test_older_and_newer_lead_to_all_records(audit_room: AuditRoom) -> None:
    page = audit_room.visit(script=False)
    page.goto(LIST)
    expect(page.locator("main tbody tr")).to_have_count(50)
    page.get_by_role("link", name="Eldre").click()
    expect(page.locator("main tbody tr")).to_have_count(MANY + 4 - 50)
    page.get_by_role("link", name="Nyere").click()
    expect(page.locator("main tbody tr")).to_have_count(50)


def test_a_wrong_period_is_focused_and_leads_to_its_field(audit_room: AuditRoom) -> None:
    page = audit_room.visit()
    page.goto(f"{LIST}?since=2026-05-02&until=2026-05-01")
    expect(page.locator(".flash.bad")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#until")
    expect(page.locator("#until")).to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1440])
def test_no_page_is_wider_than_the_screen_or_breaks_its_policy(
    audit_room: AuditRoom, width: int, scheme: Literal["light", "dark"]
) -> None:
    page = audit_room.visit(width, scheme)
    faults: list[str] = []
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    for name, path in _paths(audit_room).items():
        answer = page.goto(path)
        assert answer is not None
        assert answer.ok, path
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
    assert faults == []


WIDER = """() => [...document.querySelectorAll("main *")].filter((part) => {
  const box = part.getBoundingClientRect();
  return box.width > 0 && box.right > innerWidth + 1 && !part.closest(".unseen, thead");
}).map((part) => part.outerHTML.slice(0, 80))"""


def test_nothing_is_cut_off_on_a_narrow_screen(audit_room: AuditRoom) -> None:
    page = audit_room.visit(320)
    for path in _paths(audit_room).values():
        page.goto(path)
        assert page.evaluate(WIDER) == [], path


# What has focus, and whether one can see that it has.
FOCUSED = """() => {
  const part = document.activeElement, look = getComputedStyle(part);
  if (part === document.body) return null;
  const box = part.getBoundingClientRect();
  return {name: part.id || part.textContent.trim().slice(0, 30),
          seen: look.outlineStyle !== "none" && box.width > 0};
}"""


def test_everything_can_be_reached_by_keyboard(audit_room: AuditRoom) -> None:
    page = audit_room.visit()
    for path in (LIST, f"{LIST}records/{audit_room.newest}", f"{LIST}log"):
        page.goto(path)
        wanted = page.locator(
            "main :is(a[href], button, select, input:not([type=hidden]), summary, pre):visible"
        ).count()
        reached: list[dict[str, object]] = []
        for _ in range(400):
            page.keyboard.press("Tab")
            focused = page.evaluate(FOCUSED)
            if focused is None:
                break
            reached.append(focused)
        assert len(reached) >= wanted, path
        # A date field has several stops; the last, its calendar button, is drawn by the browser.
        seen = {each["name"] for each in reached if each["seen"]}
        assert [each["name"] for each in reached if each["name"] not in seen] == [], path


def test_one_heading_of_the_first_rank_and_none_skipped(audit_room: AuditRoom) -> None:
    page = audit_room.visit()
    for path in _paths(audit_room).values():
        page.goto(path)
        ranks = page.evaluate(
            "[...document.querySelectorAll('h1, h2, h3, h4')].map((h) => +h.tagName[1])"
        )
        assert ranks.count(1) == 1, path
        assert all(b - a <= 1 for a, b in pairwise(ranks)), (path, ranks)
        assert page.locator("main").count() == 1
        assert page.locator("table:not(:has(caption))").count() == 0
