"""Chromium as every journey starts and leaves it: its switches, and the windows of a phone and of a desk."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from playwright.sync_api import BrowserContext, Error

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 900}}
CHROMIUM = Path("/usr/bin/chromium")
CALM = (
    "--no-sandbox",  # the tests may run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def close(context: BrowserContext) -> None:
    """Close a window; in the middle of a navigation, Chromium now and then never answers that it has closed."""
    for page in context.pages:
        with suppress(Error):
            page.goto("about:blank", timeout=5_000)
    context.close()
