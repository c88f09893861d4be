"""Headless Chromium at the simulated portal."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait

_PATIENCE_S = 60.0
_QUIET = (
    "--headless=new",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--window-size=1000,1400",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
)


class Browser:
    """What a person does with mouse and keyboard.

    Args:
        driver: of the browser.
        url: of the portal.
        downloads: where files land.
    """

    def __init__(self, driver: Chrome, url: str, downloads: Path) -> None:
        self.driver = driver
        self.downloads = downloads
        self._url = url

    def open(self, path: str) -> None:
        """Type an address."""
        self.driver.get(f"{self._url}{path}")

    def follow(self, text: str) -> None:
        """Press a link by a part of its words."""
        self._leave(By.PARTIAL_LINK_TEXT, text)

    def fill(self, **fields: str) -> None:
        """Fill in the form and send it."""
        for name, value in fields.items():
            element = self.driver.find_element(By.NAME, name)
            if element.tag_name == "select":
                Select(element).select_by_value(value)
            elif element.get_attribute("type") == "checkbox":
                element.click()
            else:
                if element.get_attribute("type") != "file":
                    element.clear()
                element.send_keys(value)
        self._leave(By.ID, "send")

    def press(self, button: str) -> None:
        """Press what leaves the page as it is, by its id."""
        self.driver.find_element(By.ID, button).click()

    def _leave(self, by: str, name: str) -> None:
        """Press what leads to another page, and wait for that."""
        page = self.driver.find_element(By.TAG_NAME, "html")
        self.driver.find_element(by, name).click()
        # In the moment between the two pages chromedriver knows neither, and says so as an error.
        between = [WebDriverException]
        waiting = WebDriverWait(self.driver, _PATIENCE_S, 0.05, ignored_exceptions=between)
        waiting.until(staleness_of(page))

    @property
    def text(self) -> str:
        """What stands on the page."""
        return self.driver.find_element(By.TAG_NAME, "body").text


@contextmanager
def browsing(url: str, ca: Path, folder: Path) -> Iterator[Browser]:
    """A browser that believes the world's server; skipped where there is none."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("chromium and chromium-driver are not installed: as root, make setup does it")
    downloads = folder / "downloads"
    downloads.mkdir()
    options = ChromeOptions()
    options.binary_location = chromium
    for argument in (
        *_QUIET,
        f"--user-data-dir={folder / 'profile'}",
        f"--ignore-certificate-errors-spki-list={_pin(ca)}",
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
    ):
        options.add_argument(argument)
    options.add_experimental_option(
        "prefs",
        {"download.default_directory": str(downloads), "plugins.always_open_pdf_externally": True},
    )
    running = Chrome(options=options, service=ChromeService(driver))
    try:
        yield Browser(running, url, downloads)
    finally:
        running.quit()


def _pin(ca: Path) -> str:
    """The authority's key, so that this browser believes it and no other."""
    key = x509.load_pem_x509_certificate(ca.read_bytes()).public_key()
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(der).digest()).decode()
