"""What the app on the phone asks for by script: whose it is, the advice table, and how far an entry has come."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("phone", __name__)
