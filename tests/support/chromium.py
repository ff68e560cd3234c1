"""The machine's own Chromium: browser tests download none."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser as RunningBrowser
from playwright.sync_api import Error, Playwright

HOW_TO_INSTALL = (
    "Chromium: Debian `sudo apt install chromium`, Fedora `sudo dnf install chromium`, "
    "macOS `brew install --cask google-chrome`, Windows: Edge is there already; "
    "or set SURVEY_APP_TEST_CHROMIUM to the program"
)

_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
)
_USUAL_PLACES = (
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/lib/chromium/chromium",
    "/opt/google/chrome/chrome",
    "/snap/bin/chromium",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
_SWITCHED_OFF = (
    # Playwright's own, which matter here, too. Of several lists only the last counts, and that is this one.
    "AimEnabled",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
    "msForceBrowserSignIn",
    # Two pages for the address bar, which nobody sees, in each window: half of what a new window takes.
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
)
_WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
_WINDOWS_PLACES = ("Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe")


@dataclass(frozen=True)
class Browser:
    """A browser found on this machine."""

    program: Path
    version: str

    def __str__(self) -> str:
        return f"{self.version} ({self.program})"


def _candidates() -> Iterator[Path]:
    named = os.environ.get("SURVEY_APP_TEST_CHROMIUM")
    if named:
        yield Path(named)
        return
    yield from (Path(found) for name in _NAMES if (found := shutil.which(name)))
    yield from (Path(place) for place in _USUAL_PLACES)
    for folder in _WINDOWS_FOLDERS:
        if root := os.environ.get(folder):
            yield from (Path(root, place) for place in _WINDOWS_PLACES)


def _version_of(program: Path) -> str | None:
    """What the browser calls itself, or nothing where it does not run."""
    if program.suffix == ".exe":
        # On Windows `--version` opens a window; the folder of the version stands beside the program.
        folders = [path.name for path in program.parent.iterdir() if re.fullmatch(r"[\d.]+", path.name)]
        return f"{program.stem} {max(folders, default='of unknown version')}"
    try:
        said = subprocess.run([program, "--version"], check=True, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"[A-Za-z ]*[\d.]+\d", said.stdout)
    return found.group().strip() if found else None


def find_browser() -> Browser | None:
    """The first Chromium, Chrome or Edge that runs; nothing where there is none."""
    for program in _candidates():
        if program.exists() and (version := _version_of(program)):
            return Browser(program, version)
    return None


def launch(playwright: Playwright, browser: Browser) -> RunningBrowser:
    """Start a browser without a window, and with its own errands switched off."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    try:
        return _launch(playwright, browser.program, sandbox=not is_root)
    except Error:
        if is_root:
            raise
        # Containers often deny an ordinary user the sandbox. Only pages of our own server are opened.
        return _launch(playwright, browser.program, sandbox=False)


def _launch(playwright: Playwright, program: Path, *, sandbox: bool) -> RunningBrowser:
    arguments = [*_QUIET, f"--disable-features={','.join(_SWITCHED_OFF)}"]
    return playwright.chromium.launch(executable_path=program, args=arguments, chromium_sandbox=sandbox)


if __name__ == "__main__":
    print(find_browser() or HOW_TO_INSTALL)
