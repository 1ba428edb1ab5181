"""The paper card as it is printed, alone or on a sheet: in its reader's language, and silent about the illness."""

from __future__ import annotations

import segno
from flask import render_template
from flask_babel import force_locale
from markupsafe import Markup

from recovery.records import codes
from recovery.records.accounts import Clinic
from recovery.records.languages import locale_of
from recovery.records.patients import Patient
from recovery.web import guards


def drawn(clinic: Clinic, patient: Patient, code: str, holder_name: str, holder: str) -> Markup:
    """One card. A helper's speaks the clinic's language: nobody has asked the helper for another."""
    language = patient.language if holder == "patient" else clinic.language
    address = f"{guards.settings().base_url}/c/{code}"
    with force_locale(locale_of(language, patient.zone)):
        html = render_template(
            "patient/key_card.html",
            clinic=clinic,
            patient=patient,
            holder_name=holder_name,
            is_helpers=holder == "helper",
            code=codes.spaced(code),
            typed_at=f"{guards.settings().base_url}/card",
            pictures_at=f"{guards.settings().base_url}/install",
            qr=_qr(address),
        )
    return Markup(html)  # noqa: S704 - drawn here from our own template


def _qr(address: str) -> Markup:
    drawing = segno.make(address, error="m").svg_inline(omitsize=True, border=2)
    return Markup(drawing)  # noqa: S704 - drawn here from our own address
