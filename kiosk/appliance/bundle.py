"""A support bundle: what a technician elsewhere needs to see, and nothing of any patient.

Each member is a document that holds no patient data where it is made; the log goes through an
allow-list of fields once more. No store, key, database or file of the state folder is copied.
"""

from __future__ import annotations

import io
import json
import os
import platform
import shutil
import sqlite3
import ssl
import subprocess
import tarfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib.metadata import distributions
from typing import Any

from kiosk import __version__
from kiosk.log import ALLOWED
from kiosk.settings import Settings

UNITS = ("kioskd.service", "kiosk-reception.service", "kiosk.target", "pcscd.service")
_PROPERTIES = "Id,LoadState,ActiveState,SubState,Result,NRestarts,ActiveEnterTimestamp"
_MASKED = "***"
_KEY_PATHS = (("service", "key"), ("keys", "file"), ("keys", "credential"))
_USERS = ("technician_users", "reception_users", "receipt_users")
# A check's id leads to a person on this box; commands to a card are for a trace made on purpose.
_LOG_FIELDS = ALLOWED - {"check_id", "answer", "apdu"}
_PATIENCE_S = 10


def settings_document(settings: Settings) -> dict[str, Any]:
    """Every setting; where keys lie and who logs in are masked."""
    document = settings.model_dump(mode="json")
    for section, key in _KEY_PATHS:
        document[section][key] = document[section][key] and _MASKED
    for key in _USERS:
        # People's login names: how many is all that is of use elsewhere.
        document["access"][key] = len(document["access"][key])
    return document


def log_document(lines: Iterable[str]) -> dict[str, Any]:
    """Lines of the log, by allow-listed fields; a line of any other form is only counted."""
    kept, left_out = [], 0
    for line in lines:
        fields = _fields(line)
        if fields is None:
            left_out += 1
        else:
            kept.append({name: fields[name] for name in sorted(fields.keys() & _LOG_FIELDS)})
    return {"lines": kept, "left_out": left_out}


def _fields(line: str) -> Mapping[str, Any] | None:
    try:
        fields = json.loads(line)
    except ValueError:
        return None
    return fields if isinstance(fields, dict) and "event" in fields else None


def versions_document() -> dict[str, Any]:
    """Of the kiosk, of what it stands on, and of the machine."""
    machine = os.uname()
    return {
        "kiosk": __version__,
        "python": platform.python_version(),
        "openssl": ssl.OPENSSL_VERSION,
        "sqlite": sqlite3.sqlite_version,
        "kernel": machine.release,
        "machine": machine.machine,
        "packages": {each.name: each.version for each in distributions()},
    }


def units_document() -> dict[str, Any]:
    """How systemd sees the units; ``units`` is null where there is no systemd."""
    tool = shutil.which("systemctl")
    if tool is None:
        return {"units": None}
    command = [tool, "show", "--no-pager", f"--property={_PROPERTIES}", *UNITS]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command
            command, capture_output=True, check=False, text=True, timeout=_PATIENCE_S
        )
    except (OSError, subprocess.TimeoutExpired):
        return {"units": None}
    if done.returncode:
        return {"units": None}
    blocks = done.stdout.strip().split("\n\n")
    return {"units": [dict(_pairs(block)) for block in blocks if block]}


def _pairs(block: str) -> Iterable[tuple[str, str]]:
    for line in block.splitlines():
        name, _, value = line.partition("=")
        yield name, value


def packed(members: Mapping[str, Any], made_at: datetime) -> bytes:
    """A tar.gz with a folder ``madoguchi-bundle`` and a JSON file a member.

    Args:
        members: documents by name, without ".json".
        made_at: aware.
    """
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, document in members.items():
            content = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).encode()
            member = tarfile.TarInfo(f"madoguchi-bundle/{name}.json")
            member.size, member.mode, member.mtime = len(content), 0o600, int(made_at.timestamp())
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()
