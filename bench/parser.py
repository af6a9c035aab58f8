# SPDX-License-Identifier: Apache-2.0
"""How long the blocking script holds the parser, in Chromium at 4x CPU throttle.

Two pages in turn: one with the script of the demo shop, one with an empty script.
A page's time is from the inline script before to the inline script after; the difference of the
medians is what the script costs.
"""

import os
import shutil
import statistics
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from playwright.sync_api import Browser, sync_playwright

from bench.demo_files import demo_files
from bench.results import keep

__all__ = ["run"]

ROUNDS = 25
THROTTLE = 4
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
PAGE = (
    "<!doctype html><html lang=nb><head><script>window.t0=performance.now()</script>"
    "<script src=/{script}></script>"
    "<script>window.t1=performance.now()</script></head><body><p>x</p></body></html>"
)


class _Pages(BaseHTTPRequestHandler):
    files: dict[str, tuple[str, bytes]] = {}  # noqa: RUF012 - filled in once before serving

    def do_GET(self) -> None:
        kind, content = self.files.get(self.path, ("text/plain", b""))
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _files() -> dict[str, tuple[str, bytes]]:
    files = {"/kvitt.js": ("text/javascript", demo_files().loader.plain)}
    files["/empty.js"] = ("text/javascript", b"")
    for name in ("kvitt", "empty"):
        files[f"/{name}"] = ("text/html", PAGE.format(script=f"{name}.js").encode())
    return files


def _held_ms(browser: Browser, url: str) -> float:
    context = browser.new_context()
    page = context.new_page()
    # Once unthrottled, so that the script is in the cache and compiling is what is measured.
    page.goto(url)
    devtools = context.new_cdp_session(page)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
    page.goto(url)
    held: float = page.evaluate("t1 - t0")
    context.close()
    return held


def run(name: str, _: list[str]) -> int:
    """Print the medians of alternating rounds."""
    _Pages.files = _files()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    executable = os.environ.get("KVITT_CHROMIUM") or shutil.which("chromium-headless-shell")
    held: dict[str, list[float]] = {"kvitt": [], "empty": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        for turn in range(ROUNDS):
            for which in sorted(held, reverse=bool(turn % 2)):
                held[which].append(_held_ms(browser, f"{base}/{which}"))
        version = browser.version
        browser.close()
    server.shutdown()
    medians = {which: statistics.median(times) for which, times in held.items()}
    cost = medians["kvitt"] - medians["empty"]
    print(f"Chromium {version}, {THROTTLE}x CPU throttle, {ROUNDS} alternating rounds, median ms")
    print(f"with the script {medians['kvitt']:.1f}, empty script {medians['empty']:.1f}")
    print(f"held by the script {cost:.1f}")
    keep(name, {"chromium": version, "medians_ms": medians, "held_ms": cost, "rounds_ms": held})
    return 0
