# SPDX-License-Identifier: Apache-2.0
"""Exit codes of every command, and results as JSON or lines."""

import json
import sys
from collections.abc import Mapping
from typing import Any

__all__ = ["BAD_INPUT", "CLEAN", "ENVIRONMENT", "FINDINGS", "say"]

CLEAN, FINDINGS, BAD_INPUT, ENVIRONMENT = 0, 1, 2, 3


def say(result: Mapping[str, Any], lines: str, *, as_json: bool) -> None:
    """Print `result` as one line of JSON, or `lines` for people."""
    sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n" if as_json else lines + "\n")
    sys.stdout.flush()
