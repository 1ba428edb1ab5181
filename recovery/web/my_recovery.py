"""My recovery: what has been answered, what to expect, and the patient's own answers to take away."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("my_recovery", __name__)
