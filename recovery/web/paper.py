"""The pages to take away: one patient's chart, milestones and days, as HTML for a PDF."""

from __future__ import annotations

from babel.dates import format_date
from flask import render_template

from recovery.web import chart, history, milestones, pdf, progress
from recovery.web.picture import PAPER
from recovery.web.speech import here
from recovery.web.visit import Visit

PAGE, DRAWN = "paper.css", "chart.css"


def pages(visit: Visit) -> str:
    """What stands on the pages."""
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
    return pdf.with_style(html, DRAWN)
