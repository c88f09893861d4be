"""Make the bill of materials of a package: packaging/sbom.py SITE, CycloneDX 1.5 by uv on stdin.

What uv says of the lock gets what only the installed wheels know, their licences, and loses what
would differ from build to build: the serial number and the time. The voice comes inside a wheel.
"""  # noqa: INP001 - a script beside the package, not a part of it

from __future__ import annotations

import json
import sys
from importlib.metadata import distributions
from typing import Any

_LICENCE = "License :: "
VOICE = {
    "type": "data",
    "name": "HTS voice Mei",
    "author": "MMDAgent Project Team, Nagoya Institute of Technology",
    "licenses": [{"license": {"id": "CC-BY-3.0"}}],
}


def licences(site: str) -> dict[str, list[str]]:
    """By normalised name of each wheel: its licence, as it says itself."""
    found = {}
    for each in distributions(path=[site]):
        fields = each.metadata
        said = fields.get_all("License-Expression") or [
            line.rpartition(" :: ")[2]
            for line in fields.get_all("Classifier") or []
            if line.startswith(_LICENCE)
        ]
        said = said or (fields.get("License") or "").splitlines()[:1]
        found[fields["Name"].lower().replace("_", "-").replace(".", "-")] = said
    return found


def bill(document: dict[str, Any], of: dict[str, list[str]]) -> dict[str, Any]:
    """Of what is installed, and nothing else."""
    document.pop("serialNumber", None)
    document["metadata"].pop("timestamp", None)
    components = [each for each in document["components"] if each["name"] in of]
    for each in components:
        each["licenses"] = [{"license": {"name": name}} for name in of[each["name"]]]
    document["components"] = [*components, VOICE]
    known = {each["bom-ref"] for each in components}
    known.add(document["metadata"]["component"]["bom-ref"])
    document["dependencies"] = [
        each | {"dependsOn": [ref for ref in each.get("dependsOn", ()) if ref in known]}
        for each in document.get("dependencies", ())
        if each["ref"] in known
    ]
    return document


if __name__ == "__main__":
    json.dump(bill(json.load(sys.stdin), licences(sys.argv[1])), sys.stdout, indent=1)
