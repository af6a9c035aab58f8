# SPDX-License-Identifier: Apache-2.0
"""`kvitt catalog`: what is stored, what is told, which code it ends with."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, inspect, text

from cmp.catalog import shipped, verbs
from cmp.catalog.item_rules import Problem
from cmp.catalog.open_cookie_database import COLUMNS
from cmp.cli import main
from cmp.store.open import open_engine
from tests.factories import SERVICES, item, service

ROW = ["1", "Måler", "Analytics", "_maler", "", "Counts", "1 year", "Måler AS", "", "0"]
SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The key of an empty site in a data directory of its own."""
    for name in ("KVITT_DATABASE_URL", "KVITT_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KVITT_DATA_DIR", str(tmp_path / "data"))
    for key in ("butikk", "annen"):
        assert main(["site", "add", key, "--name", key, "--origin", f"https://{key}.example"]) == 0
    return "butikk"


@pytest.fixture
def stored(site: str, tmp_path: Path) -> Iterator[Callable[[], Any]]:
    """A look at every row of every table."""
    engine = open_engine(f"sqlite:///{tmp_path}/data/kvitt.db")
    yield lambda: _rows(engine)
    engine.dispose()


def _rows(engine: Engine) -> dict[str, list[Any]]:
    with engine.connect() as connection:
        return {
            table: [tuple(row) for row in connection.execute(text(f"select * from {table}"))]
            for table in inspect(engine).get_table_names()
        }


