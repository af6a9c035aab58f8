#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One command for every job in this repository. Needs Python 3.11 and nothing else.

python3 dev.py demo     make .venv, install, start everything with a demo shop
python3 dev.py test     every test; give paths or pytest options to narrow it
python3 dev.py check    what CI runs: format, lint, types, imports, docs, then the tests
python3 dev.py banner   rebuild the banner into static/ (--verify: fail if that changes a byte)
python3 dev.py docs     write the generated pages of docs/ (--verify: fail if one is stale)
python3 dev.py bench    measurements: `bench --list` names them
python3 dev.py lock     resolve the dependencies anew into the two lock files
"""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
RUN_LOCK, DEV_LOCK = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"


def run(*command: str | Path) -> None:
    """Run a command in the repository; end with its exit code if it fails."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def python(*arguments: str) -> None:
    """Run the environment's Python."""
    run(BIN / "python", *arguments)


def install(lock: Path) -> None:
    """Bring .venv to what `lock` says. Does nothing when it is there already."""
    stamp = VENV / f".{lock.name}.sha256"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    if not (BIN / "python").exists():
        print("Making .venv …", file=sys.stderr, flush=True)
        venv.create(VENV, with_pip=True)
    print(f"Installing {lock.name} …", file=sys.stderr, flush=True)
    python("-m", "pip", "install", "-q", "--require-hashes", "--no-deps", "-r", str(lock))
    stamp.write_text(wanted)


def demo(*arguments: str) -> None:
    """Start the platform, the demo shop and its third parties."""
    install(RUN_LOCK)
    os.chdir(ROOT)
    # Replaced and not started, so that SIGTERM reaches the demo itself.
    os.execv(BIN / "python", [str(BIN / "python"), "-m", "cmp", "demo", *arguments])  # noqa: S606 - a fixed program


def test(*arguments: str) -> None:
    """Run the tests, pytest last, so that its summary is the closing line."""
    install(DEV_LOCK)
    if not any(argument.startswith("tests") for argument in arguments):
        python("-m", "tests.banner")
    python("-m", "pytest", *arguments)


def banner(*arguments: str) -> None:
    """Build banner/src into static/."""
    install(DEV_LOCK)
    python("banner/build.py", *arguments)


def docs(*arguments: str) -> None:
    """Write the generated pages."""
    install(DEV_LOCK)
    python("-m", "docs.generate", *arguments)


def bench(*arguments: str) -> None:
    """Run measurements."""
    install(DEV_LOCK)
    python("-m", "bench", *arguments)


def lock() -> None:
    """Resolve the dependencies anew."""
    install(DEV_LOCK)
    common = ["pip", "compile", "-q", "pyproject.toml", "--universal", "--generate-hashes"]
    common += ["--no-emit-index-url", "--no-header", "--python-version", "3.11"]
    run(BIN / "uv", *common, "-o", RUN_LOCK.name)
    run(
        BIN / "uv",
        *common,
        "--extra",
        "dev",
        "--extra",
        "bench",
        "-c",
        RUN_LOCK.name,
        "-o",
        DEV_LOCK.name,
    )


def check(*arguments: str) -> None:
    """Run everything that must hold before a change lands. `--quick` leaves the tests out."""
    install(DEV_LOCK)
    run(BIN / "ruff", "format", "--check", ".")
    run(BIN / "ruff", "check", ".")
    run(BIN / "codespell")
    run(BIN / "mypy")
    run(BIN / "lint-imports")
    banner("--verify")
    docs("--verify")
    if "--quick" not in arguments:
        test()


COMMANDS = {f.__name__: f for f in (demo, test, check, banner, docs, bench, lock)}


def main() -> None:
    """Run the command named first."""
    name, *rest = sys.argv[1:] or [""]
    if name not in COMMANDS:
        sys.exit(__doc__)
    COMMANDS[name](*rest)


if __name__ == "__main__":
    main()
