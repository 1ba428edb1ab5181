"""This phone and its people: language, letters, connected phones and helpers."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("this_phone", __name__)
