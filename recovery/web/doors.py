"""The doors: every group of pages with the guard who stands beside it."""

from __future__ import annotations

from flask import Flask

from recovery.web import (
    cards,
    clinician,
    enrolment,
    errors,
    guards,
    health,
    limits,
    logs,
    patient,
    rehearsal,
    sign_in,
    wording,
)

DOORS = (
    (health.pages, guards.anyone),
    (cards.pages, guards.anyone),
    (patient.pages, guards.devices_only),
    (sign_in.pages, guards.anyone),
    (enrolment.pages, guards.clinicians_only),
    (limits.pages, guards.clinicians_only),
    (rehearsal.pages, guards.clinicians_only),
    (clinician.pages, guards.clinicians_only),
)


def open_doors(app: Flask) -> None:
    """Hang every group of pages into the app, each behind its guard."""
    for pages, _guard in DOORS:
        app.register_blueprint(pages)
    guards.watch(app, {pages.name: guard for pages, guard in DOORS})
    errors.register(app)
    wording.register(app)
    logs.scrub()
