# SPDX-License-Identifier: Apache-2.0
"""What holds for every tracked file: its licence line, its length, nothing of anybody's machine."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
HASH, SLASHES, STARS = (
    "# SPDX-License-Identifier: Apache-2.0",
    "// SPDX-License-Identifier: Apache-2.0",
    "/* SPDX-License-Identifier: Apache-2.0 */",
)
HEADERS = {".py": (HASH,), ".ts": (SLASHES,), ".js": (SLASHES, STARS), ".css": (STARS,)}
# Built from banner/src by `dev.py banner`, and other people's files that we pass on.
BUILT = re.compile(r"static/[^/]+\.js|static/pages/vendor/.*")
LONGEST_FILE = 400
# Spelt so that this file does not hold what it looks for.
MACHINES = re.compile(r"(?<![\w.])/(?:home|Users|root|work)/\w" + r"|/tmp/(?:w|work)/")
REGISTRIES = re.compile(
    r"://(?:[\w.-]*\.)?(?:"
    + "|".join([r"pypi\.org", r"pythonhosted\.org", r"npmjs\.(?:org|com)", r"yarnpkg\.com"])
    + r")"
)


if not (ROOT / ".git").exists():
    pytest.skip("only a git checkout knows its own files", allow_module_level=True)


def tracked() -> list[str]:
    """Every file that git knows, and new ones that it does not ignore."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in done.stdout.splitlines() if (ROOT / name).is_file()]


FILES = tracked()


def text_of(name: str) -> str:
    """The text of a file; nothing of one that holds no text."""
    content = (ROOT / name).read_bytes()
    return "" if b"\0" in content else content.decode("utf-8")


def first_line(name: str) -> str:
    lines = text_of(name).splitlines()
    return next((line for line in lines if not line.startswith("#!")), "")


def test_there_are_files_to_look_at() -> None:
    assert len(FILES) > 200
    assert "cmp/app.py" in FILES


def test_every_source_begins_with_its_licence() -> None:
    ours = [name for name in FILES if Path(name).suffix in HEADERS and not BUILT.fullmatch(name)]
    bare = [name for name in ours if first_line(name) not in HEADERS[Path(name).suffix]]
    assert not bare


@pytest.mark.parametrize("pattern", [MACHINES, REGISTRIES], ids=["machine", "registry"])
def test_no_file_names_a_machine_or_a_registry(pattern: re.Pattern[str]) -> None:
    found = {name: hit[0] for name in FILES if (hit := pattern.search(text_of(name)))}
    assert not found


def test_the_patterns_find_what_they_are_for() -> None:
    assert MACHINES.search("see /" + "home/somebody/x")
    assert not MACHINES.search("GET /v1/home/page")
    assert REGISTRIES.search("https://files." + "pythonhosted.org/x")


def test_no_source_is_too_long() -> None:
    long = {
        name: lines
        for name in FILES
        if re.match(r"cmp/.*\.py|banner/src/", name)
        and (lines := len(text_of(name).splitlines())) > LONGEST_FILE
    }
    assert not long
