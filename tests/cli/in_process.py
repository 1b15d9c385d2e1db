"""The command line within the test's own process: starting Python again costs seconds."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from unittest.mock import patch

from lfassess.cli.app import app
from lfassess.cli.common import run_with_error_handling
from lfassess.settings import get_settings


def lfassess(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command as `main` does; the environment is as before afterwards."""
    out, err = io.StringIO(), io.StringIO()
    get_settings.cache_clear()
    with (
        patch.dict(os.environ, env),
        patch.object(sys, "argv", ["lfassess", *words]),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            code = run_with_error_handling(app)
        except SystemExit as e:
            code = int(e.code or 0)
    return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())
