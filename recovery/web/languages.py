"""The languages: which one a page speaks, and which wording the clinic has approved."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("languages", __name__, url_prefix="/clinic/languages")
