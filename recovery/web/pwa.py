"""The app on the phone: its service worker, its manifest, and the page that opens without a line."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("pwa", __name__)
