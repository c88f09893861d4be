"""Write ``config/kiosk.schema.json``, by which editors know every setting.

``python tools/settings_schema.py`` writes it; with ``--check`` it only says whether it is current.
"""  # noqa: INP001 - a script beside the package, not a part of it

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kiosk.settings import Settings  # noqa: E402 - the path above makes it importable

TARGET = ROOT / "config" / "kiosk.schema.json"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def main(arguments: list[str]) -> int:
    """Write or check; the exit status."""
    schema = {"$schema": _DIALECT, **Settings.model_json_schema(), "title": "Madoguchi settings"}
    text = json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
    if arguments == ["--check"]:
        return 0 if TARGET.exists() and TARGET.read_text("utf-8") == text else 1
    TARGET.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
