# SPDX-License-Identifier: Apache-2.0
"""The wheel, installed without the checkout beside it, starts and serves.

There is no `src/` folder, so only this shows a file that was forgotten in the wheel. Dependencies
come from the environment the tests run in; nothing is fetched.
"""

import json
import os
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
import venv
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS_TO_START = 60
SECONDS_TO_STOP = 30


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = ["-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, check=False, cwd=folder
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("kvitt-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment that has the wheel and borrows what it needs."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=False)
    place = {"base": str(home), "platbase": str(home)}
    packages = Path(sysconfig.get_path("purelib", "venv", place))
    borrowed = sysconfig.get_path("purelib")
    (packages / "borrowed.pth").write_text(f"{borrowed}\n")
    programs = Path(sysconfig.get_path("scripts", "venv", place))
    python = programs / ("python.exe" if os.name == "nt" else "python")
    command = ["-m", "pip", "install", "-q", "--no-deps", "--no-index", "--no-cache-dir"]
    subprocess.run([python, *command, str(wheel)], check=True, cwd=home)
    return programs


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The variables of an installation of its own, on a free port of loopback."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("KVITT_", "PYTHON"))}
    return kept | {
        "KVITT_DATA_DIR": str(tmp_path_factory.mktemp("data")),
        "KVITT_PUBLIC_URL": f"http://localhost:{port}",
        "KVITT_WORKERS": "1",
    }


def run(
    installed: Path, environment: Mapping[str, str], *command: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [installed / "kvitt", *command],
        env=dict(environment),
        cwd=environment["KVITT_DATA_DIR"],
        capture_output=True,
        text=True,
        check=True,
    )


@pytest.fixture(scope="module")
def served(installed: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """The address of the installed server, which is stopped by its own process."""
    base = environment["KVITT_PUBLIC_URL"]
    process = subprocess.Popen(
        [installed / "kvitt", "serve", "--port", base.rpartition(":")[2]],
        env=dict(environment),
        cwd=environment["KVITT_DATA_DIR"],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        _await(f"{base}/readyz", process)
        yield base
    finally:
        process.terminate()
        process.communicate(timeout=SECONDS_TO_STOP)


def _await(url: str, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        assert process.poll() is None, process.stderr and process.stderr.read()
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"{url} did not answer within {SECONDS_TO_START} s")


def get(url: str) -> tuple[int, str, bytes]:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.status, answer.headers["Content-Type"], answer.read()


def test_it_carries_everything_but_the_tests(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("cmp", "static", "cookie_catalog"):
        inside = "cmp" if folder == "cmp" else f"cmp/_data/{folder}"
        files = [p for p in (ROOT / folder).rglob("*") if p.is_file() and p.suffix != ".pyc"]
        wanted = {f"{inside}/{p.relative_to(ROOT / folder).as_posix()}" for p in files}
        assert wanted
        assert wanted <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "banner/", "docs/"))]


def test_the_command_tells_its_version(installed: Path, environment: Mapping[str, str]) -> None:
    assert run(installed, environment, "--version").stdout.startswith("kvitt 0.")


def test_it_runs_from_the_wheel_and_not_from_the_checkout(installed: Path, wheel: Path) -> None:
    told = "import cmp, cmp.paths; print(cmp.__file__, cmp.paths.STATIC, cmp.paths.COOKIE_CATALOG)"
    done = subprocess.run(
        [installed / "python", "-c", told], capture_output=True, text=True, check=True, cwd="/"
    )
    for path in done.stdout.split():
        assert path.startswith(str(installed.parent))
        assert Path(path).exists()


def test_it_makes_an_installation_of_its_own(
    installed: Path, environment: Mapping[str, str]
) -> None:
    answer = json.loads(run(installed, environment, "init", "--json").stdout)
    assert answer["data_dir"] == environment["KVITT_DATA_DIR"]
    assert answer["one_time_password"]
    keys = Path(environment["KVITT_DATA_DIR"]) / "keys"
    assert {path.stat().st_mode & 0o777 for path in keys.iterdir()} == {0o600}


def test_it_serves_health_and_static_files(served: str) -> None:
    assert get(f"{served}/healthz")[0] == 200
    status, kind, body = get(f"{served}/static/staff.css")
    assert (status, kind.partition(";")[0]) == (200, "text/css")
    assert body == (ROOT / "static" / "pages" / "staff.css").read_bytes()
    assert get(f"{served}/login")[0] == 200


def test_it_publishes_with_the_banner_of_the_wheel(
    installed: Path, environment: Mapping[str, str]
) -> None:
    told = "from cmp.sites.banner_files import banner_files as b; print(b().integrity)"
    done = subprocess.run(
        [installed / "python", "-c", told], capture_output=True, text=True, check=True, cwd="/"
    )
    assert done.stdout.startswith("sha384-")
