# SPDX-License-Identifier: Apache-2.0
"""Where figures are kept: bench/results/NAME.json, beside what is printed."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

__all__ = ["FOLDER", "keep"]

FOLDER = Path(__file__).parent / "results"


def keep(name: str, figures: Any) -> Path:
    """Write `figures` with the time of measuring; return the file."""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name}.json"
    measured = {"measured_at": datetime.now(UTC).isoformat(timespec="seconds"), "figures": figures}
    path.write_text(json.dumps(measured, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return path
