"""How to put the app on the first page of a phone, in pictures."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("install", __name__)
