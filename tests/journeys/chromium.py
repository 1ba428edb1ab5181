"""Chromium as every journey starts it: its switches, and the windows of a phone and of a desk."""

from __future__ import annotations

from pathlib import Path

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
