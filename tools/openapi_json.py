"""Write ``docs/openapi.json`` from the code of the simulated service.

``python tools/openapi_json.py`` writes it; with ``--check`` it only says whether it is up to date.
"""  # noqa: INP001 - a script beside the package, not a part of it

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kiosk.simulator import openapi  # noqa: E402 - the path above makes it importable

TARGET = ROOT / "docs" / "openapi.json"

if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        sys.exit(TARGET.read_text("utf-8") != openapi.text())
    TARGET.write_text(openapi.text(), "utf-8")
