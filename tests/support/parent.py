"""What must not outlive the process that asked for it.

A test run can end in many ways: finished, interrupted, killed. A helper process therefore holds the reading
end of a pipe as its standard input; the system closes the other end when the owner goes away, however it goes.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

_PATIENCE_SECONDS = 15


def parent_gone() -> threading.Event:
    """An event, set when standard input ends: the process that started this one is gone."""
    gone = threading.Event()

    def watch() -> None:
        with contextlib.suppress(OSError):
            while os.read(0, 4096):
                pass
        gone.set()

    threading.Thread(target=watch, daemon=True).start()
    return gone


def start_helper(
    *command: str, cwd: Path, environment: Mapping[str, str] | None = None, output: IO[bytes] | None = None
) -> subprocess.Popen[bytes]:
    """Start `python -m <command>` out of reach of the terminal's Ctrl-C, to be ended by `end_helper`."""
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=output,
        cwd=cwd,
        env=environment,
        start_new_session=os.name == "posix",
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )


def end_helper(helper: subprocess.Popen[bytes]) -> None:
    """Close the pipe and wait until the helper has cleaned up behind itself."""
    if helper.stdin is not None:
        helper.stdin.close()
    try:
        helper.wait(timeout=2 * _PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        helper.kill()
        helper.wait()


def _signal_group(child: subprocess.Popen[bytes], *, hard: bool) -> None:
    if os.name != "posix":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(child.pid)], check=False, capture_output=True)
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL if hard else signal.SIGTERM)


def run_until_parent_is_gone(command: Sequence[str]) -> int:
    """Run a command with everything it starts; end all of it when the parent is gone. Gives the exit status."""
    gone = parent_gone()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=os.name == "posix")
    while child.poll() is None and not gone.wait(0.05):
        pass
    if child.poll() is None:
        _signal_group(child, hard=False)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=_PATIENCE_SECONDS)
    _signal_group(child, hard=True)
    return child.wait()


if __name__ == "__main__":
    sys.exit(run_until_parent_is_gone(sys.argv[1:]))
