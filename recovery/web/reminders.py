"""The patient's reminders: when, on which phone, and "remind me later"."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("reminders", __name__)
