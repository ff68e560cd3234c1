"""What the server's worker process runs: the application, and the ties to the process that started it."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import threading

from flask import Flask

from survey_app import create_app


def application() -> Flask:
    """Return the application of a worker that `cli.serving` has started."""
    if os.name == "posix":
        # Ctrl-C in a terminal reaches every process of the group. Here the first process alone takes it and
        # tells its workers; one that is told twice within a moment may hang until it is killed.
        with contextlib.suppress(OSError):
            os.setpgid(0, 0)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    app = create_app()
    collect_rarely()
    return app


def collect_rarely() -> None:
    """Let the garbage collector leave what lives as long as the process, and look at all else seldom.

    A look at everything takes a tenth of a second where a large union's results are kept, amid a request. What is
    young is looked at as ever: hardly anything here lives in circles for long.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 100)


def _end_with_parent() -> None:
    """End this process when the one that started it has gone without a word: nobody else would."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
