"""The people of a clinic in words, for their leads and for administrators, and the links that let them in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from recovery.clinical.days import local_day
from recovery.records import clock, sign_ins
from recovery.records.accounts import Clinician
from recovery.records.sign_ins import LINK_LASTS, Person
from recovery.web import guards
from recovery.web.clinic_people_form import ROLES
from recovery.web.wording import long_day, moment


@dataclass(frozen=True)
class Colleague:
    """One person in words. is_needed: the only lead, without whom nobody could settle anything."""

    id: UUID
    name: str
    email: str
    role: str
    since: str
    signed_in: str
    is_lead: bool
    is_needed: bool


@dataclass(frozen=True)
class Link:
    """A one-time link as it is shown, once."""

    name: str
    email: str
    address: str
    until: str


def working(people: Iterable[Clinician], zone: str) -> list[Colleague]:
    """Those who work in a clinic."""
    there = [each for each in people if each.ended_at is None]
    leads = [each for each in there if each.is_lead]
    return [_colleague(each, zone, is_needed=leads == [each]) for each in there]


def _colleague(person: Clinician, zone: str, *, is_needed: bool) -> Colleague:
    return Colleague(
        id=person.id,
        name=person.name,
        email=person.email,
        role=_(ROLES[person.role]),
        since=_("since %(day)s", day=_day(person.role_since, zone)) if person.role_since else "",
        signed_in=_signed_in(person, zone),
        is_lead=person.is_lead,
        is_needed=is_needed,
    )


def _signed_in(person: Clinician, zone: str) -> str:
    if person.signed_in_at:
        return str(_("Last signed in %(moment)s", moment=moment(person.signed_in_at, zone)))
    if person.link_until and not person.password_hash:
        return str(
            _("No password yet; the link ends %(moment)s", moment=moment(person.link_until, zone))
        )
    return str(_("Never signed in"))


def ended(people: Iterable[Clinician], zone: str) -> list[str]:
    """Those who have left, such as "Nurse Flo, until Monday 2 March 2026"."""
    return [
        str(_("%(name)s, until %(day)s", name=each.name, day=_day(each.ended_at, zone)))
        for each in people
        if each.ended_at
    ]


def _day(instant: datetime, zone: str) -> str:
    return long_day(local_day(instant, zone))


def link_for(person: Person, zone: str) -> Link:
    """A new link, in place of any earlier one; whoever is signed in hands it over."""
    now = clock.now()
    token = sign_ins.new_link(person, guards.person().actor, guards.settings().secret_key, now)
    path = url_for("clinic_welcome.show", token=token)
    until = moment(now + LINK_LASTS, zone)
    return Link(person.name, person.email, f"{guards.settings().base_url}{path}", until)
