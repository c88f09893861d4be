"""A visitor of the simulated portal, without a browser."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

PASSWORD = "mogi-no-password"  # noqa: S105 - invented
MEMBER = {
    "facility": "9910000007",
    "name": "架空はりきゅう院",
    "kind": "ahaki",
    "principal": "",
    "mail": "kaku@hari.example",
    "password": PASSWORD,
    "again": PASSWORD,
}
ACCOUNT = {"branch": "001", "number": "0000001", "holder": "カクウ ハナコ"}
TOKEN = re.compile(r'name="token" value="([^"]+)"')


class Visitor:
    """Reads pages and sends forms, with the token of the page before.

    Args:
        client: of the portal.
        code: of its facility.
    """

    def __init__(self, client: httpx.Client, code: str = MEMBER["facility"]) -> None:
        self.client = client
        self.code = code
        self.mail = f"{code}@hari.example"
        self.page = ""

    def get(self, path: str) -> httpx.Response:
        """A page."""
        return self._seen(self.client.get(path))

    def send(self, path: str, *, files: Any = None, **fields: Any) -> httpx.Response:  # noqa: ANN401 - what a form holds
        """The form of a page, filled in."""
        self.get(path)
        found = TOKEN.search(self.page)
        assert found, self.page
        data = {"token": found[1], **fields}
        return self._seen(self.client.post(path, data=data, files=files))

    def register(self, **changed: str) -> httpx.Response:
        """新規ユーザー登録."""
        own = {"facility": self.code, "mail": self.mail}
        return self.send("/register", **{**MEMBER, **own, **changed})

    def _seen(self, response: httpx.Response) -> httpx.Response:
        self.page = response.text
        return response


@contextmanager
def visiting(url: str, ca: Path, code: str = MEMBER["facility"]) -> Iterator[Visitor]:
    """A visitor that trusts the world's authority."""
    context = ssl.create_default_context(cafile=str(ca))
    with httpx.Client(base_url=url, verify=context, follow_redirects=True) as client:
        yield Visitor(client, code)
