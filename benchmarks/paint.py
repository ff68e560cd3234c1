"""How soon a worker sees the page: `python -m benchmarks.paint [--rounds N]`.

A real Chromium with an empty cache opens the workers' questionnaire from the real server over a slow line (1.6
Mbit/s down, 0.75 up, 150 ms a round trip) with a processor slowed down four times, as in an old and cheap phone.
Printed are the first paint and the end of loading, in seconds from the tap, the middle and the worst of the
rounds; below, the same for a bare form, which no page can beat.
"""

from __future__ import annotations

import argparse
import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from playwright.sync_api import Browser, sync_playwright

from benchmarks import stage
from tests.support.chromium import HOW_TO_INSTALL, find_browser, launch

DOWN, UP = 1_600_000 / 8, 750_000 / 8
ROUND_TRIP = 150
SLOWER = 4
BARE = (
    b"<!doctype html><html lang=zh><meta charset=utf-8><title>x</title>"
    b"<form method=post><label>x <input name=x></label><button>x</button></form>"
)
_TIMES = """() => {
    const paint = performance.getEntriesByName('first-contentful-paint')[0];
    return [paint ? paint.startTime : null, performance.getEntriesByType('navigation')[0].loadEventEnd];
}"""


class _Bare(BaseHTTPRequestHandler):
    """Answers every request with the bare form."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Send the form."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(BARE)))
        self.end_headers()
        self.wfile.write(BARE)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def bare_form() -> Iterator[str]:
    """Serve the bare form; gives its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Bare)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def opened(browser: Browser, url: str) -> tuple[float, float]:
    """Open a page once, as a phone that was never here; return the seconds to the first paint and to the end."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    try:
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": ROUND_TRIP, "downloadThroughput": DOWN, "uploadThroughput": UP},
        )
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(url, wait_until="load")
        page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length > 0")
        paint, loaded = page.evaluate(_TIMES)
        return paint / 1000, loaded / 1000
    finally:
        context.close()


def main() -> None:
    """Print a line for the workers' page and one for the bare form."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.paint", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    found = find_browser()
    if found is None:
        parser.error(HOW_TO_INSTALL)
    print(f"{stage.machine()}; {found.version}")
    print(f"{'':<24}{'first paint':>16}{'worst':>8}{'loaded':>10}{'worst':>8}   (seconds, {options.rounds} rounds)")
    with (
        stage.stage("sqlite") as made,
        stage.product(made) as server,
        bare_form() as bare,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright, found)
        pages = {"workers' page, A-W": f"{server.url}/s/{made.field.code}", "a bare form": bare}
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in pages}
        for _ in range(options.rounds + 1):
            for name, url in pages.items():
                times[name].append(opened(browser, url))
        browser.close()
    for name, each in times.items():
        paints, loads = zip(*each[1:], strict=True)  # the first round starts the browser's own processes
        print(
            f"{name:<24}{statistics.median(paints):>16.2f}{max(paints):>8.2f}"
            f"{statistics.median(loads):>10.2f}{max(loads):>8.2f}"
        )


if __name__ == "__main__":
    main()
