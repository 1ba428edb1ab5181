"""The pages to take away: one patient's chart, milestones and days as a PDF, and how a PDF is made without harm."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from threading import Lock
from typing import NoReturn

from babel.dates import format_date
from flask import current_app, render_template

from recovery.web import chart, history, milestones, progress
from recovery.web.picture import PAPER
from recovery.web.speech import here
from recovery.web.visit import Visit

TOKENS, PAGE, DRAWN = "tokens.css", "paper.css", "chart.css"
WAIT_SECONDS = 5.0
# A PDF takes some 100 MB and a second of one core: one at a time in each process.
_one_at_a_time = Lock()


class Busy(RuntimeError):
    """Somebody else's pages are being made."""


def pages(visit: Visit) -> str:
    """What stands on the pages, as HTML; each drawing carries its styles itself."""
    so_far = visit.progress
    said = progress.sentences(so_far)
    picture = progress.picture(so_far, " ".join(said), progress.marks(so_far))
    # Paper is read at any hour: it names the clinic's own number, not the one that answers now.
    phone = visit.clinic.phone
    days = milestones.milestones(so_far, visit.clinic, phone, is_ended=visit.is_ended)
    html = render_template(
        "patient/paper.html",
        is_paper=True,
        patient=visit.patient,
        first_name=visit.patient.name.split()[0],
        born=format_date(visit.patient.date_of_birth, "long", locale=here()),
        procedure=visit.procedure,
        clinic=visit.clinic,
        today=visit.patient.today(visit.now),
        sentences=said,
        chart=chart.draw(picture, PAPER),
        key=progress.key(so_far),
        milestones=days,
        headings=history.headings(),
        has_answers=bool(visit.rows),
        days=history.between(visit, *history.bounds(visit)),
    )
    # The styles of the page do not reach into a drawing.
    return re.sub(r"<svg\b[^>]*>", lambda found: f"{found[0]}<style>{style(DRAWN)}</style>", html)


@cache
def style(name: str) -> str:
    """A style sheet for light paper, its colours written out: drawings on paper know no variables."""
    folder = Path(current_app.static_folder or "") / "css"
    tokens, sheet = (_for_light((folder / each).read_text("utf-8")) for each in (TOKENS, name))
    colours = dict(re.findall(r"(--[\w-]+):\s*([^;]+);", tokens + sheet))
    return re.sub(r"var\((--[\w-]+)\)", lambda found: colours[found[1]], sheet)


def _for_light(css: str) -> str:
    """Without what holds only in the dark, with forced colours or on a narrow screen."""
    return re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", css)


def pdf(html: str, wait_seconds: float = WAIT_SECONDS) -> bytes:
    """The pages as a tagged PDF; raises Busy if another one is not done in time."""
    if not _one_at_a_time.acquire(timeout=wait_seconds):
        raise Busy
    try:
        from weasyprint import CSS, HTML  # heavy, and hardly ever needed

        document = HTML(string=html, url_fetcher=_fetch_nothing)
        looks = [CSS(string=style(PAGE))]
        made: bytes = document.write_pdf(stylesheets=looks, pdf_variant="pdf/ua-1")
        return made
    finally:
        _one_at_a_time.release()


def _fetch_nothing(url: str) -> NoReturn:
    raise ValueError(f"a patient's pages fetch nothing: {url}")
