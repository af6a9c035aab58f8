# SPDX-License-Identifier: Apache-2.0
"""The formats of docs/spec are what the program writes; their examples verify."""

import base64
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Engine, select

from cmp.clock import now
from cmp.consent.record import Caller
from cmp.consent.recorder import Recorder
from cmp.contract.decision import Check, Layer, Method, decode
from cmp.ledger.keys import KeyStore
from cmp.ledger.models import Leaf, PublicBody, Record
from cmp.ledger.reading import fresh_checkpoint
from cmp.proof.canonical import canonical
from cmp.proof.commitment import commitment
from cmp.proof.inclusion import root_of_inclusion
from cmp.proof.keys import from_seed, key_id, vkey
from cmp.proof.leaf import KINDS, leaf_entry
from cmp.proof.merkle import leaf_hash
from cmp.settings import Settings
from tests.factories import ORIGIN, SITE, decision, make_site

ROOT = Path(__file__).resolve().parent.parent.parent
SPEC = ROOT / "docs" / "spec"
# The salt of the example; the page has the leaf that follows, and no secret is in it.
SALT = base64.b64decode("TmZ1vzsmy03fvoO9kcD7lktqD+ezQfpGQMcPM5IqIbg=")


def blocks(page: str, kind: str) -> list[str]:
    text = (SPEC / page).read_text("utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def members(page: str) -> set[str]:
    """The names in the first column of the page's table of members."""
    text = (SPEC / page).read_text("utf-8").partition("\n## Members\n")[2].partition("\n## ")[0]
    cells = [row.split("|")[1] for row in text.splitlines() if row.startswith("| `")]
    return {name for cell in cells for name in re.findall(r"`([\w.]+)`", cell)}


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """The formats do not depend on the kind of database: one will do."""
    return f"sqlite:///{tmp_path}/kvitt.db"


@pytest.fixture
def recorder(engine: Engine, settings: Settings) -> Iterator[Recorder]:
    recorder = Recorder(engine, KeyStore(settings.key_dir), settings.public_url, now)
    yield recorder
    recorder.stop()


def stored(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        rows = connection.execute(
            select(Record.leaf_index, Record.body, Record.salt).order_by(Record.leaf_index)
        )
        return list(rows)


def paths(value: Mapping[str, Any], wanted: set[str], prefix: str = "") -> Iterator[str]:
    """The members of a record, as deep as the table describes them."""
    for name, part in value.items():
        path = f"{prefix}{name}"
        if path not in wanted and isinstance(part, Mapping):
            yield from paths(part, wanted, f"{path}.")
        else:
            yield path


def test_the_record_has_the_members_of_its_page(
    engine: Engine, settings: Settings, recorder: Recorder
) -> None:
    notice = make_site(engine, settings)
    told = decision(notice, decided_at="2020-01-01T00:00:00Z", ui={"checks": {"area_ok": True}})
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"
    recorder.record(SITE, decode(json.dumps(told).encode()), Caller(ORIGIN, agent))
    record = msgspec.json.decode(stored(engine)[0].body)
    wanted = members("consent-record.md")
    assert set(paths(record, wanted)) == wanted


def test_the_record_page_names_every_method_layer_and_check() -> None:
    text = (SPEC / "consent-record.md").read_text("utf-8")
    for value in (*Method.__args__, *Layer.__args__):
        assert f"`{value}`" in text
    assert "reject_in_viewport" in Check.__args__


def test_the_notice_has_the_members_of_its_page(engine: Engine, settings: Settings) -> None:
    body = msgspec.json.decode(make_site(engine, settings).body)
    text = (SPEC / "notice.md").read_text("utf-8")
    assert set(body) <= members("notice.md")
    for group in ("services", "storage", "purposes"):
        (row,) = re.findall(rf"^\| `{group}` \|.*$", text, re.MULTILINE)
        assert set(body[group][0]) == set(re.findall(r"`(\w+)`", row)) - {group, "session"}


def test_the_example_of_a_record_is_canonical_and_leads_to_the_example_of_a_leaf() -> None:
    (example,) = blocks("consent-record.md", "json")
    (leaf,) = blocks("log.md", "leaf")
    record = canonical(json.loads(example))
    assert leaf.encode() == leaf_entry("consent", "2026-11", commitment(record, SALT))


def test_the_example_of_a_proof_leads_to_the_example_of_a_checkpoint() -> None:
    (note,), (key,) = blocks("log.md", "checkpoint"), blocks("log.md", "vkey")
    (leaf,), (proof,) = blocks("log.md", "leaf"), blocks("log.md", "proof")
    text, _, signature = note.partition("\n\n")
    origin, size, root = text.splitlines()
    index = int(re.findall(r"^index (\d+)$", proof, re.MULTILINE)[0])
    path = [base64.b64decode(line) for line in re.findall(r"^\S{43}=$", proof, re.MULTILINE)]
    assert root_of_inclusion(index, int(size), leaf_hash(leaf.encode()), path) == (
        base64.b64decode(root)
    )
    name, _, encoded = key.strip().split("+", 2)
    public = _public(encoded)
    assert vkey(name, public) == key.strip()
    assert name == origin
    packed = base64.b64decode(signature.split(" ")[2])
    assert packed[:4] == key_id(origin, public)
    public.verify(packed[4:], f"{text}\n".encode())


def _public(encoded: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(encoded)[1:])


def test_the_log_page_names_every_kind_of_leaf() -> None:
    text = (SPEC / "log.md").read_text("utf-8")
    assert re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) == list(KINDS)


# The script of how-to/verify-a-download.md, on a download made by hand as docs/spec/export.md says.


def _key_with_plus(folder: Path) -> None:
    """Make this year's log key one whose base64 holds a plus, as the parts of a vkey are joined."""
    seeds = (number.to_bytes(32, "big") for number in range(1000))
    seed = next(s for s in seeds if vkey("name", from_seed(s).public_key()).count("+") > 2)
    folder.mkdir(parents=True)
    (folder / f"log-{SITE}-{now().year}.key").write_bytes(seed)


def _download(engine: Engine, settings: Settings) -> tuple[list[dict[str, Any]], str]:
    keys, year = KeyStore(settings.key_dir), now().year
    note = fresh_checkpoint(engine, SITE, year, keys=keys, at=now())
    origin = note.partition("\n")[0]
    key = vkey(origin, keys.log_key(SITE, year).public_key())
    rows = stored(engine)
    with engine.connect() as connection:
        public = connection.execute(
            select(PublicBody.leaf_index, PublicBody.body, Leaf.period).join(
                Leaf,
                (Leaf.leaf_index == PublicBody.leaf_index) & (Leaf.log_id == PublicBody.log_id),
            )
        ).all()
        covered = connection.execute(select(Leaf).where(Leaf.leaf_index == 4)).one()
    lines: list[dict[str, Any]] = [
        {"index": p.leaf_index, "period": p.period, "public": json.loads(p.body)} for p in public
    ]
    lines += [
        {
            "index": row.leaf_index,
            "record": json.loads(row.body),
            "salt": base64.b64encode(row.salt).decode(),
        }
        for row in rows
        if row.leaf_index != 4
    ]
    lines.sort(key=lambda line: line["index"])
    entry = leaf_entry(covered.kind, covered.period, covered.digest)
    lines.insert(4, {"cover": [0, 4, base64.b64encode(leaf_hash(entry)).decode()]})
    head = {"schema": "kvitt-export/1", "origin": origin, "checkpoint": note, "vkey": key}
    end = {"end": {"leaves": len(lines), "records": len(rows) - 1, "origin": origin}}
    return [head, *lines, end], key


def _check(folder: Path, lines: list[dict[str, Any]], key: str) -> subprocess.CompletedProcess[str]:
    page = (ROOT / "docs" / "how-to" / "verify-a-download.md").read_text("utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (folder / "check.py").write_text(code, "utf-8")
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (folder / "download.jsonl").write_text(text, "utf-8")
    return subprocess.run(
        [sys.executable, "check.py", "download.jsonl", key],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_script_for_auditors_accepts_what_is_whole_and_nothing_else(
    engine: Engine, settings: Settings, recorder: Recorder, tmp_path: Path
) -> None:
    _key_with_plus(settings.key_dir)
    notice = make_site(engine, settings, at=now())
    for _ in range(5):
        body = json.dumps(decision(notice)).encode()
        recorder.record(SITE, decode(body), Caller(ORIGIN, "Firefox"))
    lines, key = _download(engine, settings)
    done = _check(tmp_path, lines, key)
    assert done.stdout.endswith("7 leaves, 4 records, all as signed\n"), done.stderr

    changed = json.loads(json.dumps(lines))
    changed[3]["record"]["decision"]["categories"]["analytics"] = "granted"
    bare_end = [*lines[:-2], {"end": {**lines[-1]["end"], "leaves": 6, "records": 3}}]
    swapped = [*lines[:3], lines[4], lines[3], *lines[5:]]
    for broken in (changed, bare_end, swapped, lines[:-1]):
        assert _check(tmp_path, broken, key).returncode != 0
    other = KeyStore(tmp_path / "other").log_key(SITE, now().year).public_key()
    refused = _check(tmp_path, lines, vkey(key.split("+")[0], other))
    assert "not signed with this key" in refused.stderr
