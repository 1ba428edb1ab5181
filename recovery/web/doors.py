"""The doors: every group of pages with the guard who stands beside it, and pages with a guard of their own."""

from __future__ import annotations

from flask import Flask

from recovery.web import (
    advice_sheet,
    assets,
    cards,
    clinic_about,
    clinic_installation,
    clinic_me,
    clinic_people,
    clinic_settings,
    clinic_welcome,
    clinician,
    cohort,
    cover,
    enrolment,
    enrolment_import,
    enrolment_lost,
    enrolment_sheets,
    errors,
    escalation,
    flag_moves,
    guards,
    headers,
    health,
    install,
    languages,
    limits,
    logs,
    messages,
    moved,
    my_alerts,
    my_recovery,
    numbers,
    patient,
    patient_story,
    phone,
    procedures,
    pwa,
    rehearsal,
    reminders,
    sign_in,
    speech,
    this_phone,
    transfers,
    weekly,
    weekly_by_phone,
    wording,
)

DOORS = (
    (health.pages, guards.anyone),
    (assets.pages, guards.anyone),
    (cards.pages, guards.anyone),
    (pwa.pages, guards.anyone),
    (install.pages, guards.anyone),
    (patient.pages, guards.devices_only),
    (phone.pages, guards.devices_only),
    (advice_sheet.pages, guards.devices_only),
    (reminders.pages, guards.devices_only),
    (my_recovery.pages, guards.devices_only),
    (this_phone.pages, guards.devices_only),
    (weekly.pages, guards.devices_only),
    (sign_in.pages, guards.anyone),
    (clinic_welcome.pages, guards.anyone),
    (clinic_me.pages, guards.people_only),
    (clinic_installation.pages, guards.administrators_only),
    (clinic_people.pages, guards.leads_only),
    (clinic_about.pages, guards.clinicians_only),
    (enrolment.pages, guards.clinicians_only),
    (enrolment_import.pages, guards.clinicians_only),
    (enrolment_sheets.pages, guards.clinicians_only),
    (enrolment_lost.pages, guards.clinicians_only),
    (limits.pages, guards.clinicians_only),
    (weekly_by_phone.pages, guards.clinicians_only),
    (patient_story.pages, guards.clinicians_only),
    (rehearsal.pages, guards.clinicians_only),
    (clinic_settings.pages, guards.clinicians_only),
    (cohort.pages, guards.clinicians_only),
    (languages.pages, guards.clinicians_only),
    (escalation.pages, guards.leads_only),
    (messages.pages, guards.clinicians_only),
    (my_alerts.pages, guards.clinicians_only),
    (my_alerts.worker_pages, guards.anyone),
    (procedures.pages, guards.clinicians_only),
    (transfers.pages, guards.clinicians_only),
    (cover.pages, guards.clinicians_only),
    (clinician.pages, guards.clinicians_only),
    (flag_moves.pages, guards.clinicians_only),
)

# Every clinician may read how the clinic works; a lead alone changes it.
LOCKS = (
    ("clinic_settings.save", guards.leads_only),
    ("clinic_settings.lifting", guards.leads_only),
    ("rehearsal.use", guards.leads_only),
    ("languages.approve", guards.leads_only),
)


def open_doors(app: Flask) -> None:
    """Hang every group of pages into the app, each behind its guard."""
    for pages, _guard in DOORS:
        app.register_blueprint(pages)
    headers.register(app)
    guards.watch(app, {**{pages.name: guard for pages, guard in DOORS}, **dict(LOCKS)})
    moved.register(app)
    errors.register(app)
    speech.register(app)
    wording.register(app)
    numbers.register(app)
    logs.scrub()
