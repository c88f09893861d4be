"""A receipt computer in miniature: pair once, then fetch and acknowledge. Standard library only.

python receipt_client.py pair  https://kiosk.local:8443 certificate.pem 12345678 desk-1
python receipt_client.py fetch https://kiosk.local:8443 certificate.pem

The certificate is the kiosk's own; compare its fingerprint with `kiosk receipt pair` first:
openssl x509 -in certificate.pem -noout -fingerprint -sha256
"""  # noqa: INP001 - an example beside the documentation

from __future__ import annotations

import json
import ssl
import sys
import urllib.request
from pathlib import Path
from typing import Any

MEMORY = Path("receipt-client.json")


def call(
    base: str,
    certificate: str,
    path: str,
    *,
    token: str = "",
    method: str = "GET",
    body: Any = None,  # noqa: ANN401 - JSON
) -> Any:  # noqa: ANN401 - JSON
    """One question; urllib.error.HTTPError for a problem document."""
    trust = ssl.create_default_context(cafile=certificate)
    # The certificate itself is what is trusted, whatever name the box has today.
    trust.check_hostname = False
    request = urllib.request.Request(  # noqa: S310 - https, from the command line
        base + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}"} if token else {},
    )
    with urllib.request.urlopen(request, context=trust, timeout=30) as reply:  # noqa: S310 - as above
        return json.load(reply)


def pair(base: str, certificate: str, code: str, name: str) -> None:
    """Turn a code into a token and keep it."""
    body = {"code": code, "computer": name}
    found = call(base, certificate, "/v1/pairings", method="POST", body=body)
    MEMORY.write_text(json.dumps({"token": found["token"], "cursor": ""}))


def fetch(base: str, certificate: str) -> None:
    """Everything that is new: print it, say that we have it, remember how far we came."""
    memory, more = json.loads(MEMORY.read_text()), True
    while more:
        path = f"/v1/results?after={memory['cursor']}"
        page = call(base, certificate, path, token=memory["token"])
        for result in page["results"]:
            print(json.dumps(result, ensure_ascii=False))  # noqa: T201 - what it is for
            path = f"/v1/results/{result['check_id']}/receipt"
            call(base, certificate, path, token=memory["token"], method="PUT")
        memory["cursor"], more = page["cursor"], page["more"]
        MEMORY.write_text(json.dumps(memory))


if __name__ == "__main__":
    {"pair": pair, "fetch": fetch}[sys.argv[1]](*sys.argv[2:])
