"""What stands around every clinician's page: whose it is, and the banners that must not be overlooked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from recovery.records import clock, deliveries, heartbeats, pathways, translations
from recovery.records.accounts import Clinic, clinic_of, lead_names
from recovery.records.heartbeats import Pulse
from recovery.web import guards, transfer_presenters
from recovery.web.cover_presenters import CoverNow
from recovery.web.wording import language_name, moment, together


def own_clinic() -> Clinic:
    """The clinic of whoever is signed in."""
    return clinic_of(guards.clinician().clinic_id)


def may_enrol(clinic: Clinic) -> bool:
    """Real patients only on an approved pathway (safety 30)."""
    return pathways.may_enrol(clinic)


def is_approved(clinic: Clinic) -> bool:
    """Whether the clinic has approved its copy of the pathway."""
    return pathways.approved_copy(clinic.id, pathways.VERTEBROPLASTY) is not None


def banners(clinic: Clinic, now: datetime, cover: CoverNow | None = None) -> list[tuple[str, str]]:
    """What is not as it should be: (kind, sentence)."""
    said = []
    pulse = heartbeats.pulse(now)
    if pulse.is_late:
        said.append(("behind", _behind(pulse, clinic.zone)))
    if deliveries.count_undelivered(clinic.id, now):
        said.append(("undelivered", _undelivered()))
    if clinic.is_demo:
        said.append(("demo", _("Demo: made-up patients")))
    if not is_approved(clinic):
        said.append(("draft", _("Draft, not clinically approved")))
    if nobody := (cover or CoverNow(clinic, now)).banner():
        said.append(("cover", nobody))
    said += [("transfers", waits) for waits in transfer_presenters.waiting(clinic)]
    if unread := translations.read_unapproved(clinic.id):
        names = together(map(language_name, unread))
        said.append(
            ("language", _("Wording not clinically reviewed: %(languages)s", languages=names))
        )
    return said


def _behind(pulse: Pulse, zone: str) -> str:
    if pulse.last is None:
        return str(_("Our computer has not checked anything yet. Read the answers yourself."))
    last = moment(pulse.last, zone)
    told = _(
        "Our computer is behind: it last finished %(last)s. Read the answers yourself.", last=last
    )
    return str(told)


def _undelivered() -> Markup:
    said = _("Alerts could not be delivered. Look at the worklist often. See what failed.")
    return Markup('<a href="{}">{}</a>').format(url_for("messages.show"), said)


def page(template: str, status: int = 200, **context: Any) -> tuple[str, int]:
    """A clinician's page with its frame."""
    clinic, now = own_clinic(), clock.now()
    cover = CoverNow(clinic, now)
    framed = {
        "clinic": clinic,
        "clinician": guards.clinician(),
        "banners": banners(clinic, now, cover),
        "cover": cover,
        "who_can": who_can,
    }
    return render_template(template, **framed, **context), status


def who_can() -> str:
    """Who changes what the reader may only read."""
    names = lead_names(guards.clinician().clinic_id)
    if not names:
        return str(
            _("A lead changes this, and your clinic has none. Ask whoever runs this program.")
        )
    return str(_("A lead of this clinic changes this: %(names)s.", names=together(names)))


def installation_page(template: str, status: int = 200, **context: Any) -> tuple[str, int]:
    """An administrator's page with its frame."""
    framed = {"layout": "clinic/installation/layout.html", "person": guards.person()}
    return render_template(template, **framed, **context), status


def anybodys_page(template: str, status: int = 200, **context: Any) -> tuple[str, int]:
    """A page of a clinician or an administrator, each in their own frame."""
    if guards.clinician_or_nobody() is None:
        return installation_page(template, status, **context)
    return page(template, status, layout="clinic/layout.html", person=guards.person(), **context)
