# SPDX-License-Identifier: Apache-2.0
"""`kvitt log export|verify|fsck` as a person calls it: exit codes, reports, files."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from cmp.cli import main
from cmp.ledger.models import Record
from cmp.ledger.proofs import record_proof
from cmp.ledger.reading import verifier_keys
from cmp.migrations import migrate
from cmp.proof.finding import MEANINGS
from cmp.proof.keys import public_jwk
from cmp.settings import load
from cmp.store.open import open_engine
from cmp.store.transaction import write_transaction
from tests.factories import SITE
from tests.visited_shop import VisitedShop

URL = "https://consent.example.no"
RECORDS = 12


class Installed:
    """A data directory with a shop in it, and the files an auditor downloads from it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = load({}, data_dir=str(folder / "data"), public_url=URL)
        self.settings.data_dir.mkdir()
        self.engine = open_engine(self.settings.database_url)
        migrate(self.engine)
        self.shop = VisitedShop(self.engine, self.settings)
        self.stored = self.shop.visit(RECORDS)
        self.receipt = self._file("kvittering.jws", self.stored[3].receipt)
        with Session(self.engine) as session:
            self.vkey = verifier_keys(session, self.shop.keys)[0]
            proof = record_proof(session, self.stored[3].record_id)
        assert proof is not None
        self.proof = self._file("kvittering.tlog-proof", proof)
        jwks = {"keys": [public_jwk(self.shop.keys.receipt_key.public_key())]}
        self.jwks = self._file("jwks.json", json.dumps(jwks))
        self.vkeys = self._file("kvitt-keys.txt", f"# keys\n{self.vkey}\n")

    def _file(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text, "utf-8")
        return str(self.folder / name)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    made = Installed(tmp_path_factory.mktemp("log"))
    yield made
    made.engine.dispose()


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def kvitt(
    installed: Installed, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run one command; return exit code, standard output, standard error."""
    for name in [name for name in os.environ if name.startswith("KVITT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("KVITT_DATA_DIR", str(installed.settings.data_dir))
    monkeypatch.setenv("KVITT_PUBLIC_URL", URL)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def download(kvitt: Run, tmp_path: Path) -> Path:
    path = tmp_path / "samtykker.jsonl"
    assert kvitt("log", "export", SITE, "-o", str(path))[0] == 0
    return path


def test_what_is_exported_verifies(kvitt: Run, download: Path, installed: Installed) -> None:
    code, said, faults = kvitt("log", "verify", str(download))
    assert (code, faults) == (0, "")
    assert "14 leaves: 12 records, 2 public (1 notice), 0 not shown" in said
    assert installed.vkey in said
    assert "stands in the file itself" in said
    assert "It holds" in said


@pytest.mark.parametrize("given", ["vkey", "vkeys"])
def test_it_verifies_under_the_readers_key(
    kvitt: Run, download: Path, installed: Installed, given: str
) -> None:
    code, said, _ = kvitt("log", "verify", str(download), "--vkey", getattr(installed, given))
    assert code == 0
    assert "stands in the file itself" not in said


def test_another_key_does_not_verify(kvitt: Run, download: Path) -> None:
    other = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    code, said, _ = kvitt("log", "verify", str(download), "--vkey", other)
    assert code == 1
    assert "unknown-key" in said


def test_the_result_as_json(kvitt: Run, download: Path) -> None:
    code, said, _ = kvitt("log", "verify", str(download), "--json")
    result = json.loads(said)
    assert code == 0
    assert result["holds"] is True
    assert result["sections"][0]["records"] == RECORDS


def test_a_filtered_export_verifies(kvitt: Run, tmp_path: Path) -> None:
    path = str(tmp_path / "a.jsonl")
    code, said, _ = kvitt(
        *("log", "export", SITE, "-o", path, "--json", "--category", "analytics"),
        *("--since", "2026-11-24", "--until", "2026-11-25T00:00:00+01:00"),
    )
    assert code == 0
    assert json.loads(said) == {"file": path, "bytes": Path(path).stat().st_size}
    code, said, _ = kvitt("log", "verify", path)
    assert code == 0
    assert "3 records" in said
    assert "Only a download of everything" in said


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


Change = Callable[[list[Any]], None]


def _set(line: int, *names: str, to: Any) -> Change:
    def change(parsed: list[Any]) -> None:
        inside = parsed[line]
        for name in names[:-1]:
            inside = inside[name]
        inside[names[-1]] = to

    return change


def _in_note(old: str, new: str) -> Change:
    def change(parsed: list[Any]) -> None:
        parsed[0]["checkpoint"] = parsed[0]["checkpoint"].replace(old, new, 1)

    return change


HASH = "A" * 43 + "="
CHANGES: dict[str, tuple[Change, int, str]] = {
    "record": (_set(6, "record", "lang", to="nn"), 7, "record-changed"),
    "salt": (_set(6, "salt", to=HASH), 7, "record-changed"),
    "leaf": (_set(6, "leaf", to=HASH), 7, "record-changed"),
    "index": (_set(6, "index", to=6), 7, "order"),
    "public body": (_set(2, "public", "version", to="2026.11-2"), 3, "public-changed"),
    "leaf hash": (_set(2, "leaf_hash", to=HASH), 3, "public-changed"),
    "period": (_set(2, "period", to="2026-10"), 3, "public-changed"),
    "size": (_in_note("\n14\n", "\n15\n"), 1, "signature"),
    "root": (_in_note("\n14\n", "\n14\nx"), 1, "signature"),
    "signature": (_in_note("\n\n— ", "\n\n—"), 1, "signature"),
    "key": (_set(0, "vkey", to="o+00000000+AA=="), 1, "header"),
    "end": (_set(-1, "end", "records", to=11), 16, "order"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_download_is_refused_and_the_place_named(
    kvitt: Run, download: Path, what: str
) -> None:
    change, line, kind = CHANGES[what]
    parsed = lines(download)
    record_id = parsed[6]["record"]["record_id"]
    change(parsed)
    written = [
        json.dumps(x, sort_keys=True, separators=(",", ":"), ensure_ascii=False) for x in parsed
    ]
    download.write_text("\n".join(written) + "\n", "utf-8")
    code, said, _ = kvitt("log", "verify", str(download), "--json")
    result = json.loads(said)
    assert code == 1
    assert result["findings"][0]["class"] == kind
    assert result["findings"][0]["line"] == line
    if line == 7:
        assert result["findings"][0]["record_id"] == record_id
    code, said, _ = kvitt("log", "verify", str(download))
    assert code == 1
    assert "IT DOES NOT HOLD" in said
    assert MEANINGS[kind] in said


def test_a_download_that_was_cut_off_is_refused(kvitt: Run, download: Path) -> None:
    content = download.read_bytes()
    for size in (0, 10, len(content) // 2, len(content) - 1):
        download.write_bytes(content[:size])
        assert kvitt("log", "verify", str(download))[0] == 1


def test_a_receipt_verifies(kvitt: Run, installed: Installed) -> None:
    code, said, _ = kvitt("log", "verify", installed.receipt, "--jwks", installed.jwks)
    assert code == 0
    assert "It holds: the platform gave this receipt" in said


def test_a_changed_receipt_does_not(kvitt: Run, installed: Installed, tmp_path: Path) -> None:
    changed = tmp_path / "r.jws"
    text = Path(installed.receipt).read_text("utf-8")
    changed.write_text(text[:-1] + ("A" if text[-1] != "A" else "B"), "utf-8")
    code, said, _ = kvitt("log", "verify", str(changed), "--jwks", installed.jwks)
    assert code == 1
    assert "receipt:" in said


def test_a_proof_verifies(kvitt: Run, installed: Installed) -> None:
    code, said, _ = kvitt("log", "verify", installed.proof, "--vkey", installed.vkey)
    assert code == 0
    assert "one record of 14 leaves" in said


def test_a_changed_proof_does_not(kvitt: Run, installed: Installed, tmp_path: Path) -> None:
    changed = tmp_path / "p.tlog-proof"
    changed.write_text(Path(installed.proof).read_text("utf-8").replace("index 5", "index 6"))
    code, said, _ = kvitt("log", "verify", str(changed), "--vkey", installed.vkey)
    assert code == 1
    assert "proof:" in said


def test_a_receipt_or_proof_without_keys_is_no_result(kvitt: Run, installed: Installed) -> None:
    for name, option in ((installed.receipt, "--jwks"), (installed.proof, "--vkey")):
        code, said, faults = kvitt("log", "verify", name)
        assert (code, said) == (2, "")
        assert option in faults


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"record_id,method\n1,reject_all\n"),
        ("a.txt", b"\xef\xbb\xbfrecord_id;method\r\n1;reject_all\r\n"),
        ("a.csv", b""),
    ],
)
def test_a_csv_is_for_reading(kvitt: Run, tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    code, _, faults = kvitt("log", "verify", str(tmp_path / name))
    assert code == 2
    assert "The JSON Lines download of the same selection is the evidence" in faults


@pytest.mark.parametrize("content", [b"", b"\x00" * 5000, b"{}\n", b"[" * 5000, b"\xff\xfe\n"])
def test_what_is_nothing_known_never_passes(kvitt: Run, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    code, said, _ = kvitt("log", "verify", str(tmp_path / "x"))
    assert code == 1
    assert "not-an-export" in said


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("verify", "nowhere.jsonl"), 2),
        (("verify", "."), 2),
        (("verify", "ftp://example.no/a.jsonl"), 2),
        (("verify", "file:///etc/hostname"), 2),
        (("verify", "http://127.0.0.1:9/a.jsonl"), 3),
        (("verify", "-", "--vkey", "x"), 2),
        (("export", "ukjent"), 2),
        (("export", SITE, "--since", "2031-01-01"), 2),
        (("export", SITE, "-o", "/nowhere/at/all.jsonl"), 3),
    ],
)
def test_what_cannot_be_done_says_why(kvitt: Run, arguments: tuple[str, ...], code: int) -> None:
    found, said, faults = kvitt("log", *arguments)
    assert (found, said) == (code, "")
    assert faults.startswith("kvitt: ")


def test_a_date_that_is_none_is_bad_usage(kvitt: Run) -> None:
    with pytest.raises(SystemExit) as stopped:
        kvitt("log", "export", SITE, "--since", "i går")
    assert stopped.value.code == 2


@pytest.mark.parametrize("jwks", ["{", "[]", "5", '{"keys": [{}]}', '{"keys": 5}'])
def test_keys_that_are_none_are_bad_input(
    kvitt: Run, installed: Installed, tmp_path: Path, jwks: str
) -> None:
    (tmp_path / "jwks.json").write_text(jwks, "utf-8")
    given = str(tmp_path / "jwks.json")
    code, _, faults = kvitt("log", "verify", installed.receipt, "--jwks", given)
    assert code == 2
    assert "--jwks" in faults


@contextmanager
def served(content: bytes, status: int = 200) -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Location", "file:///etc/hostname")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/samtykker.jsonl"
        finally:
            server.shutdown()
            thread.join()


def test_an_address_is_fetched_and_verified(kvitt: Run, download: Path) -> None:
    content = download.read_bytes()
    with served(content) as address:
        assert kvitt("log", "verify", address)[0] == 0
    with served(content[:-1]) as address:
        assert kvitt("log", "verify", address)[0] == 1


@pytest.mark.parametrize("status", [302, 401, 404, 500])
def test_an_address_that_answers_otherwise_is_no_evidence(kvitt: Run, status: int) -> None:
    with served(b"log in", status) as address:
        code, _, faults = kvitt("log", "verify", address)
    assert code == 3
    assert str(status) in faults


def test_a_download_larger_than_allowed_is_not_read_to_its_end(
    kvitt: Run, download: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cmp.cli.evidence.LARGEST_DOWNLOAD", 1000)
    with served(download.read_bytes()) as address:
        code, _, faults = kvitt("log", "verify", address)
    assert code == 2
    assert "more than 1000 bytes" in faults


def test_export_and_verify_in_a_pipe(installed: Installed) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "KVITT_DATA_DIR": str(installed.settings.data_dir),
        "KVITT_PUBLIC_URL": URL,
    }
    command = [sys.executable, "-m", "cmp", "log"]
    export = subprocess.run(
        [*command, "export", SITE], env=environment, capture_output=True, check=True
    )
    verify = subprocess.run(
        [*command, "verify", "-"], env=environment, input=export.stdout, capture_output=True
    )
    assert (export.stderr, verify.stderr) == (b"", b"")
    assert verify.returncode == 0


def test_a_reader_who_has_enough_is_no_fault(installed: Installed) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "KVITT_DATA_DIR": str(installed.settings.data_dir),
    }
    command = [sys.executable, "-m", "cmp", "log", "export", SITE]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as export:
        assert export.stdout is not None
        assert export.stderr is not None
        export.stdout.close()
        faults = export.stderr.read()
    assert (export.returncode, faults) == (0, b"")


def test_a_file_is_whole_or_not_there(
    kvitt: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(*_: Any, **__: Any) -> Iterator[bytes]:
        yield b"half\n"
        raise OSError("the disk is full")

    monkeypatch.setattr("cmp.cli.log.json_lines", half)
    path = tmp_path / "a.jsonl"
    path.write_text("before", "utf-8")
    code, _, faults = kvitt("log", "export", SITE, "-o", str(path))
    assert code == 3
    assert "the disk is full" in faults
    assert path.read_text("utf-8") == "before"


def test_fsck_holds(kvitt: Run) -> None:
    code, said, _ = kvitt("log", "fsck")
    assert code == 0
    assert "14 leaves: 12 records" in said
    assert "Everything holds" in said
    assert json.loads(kvitt("log", "fsck", "--json")[1])["holds"] is True


def test_fsck_finds_a_changed_row(kvitt: Run, installed: Installed) -> None:
    stood = installed.stored[5].record_id
    of = update(Record).where(Record.record_id == stood)
    with write_transaction(installed.engine) as connection:
        connection.execute(of.values(method="close_x"))
    try:
        code, said, _ = kvitt("log", "fsck")
    finally:
        with write_transaction(installed.engine) as connection:
            connection.execute(of.values(method="accept_all"))
    assert code == 1
    assert stood in said
    assert "other values in method" in said


def test_fsck_of_nothing_is_no_result(
    kvitt: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KVITT_DATA_DIR", str(tmp_path / "new"))
    code, _, faults = kvitt("log", "fsck")
    assert code == 2
    assert "holds no log" in faults


def test_progress_of_what_takes_long(
    kvitt: Run, download: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cmp.cli.progress.SECONDS_BETWEEN_LINES", -1)
    monkeypatch.setattr("cmp.proof.verify.LINES_BETWEEN_REPORTS", 10)
    code, _, told = kvitt("log", "verify", str(download))
    assert (code, told) == (0, "10 lines\n")
