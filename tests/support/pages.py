"""Browser pages that report what went wrong in them."""

import contextlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Request, Response

from tests.support.sessions import PASSWORD

DEVICES: dict[str, dict[str, Any]] = {
    "phone": {
        "viewport": {"width": 360, "height": 780},
        "device_scale_factor": 3,
        "has_touch": True,
        "is_mobile": True,
    },
    "desktop": {"viewport": {"width": 1440, "height": 900}},
}
ON_ONE_DATABASE = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
"""For tests of what a page looks like: the database behind it has no say in that."""

EACH_ONCE = pytest.mark.parametrize(
    ("server", "locale"), [("sqlite", "zh-CN"), ("postgresql", "en-US")], indirect=["server"]
)
"""For long ways through many pages: every database and every language, but not each with each."""

_OWN_SCHEMES = {"data", "blob", "about"}
_AXE = """axe.run({resultTypes: ['violations'], rules: {'color-contrast-enhanced': {enabled: %s}}})
.then(found => found.violations)"""
_REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", event => console.error(
    `Security policy: ${event.violatedDirective} forbids ${event.blockedURI}, line ${event.lineNumber}`));
"""


class Watch:
    """Collects what must not happen in a test's pages: errors, forbidden content, requests to other hosts."""

    def __init__(self, url: str) -> None:
        self._host = urlsplit(url).netloc
        self._allowed: list[re.Pattern[str]] = []
        self._complaints: list[tuple[str, str]] = []
        self._navigations: set[str] = set()
        self._contexts: list[BrowserContext] = []

    def allow(self, pattern: str) -> None:
        """Expect complaints that match this regular expression, such as those of a page offline."""
        self._allowed.append(re.compile(pattern))

    def over(self, context: BrowserContext) -> None:
        """Watch all pages of a context, now and later."""
        self._contexts.append(context)
        context.add_init_script(_REPORT_VIOLATIONS)
        context.on("weberror", lambda error: self._complain("", f"Error in a script: {error.error}"))
        context.on("console", self._on_console)
        context.on("request", self._on_request)
        context.on("response", self._on_response)

    def complaints(self) -> list[str]:
        """What went wrong so far, as sentences.

        A page that was opened and answered with an error status is no complaint: the test itself tells whether
        it should have been. A style sheet, script, picture or fetch answered so is one.
        """
        for page in self.pages():
            page.evaluate("0")  # events that are under way arrive before the answer to this
        return [
            text
            for address, text in self._complaints
            if address not in self._navigations and not any(pattern.search(text) for pattern in self._allowed)
        ]

    def pages(self) -> list[Page]:
        """All open pages."""
        return [page for context in self._contexts for page in context.pages if not page.is_closed()]

    def _complain(self, address: str, text: str) -> None:
        self._complaints.append((address, text))

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            address = message.location["url"]
            of_loading = message.text.startswith("Failed to load resource")
            self._complain(address if of_loading else "", f"Console: {message.text} ({address})")

    def _on_request(self, request: Request) -> None:
        place = urlsplit(request.url)
        if place.scheme not in _OWN_SCHEMES and place.netloc != self._host:
            self._complain("", f"Request to another host: {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.request.is_navigation_request() and response.status >= 400:
            self._navigations.add(response.url)


class Visitors:
    """Opens pages as people would have them: each with a device, a language and cookies of its own."""

    def __init__(self, browser: Browser, url: str, watch: Watch) -> None:
        self._browser = browser
        self._url = url
        self._watch = watch

    @contextmanager
    def page(self, device: str = "desktop", locale: str = "zh-CN", **options: Any) -> Iterator[Page]:
        """A page on a `phone` or a `desktop`; `options` are those of a Playwright context.

        Relative addresses are the server's. `java_script_enabled=False` gives a browser without scripts.
        """
        context = self._browser.new_context(
            **{
                **DEVICES[device],
                "base_url": self._url,
                "locale": locale,
                "timezone_id": "Asia/Shanghai",
                **options,
            }
        )
        try:
            self._watch.over(context)
            yield context.new_page()
        finally:
            context.close()


def check_accessibility(page: Page, *, is_enhanced: bool = False) -> None:
    """Run axe on the page; AssertionError names rule, target and help of every violation.

    `is_enhanced` asks for contrast as AAA has it, too. Where another page comes while axe looks at this one, as
    after a click on a link, it looks at that.
    """
    for is_last in (False, True):
        page.wait_for_load_state()
        try:
            answer = _answer_of_axe(page, is_enhanced=is_enhanced)
        except Error:
            if is_last:
                raise
            continue
        if "exceptionDetails" not in answer:
            break
    assert "exceptionDetails" not in answer, f"axe did not run: {answer['exceptionDetails']}"
    violations = answer["result"]["value"]
    assert not violations, _readable(page.url, violations)


def _answer_of_axe(page: Page, *, is_enhanced: bool) -> dict[str, Any]:
    # The protocol's own evaluation and not page.evaluate(): axe is not the page's script, so the page's content
    # security policy, which forbids eval, must neither stop it nor be switched off for it.
    session = page.context.new_cdp_session(page)
    without_scripts = page.evaluate("matchMedia('(scripting: none)').matches")
    if without_scripts:
        # Chromium keeps one switch for all sessions and ignores a session that sets what it has already.
        session.send("Emulation.setScriptExecutionDisabled", {"value": True})
        session.send("Emulation.setScriptExecutionDisabled", {"value": False})
    session.send("Runtime.evaluate", {"expression": AXE_SCRIPT})
    answer: dict[str, Any] = session.send(
        "Runtime.evaluate",
        {"expression": _AXE % json.dumps(is_enhanced), "awaitPromise": True, "returnByValue": True},
    )
    if without_scripts:
        session.send("Emulation.setScriptExecutionDisabled", {"value": True})
    else:
        session.detach()
    return answer


def _readable(url: str, violations: list[dict[str, Any]]) -> str:
    lines = [f"{url} breaks {len(violations)} rules of accessibility:"]
    for violation in violations:
        lines.append(f"- {violation['id']} ({violation['impact']}): {violation['help']}. {violation['helpUrl']}")
        for node in violation["nodes"]:
            summary = " ".join(node["failureSummary"].split())
            lines.append(f"    {', '.join(map(str, node['target']))}: {node['html'][:200]}\n        {summary}")
    return "\n".join(lines)


def sign_in(page: Page, username: str, to: str) -> None:
    """Sign in through the form, without drawing it, and open the page `to`."""
    form = page.request.get("/sign-in").text()
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', form)
    assert found, "No form to sign in with"
    sent = {"csrf_token": found.group(1), "username": username, "password": PASSWORD}
    answer = page.request.post("/sign-in", form=sent, max_redirects=0)
    assert answer.status == 302, f"{username} is not let in: {answer.status}"
    page.goto(to)


def save_for_the_reader(watch: Watch, directory: Path, name: str) -> list[str]:
    """Keep a picture and the HTML of every open page of a failed test; gives the files' names."""
    directory.mkdir(parents=True, exist_ok=True)
    saved = []
    for number, page in enumerate(watch.pages(), start=1):
        stem = directory / f"{re.sub(r'[^A-Za-z0-9]+', '-', name).strip('-')[-120:]}-{number}"
        with contextlib.suppress(Error):  # a page that has crashed gives neither; the test's own failure counts
            page.screenshot(path=stem.with_suffix(".png"), full_page=True)
            stem.with_suffix(".html").write_text(page.content(), encoding="utf-8")
        saved.append(f"{stem.with_suffix('.png')} ({page.url})")
    return saved
