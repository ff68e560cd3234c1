"""The processes of a server: who they are, what they have used, and their end. Linux only: it reads /proc."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def listening(port: int) -> list[int]:
    """Return the processes that hold a socket listening on this port of the loopback."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    wanted = {
        f"socket:[{fields[9]}]"
        for fields in map(str.split, lines)
        if fields[1].endswith(f":{port:04X}") and fields[3] == "0A"
    }
    return [pid for pid in _own_processes() if wanted & _sockets(pid)]


def cpu_seconds(port: int) -> float:
    """Return the processor time that the processes listening on this port have used, without the database's."""
    total = 0
    for pid in listening(port):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
    return total / _TICKS


def kill(port: int) -> int:
    """End everything that serves this port, with SIGKILL and at once: nobody cleans up.

    A server's processes are one process group, the parent of the workers included. Gives their number.
    """
    groups = {os.getpgid(pid) for pid in listening(port)}
    count = sum(_group(pid) in groups for pid in _own_processes())
    for group in groups:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
    return count


def _group(pid: int) -> int | None:
    with contextlib.suppress(ProcessLookupError):
        return os.getpgid(pid)
    return None


def _own_processes() -> list[int]:
    return [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()]


def _sockets(pid: int) -> set[str]:
    found = set()
    with contextlib.suppress(OSError):
        for each in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                found.add(str(each.readlink()))
    return found
