"""What is asked weekly and monthly."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("weekly", __name__)
