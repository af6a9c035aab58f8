# SPDX-License-Identifier: Apache-2.0
"""The one command of the repository: what it offers is what it says it offers."""

import re
import subprocess
import sys

import dev


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "dev.py", *arguments],
        cwd=dev.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_its_help_names_every_command_and_no_other() -> None:
    assert re.findall(r"^python3 dev\.py (\w+)", dev.__doc__ or "", re.MULTILINE) == list(
        dev.COMMANDS
    )


def test_without_a_command_it_tells_what_there_is() -> None:
    for arguments in ((), ("frobnicate",)):
        done = run(*arguments)
        assert done.returncode == 1
        assert "python3 dev.py demo" in done.stderr


def test_it_needs_nothing_but_the_standard_library() -> None:
    text = (dev.ROOT / "dev.py").read_text("utf-8")
    imported = re.findall(r"^(?:import|from) (\w+)", text, re.MULTILINE)
    assert imported
    assert set(imported) <= sys.stdlib_module_names


def test_the_readme_shows_both_commands_of_the_contract() -> None:
    text = (dev.ROOT / "README.md").read_text("utf-8")
    assert "\npython3 dev.py demo\npython3 dev.py test\n" in text


def test_both_locks_carry_hashes_and_no_address() -> None:
    for lock in (dev.RUN_LOCK, dev.DEV_LOCK):
        text = lock.read_text("utf-8")
        packages = re.findall(r"^[a-z][^ =]*==", text, re.MULTILINE)
        assert packages
        assert text.count("--hash=sha256:") >= len(packages)
        assert "://" not in text
