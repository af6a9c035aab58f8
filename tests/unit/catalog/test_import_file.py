# SPDX-License-Identifier: Apache-2.0
"""Files that are to be imported: how large, in which encoding, of which format."""

import io
from pathlib import Path

import pytest

from cmp.catalog import import_file
from cmp.catalog.import_file import read_file
from cmp.catalog.transfer import write_csv, write_json
from cmp.errors import Malformed, NotFound, Unprocessable
from tests.factories import SERVICES, item, service

OCD = (
    "ID,Platform,Category,Cookie / Data Key name,Domain,Description,Retention period,"
    "Data Controller,User Privacy & GDPR Rights Portals,Wildcard match\n"
    "1,Måler,Analytics,_maler,,Teller besøk,1 year,,,0\n"
    "2,Måler,Analytics,_maler2,,Æøå,1 year,,,0\n"
)


def _own(file_format: str) -> str:
    out = io.StringIO(newline="")
    {"csv": write_csv, "json": write_json}[file_format](SERVICES, out)
    return out.getvalue()


def _file(folder: Path, content: bytes) -> Path:
    path = folder / "katalog"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "with mark"])
@pytest.mark.parametrize(
    ("text", "file_format"),
    [(OCD, "ocd"), (OCD.replace(",", ";"), "ocd"), (_own("csv"), "csv"), (_own("json"), "json")],
    ids=["ocd", "ocd with semicolons", "csv", "json"],
)
def test_the_format_is_seen(tmp_path: Path, mark: bytes, text: str, file_format: str) -> None:
    reading = read_file(_file(tmp_path, mark + text.encode()))
    assert (reading.format, reading.refused) == (file_format, [])
    assert reading.imported == reading.rows > 0


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"\x89PNG\r\n\x1a\n", b"\x00" * 40, b"\n\n"])
def test_another_file_is_refused_whole(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Malformed):
        read_file(_file(tmp_path, content))


@pytest.mark.parametrize("file_format", ["ocd", "json"])
def test_a_file_is_not_what_was_said(tmp_path: Path, file_format: str) -> None:
    with pytest.raises(Malformed):
        read_file(_file(tmp_path, _own("csv").encode()), file_format)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-16-le", "utf-32"])
def test_another_encoding_is_named(tmp_path: Path, encoding: str) -> None:
    path = _file(tmp_path, OCD.encode(encoding))
    with pytest.raises(Malformed) as refused:
        read_file(path)
    if encoding != "utf-16-le":  # without a mark it is not to be told from any binary file
        assert "UTF-8" in refused.value.now


def test_a_stray_byte_costs_its_row(tmp_path: Path) -> None:
    content = (OCD + "3,Måler,Analytics,n3,,§,1 year,,,0\n").encode().replace(b"\xc2\xa7", b"\xa7")
    reading = read_file(_file(tmp_path, content))
    assert reading.imported == 2
    assert [(r.line, r.reason) for r in reading.refused] == [(4, "encoding")]


def test_the_size_is_looked_at_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _file(tmp_path, OCD.encode())
    monkeypatch.setattr(import_file, "LARGEST_FILE", path.stat().st_size)
    assert read_file(path).rows == 2
    monkeypatch.setattr(import_file, "LARGEST_FILE", path.stat().st_size - 1)
    with pytest.raises(Unprocessable, match="at most"):
        read_file(path)


def test_what_is_no_file_is_not_found(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "ikke-her", Path("/dev/zero"), Path("a\0b")):
        with pytest.raises(NotFound):
            read_file(path)
    with pytest.raises(Malformed, match="empty"):
        read_file(_file(tmp_path, b""))


def test_texts_of_many_lines_are_read_whole(tmp_path: Path) -> None:
    out = io.StringIO(newline="")
    long = service("a", "analytics", description=dict.fromkeys(("nb", "nn", "en"), "\n" * 2000))
    write_csv([(long, [item("x", "analytics")])], out)
    assert read_file(_file(tmp_path, out.getvalue().encode())).refused == []