def _ocd(path: Path, *rows: list[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([COLUMNS, *rows])
    path.write_bytes(out.getvalue().encode("utf-8", "surrogatepass"))
    return str(path)


def _row(name: str, **columns: str) -> list[str]:
    places = {"platform": 1, "category": 2, "description": 5, "retention": 6}
    row = [*ROW[:3], name, *ROW[4:]]
    for column, value in columns.items():
        row[places[column]] = value
    return row


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Runs a command with --json; returns its exit code and result."""

    def run(*arguments: str) -> tuple[int, Any]:
        capsys.readouterr()
        code = main([*arguments, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return run


def test_a_second_import_changes_nothing(site: str, stored: Any, told: Any, tmp_path: Path) -> None:
    file = _ocd(tmp_path / "f.csv", _row("a"), _row("b"), _row("c", platform="Annen"))
    code, first = told("catalog", "import", site, file)
    assert (code, first["format"]) == (0, "ocd")
    assert (first["added"], first["unchanged"]) == ({"services": 2, "items": 3}, 0)
    before = stored()
    code, second = told("catalog", "import", site, file)
    assert (code, second["added"]) == (0, {"services": 0, "items": 0})
    assert second["unchanged"] == 3
    assert stored() == before


def test_a_dry_run_tells_the_same_and_stores_nothing(
    site: str, stored: Any, told: Any, tmp_path: Path
) -> None:
    file = _ocd(tmp_path / "f.csv", _row("a"), _row("to ord"))
    before = stored()
    code, tried = told("catalog", "import", site, file, "--dry-run")
    assert code == 1
    assert stored() == before
    code, done = told("catalog", "import", site, file)
    assert code == 1
    assert done == tried | {"dry_run": False}
    assert stored() != before


def test_a_broken_row_and_hostile_texts_lose_nothing_else(
    site: str, told: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        _row("a"),
        _row("b", description='=cmd|" /C calc"!A0'),
        _row("c", platform="<script>alert(1)</script>"),
        _row("d\x00"),
        _row("e\x1b[2J"),
        _row("f" * 10_000),
        _row("g", description="🍪 æøå"),
        _row("h\ud800"),
        _row("i", category="Necessary"),
        _row("j"),
    ]
    path = tmp_path / "f.csv"
    file = _ocd(path, *rows)
    # Row j is the last one, and a mark nobody closes is put before it.
    path.write_bytes(
        path.read_bytes().replace(b"1,M\xc3\xa5ler,Analytics,j", b'2,"M\r\n1,M,Analytics,j')
    )
    code, result = told("catalog", "import", site, file)
    assert code == 1
    assert [(r["line"], r["reason"]) for r in result["refused"]] == [
        (3, "formula"),
        (4, "markup"),
        (5, "characters"),
        (6, "characters"),
        (7, "too_long"),
        (9, "encoding"),
        (11, "quote"),
    ]
    assert result["imported"] == 4
    assert main(["catalog", "import", site, file]) == 1
    lines = capsys.readouterr().out
    assert "line 5, d\\x00: " in lines
    assert all(line.isprintable() for line in lines.splitlines())
    _, exported = main(["catalog", "export", site, "--format", "json"]), capsys.readouterr().out
    services = json.loads(exported)["services"]
    assert sorted(i["name"] for s in services for i in s["items"]) == ["a", "g", "i", "j"]
    assert "necessary" not in exported


@pytest.mark.parametrize(
    ("content", "arguments"),
    [
        (b"", []),
        (b"a,b\n1,2\n", []),
        (b"\xff\xfeI\x00D\x00", []),
        (b"ID,Platform\n", ["--format", "ocd"]),
        (b'{"kvitt_catalog": 1, "services": [', []),
    ],
)
def test_bad_input_stores_nothing(
    site: str,
    stored: Any,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: bytes,
    arguments: list[str],
) -> None:
    path = tmp_path / "f"
    path.write_bytes(content)
    before = stored()
    assert main(["catalog", "import", site, str(path), *arguments]) == 2
    assert capsys.readouterr().err.startswith("kvitt: ")
    assert stored() == before


def test_what_is_not_there_is_bad_input(site: str, tmp_path: Path) -> None:
    assert main(["catalog", "import", site, str(tmp_path / "ikke-her")]) == 2
    assert main(["catalog", "import", "ingen", _ocd(tmp_path / "f.csv", ROW)]) == 2
    assert main(["catalog", "export", "ingen"]) == 2
    for place in (str(tmp_path / "ikke" / "her.csv"), ".", "a\0b"):
        assert main(["catalog", "export", site, "-o", place]) == 2
    for nothing in ([], ["fil", "--library", "x"]):
        with pytest.raises(SystemExit) as ended:
            main(["catalog", "import", site, *nothing])
        assert ended.value.code == 2


def test_a_fault_in_the_middle_stores_nothing(
    site: str, stored: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = _ocd(tmp_path / "f.csv", *(_row(f"n{n}") for n in range(20)))
    before = stored()
    calls = iter(range(20))
    check_item = verbs.check_item

    def failing(*args: Any, **kwargs: Any) -> Any:
        if next(calls) == 10:
            raise MemoryError
        return check_item(*args, **kwargs)

    monkeypatch.setattr(verbs, "check_item", failing)
    with pytest.raises(MemoryError):
        main(["catalog", "import", site, file])
    assert stored() == before


def test_a_database_that_cannot_be_opened(
    site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = _ocd(tmp_path / "f.csv", ROW)
    monkeypatch.setenv("KVITT_DATA_DIR", file)
    assert main(["catalog", "import", site, file]) == 3
    assert main(["catalog", "export", site]) == 3


@pytest.mark.parametrize("file_format", ["csv", "json"])
def test_an_export_is_imported_to_the_same(
    site: str, told: Any, tmp_path: Path, file_format: str, library: None
) -> None:
    told("catalog", "import", site, "--library", "betaling", "maling", "annonse", "formel")
    out, again = tmp_path / "ut", tmp_path / "igjen"
    assert main(["catalog", "export", site, "--format", file_format, "-o", str(out)]) == 0
    code, result = told("catalog", "import", "annen", str(out))
    assert (code, result["format"], result["refused"]) == (0, file_format, [])
    assert main(["catalog", "export", "annen", "--format", file_format, "-o", str(again)]) == 0
    assert out.read_bytes() == again.read_bytes()
    assert sorted(path.name for path in tmp_path.glob("*.partial")) == []


def test_standard_output_is_what_the_file_holds(
    site: str, told: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], library: None
) -> None:
    told("catalog", "import", site, "--library", "formel")
    main(["catalog", "export", site])
    shown = capsys.readouterr().out
    main(["catalog", "export", site, "-o", str(tmp_path / "ut.csv")])
    assert (tmp_path / "ut.csv").read_bytes() == b"\xef\xbb\xbf" + shown.encode()
    assert ",'=1+1," in shown


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library of a few services, one fault in it."""
    formula = (service("formel", "marketing", name="=1+1"), [item("@x", "marketing")])
    shelf = [
        SimpleNamespace(facts=facts, items=tuple(items)) for facts, items in [*SERVICES, formula]
    ]
    fault = Problem("hosts", "wide_host", "x.com")
    monkeypatch.setattr(shipped, "library", lambda: shelf)
    monkeypatch.setattr(
        shipped,
        "check_library",
        lambda folder: [
            SimpleNamespace(file=f.name, subject="a", problem=fault)
            for f in sorted(folder.glob("*.json"))
        ],
    )


def test_services_of_the_library(site: str, stored: Any, told: Any, library: None) -> None:
    code, result = told("catalog", "import", site, "--library", "maling", "annonse", "maling")
    assert (code, result["added"]) == (0, {"services": 2, "items": 2})
    before = stored()
    assert main(["catalog", "import", site, "--library", "maling", "ukjent"]) == 2
    assert stored() == before


def test_a_check_ends_with_findings(
    tmp_path: Path, told: Any, library: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told("catalog", "check", str(tmp_path)) == (0, {"findings": []})
    (tmp_path / "a.json").write_text("{}")
    code, result = told("catalog", "check", str(tmp_path))
    assert code == 1
    assert [f["reason"] for f in result["findings"]] == ["wide_host"]
    assert main(["catalog", "check", str(tmp_path)]) == 1
    assert capsys.readouterr().out.startswith("a.json, a: hosts: “x.com” is used by many")
    assert main(["catalog", "check", str(tmp_path / "ikke-her")]) == 2


cells = st.text(max_size=8) | st.sampled_from(
    ["", "0", "1", "Functional", "Necessary", "2 years", "a.example", "_ga", "Måler"]
)
rows = st.lists(
    st.lists(cells, max_size=11)
    | st.builds(
        lambda name, changed: _row(name, **changed),
        cells,
        st.dictionaries(
            st.sampled_from(["platform", "category", "description", "retention"]), cells
        ),
    ),
    max_size=5,
)


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
@given(rows=rows, noise=st.text('",;\r\nx\x00', max_size=6))
def test_whatever_comes_is_imported_or_listed(
    site: str, stored: Any, told: Any, tmp_path: Path, rows: list[list[str]], noise: str
) -> None:
    path = tmp_path / "f.csv"
    file = _ocd(path, ROW, *rows)
    path.write_bytes(path.read_bytes() + noise.encode())
    before = stored()
    code, tried = told("catalog", "import", site, file, "--format", "ocd", "--dry-run")
    assert stored() == before
    assert tried["rows"] == tried["imported"] + len(tried["merged"]) + len(tried["refused"])
    assert code == (1 if tried["refused"] else 0)
    assert told("catalog", "import", site, file, "--format", "ocd")[0] == code
    after = stored()
    assert "necessary" not in {row for table in ("service", "storage_item") for row in after[table]}
    told("catalog", "import", site, file, "--format", "ocd")
    assert stored() == after


def test_the_real_file(site: str, told: Any, shared_data: Path) -> None:
    file = shared_data / "open-cookie-database" / "open-cookie-database.csv"
    code, result = told("catalog", "import", site, str(file))
    assert (code, result["rows"]) == (1, 2264)
    assert 2240 <= result["imported"] < 2264
    assert told("catalog", "import", site, str(file))[1]["added"] == {"services": 0, "items": 0}
