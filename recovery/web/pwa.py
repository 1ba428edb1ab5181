"""The app without a line: its service worker, and the pages that it keeps; none of them knows a patient."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, render_template
from flask_babel import force_locale
from flask_babel import gettext as _

from recovery.clinical.patient_words import NOTICES
from recovery.records.languages import LANGUAGES, locale_of
from recovery.web import assets, open_texts, shell

pages = Blueprint("pwa", __name__)
STYLES = ("css/tokens.css", "css/base.css", "css/patient.css")
CLINICIANS = ("renew.js", "print.js", "my_alerts.js")  # scripts that patients' pages never load

MARKS = {
    "patient": {"name": open_texts.marker("name")},
    "access": open_texts.marker("access"),
    "clinic": {
        name: open_texts.marker(f"clinic.{name}")
        for name in ("name", "phone", "emergency", "out_of_hours_phone", "lost_card_phone", "hours")
    },
}


@pages.get("/sw.js")
def worker() -> Response:
    """The worker's script: it changes whenever anything that it keeps does, so that phones notice."""
    told = {"version": version(), "files": files(), "languages": LANGUAGES}
    text = (
        f'import {{ start }} from "{assets.asset("sw/worker.js")}";\n\nstart({json.dumps(told)});\n'
    )
    return _nobodys(text, "text/javascript")


@pages.get("/shell/<language>")
def show_shell(language: str) -> Response:
    """The page that /today opens as; the phone fills in whose it is."""
    return _page(shell.page, language)


@pages.get("/offline/<language>")
def show_offline(language: str) -> Response:
    """What stands in for a page that needs a line."""
    return _page(offline, language)


def offline(language: str) -> str:
    """The page in this language, with marks where the numbers go."""
    with force_locale(locale_of(language)):
        return render_template(
            "patient/offline.html",
            help=_(NOTICES["help"], emergency=open_texts.marker("clinic.emergency")),
            numbers=None,
            text_size="",
            **MARKS,
        )


def files() -> list[str]:
    """Everything that the app needs without a line, by address."""
    folder = Path(current_app.static_folder or "", "js")
    scripts = sorted(path.name for path in folder.glob("*.js") if path.name not in CLINICIANS)
    kept = (*STYLES, "icon.svg", *(f"js/{name}" for name in scripts))
    return [*(assets.asset(path) for path in kept), *_addresses()]


def _addresses() -> list[str]:
    return [
        address
        for language in LANGUAGES
        for address in (f"/shell/{language}", f"/offline/{language}")
    ]


def version() -> str:
    """The version of everything that the worker keeps: static files, and the pages as they are written."""
    return _version_of(assets.version())


@cache
def _version_of(assets_version: str) -> str:
    texts = [page(each) for each in LANGUAGES for page in (shell.page, offline)]
    return hashlib.sha256("".join([assets_version, *texts]).encode()).hexdigest()[:12]


def _page(page: Callable[[str], str], language: str) -> Response:
    return _nobodys(page(language), "text/html") if language in LANGUAGES else abort(404)


def _nobodys(text: str, kind: str) -> Response:
    response = Response(text, mimetype=kind)
    response.headers["Cache-Control"] = "no-cache"
    return response
