"""The installation in words: each clinic in numbers, each round with when it last finished, each channel's queue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext

from recovery.clinical.days import local_day
from recovery.records import installation
from recovery.records.administrators import InstallationLine
from recovery.records.heartbeats import Heartbeat
from recovery.records.installation import CountedClinic, Traffic
from recovery.web.wording import in_a_row, long_day, moment, say

ZONE = "UTC"  # an installation has no zone of its own
N_ = str

CHANNELS = {
    "email": N_("E-mail"),
    "push": N_("Notices on phones"),
    "sms": N_("SMS"),
    "chat": N_("Chat"),
}

DONE = {
    "administrator added": N_("%(name)s was let in as an administrator"),
    "administrator ended": N_("The account of %(name)s ended"),
    "address given up": N_("The address of %(name)s went to another account"),
    "link made": N_("A link was made for %(name)s"),
    "password set": N_("%(name)s set a password"),
    "signed in": N_("%(name)s signed in"),
    "signed out everywhere": N_("%(name)s signed out everywhere"),
}


@dataclass(frozen=True)
class ClinicLine:
    """One clinic: who works there, how many patients it has, since when it is there."""

    id: UUID
    name: str
    people: str
    patients: str
    added: str
    has_lead: bool


@dataclass(frozen=True)
class RoundLine:
    """One round: when it last finished, and whether that is too long ago."""

    name: str
    finished: str
    is_late: bool


@dataclass(frozen=True)
class Queue:
    """One channel: what waits on it, and what of that could not be sent."""

    name: str
    waiting: str
    failing: str


@dataclass(frozen=True)
class Done:
    """Something that was done about an administrator: what, when and, if by another, by whom."""

    what: str
    when: str
    by: str


@dataclass(frozen=True)
class Overview:
    """The whole page."""

    clinics: tuple[ClinicLine, ...]
    rounds: tuple[RoundLine, ...]
    queues: tuple[Queue, ...]
    done: tuple[Done, ...]


def overview(now: datetime) -> Overview:
    """Everything, as of now."""
    return Overview(
        clinics=tuple(map(_clinic, installation.clinics())),
        rounds=tuple(_rounds(installation.rounds(), now)),
        queues=tuple(map(_queue, installation.traffic())),
        done=tuple(_done(installation.latest(), installation.administrator_names())),
    )


def _clinic(counted: CountedClinic) -> ClinicLine:
    leads = ngettext("%(num)s lead", "%(num)s leads", counted.leads)
    others = ngettext("%(num)s clinician", "%(num)s clinicians", counted.clinicians)
    added = counted.clinic.added_at
    return ClinicLine(
        id=counted.clinic.id,
        name=counted.clinic.name,
        people=in_a_row((leads, others)),
        patients=ngettext("%(num)s patient", "%(num)s patients", counted.patients),
        added=_("since %(day)s", day=long_day(local_day(added, ZONE))) if added else "",
        has_lead=counted.leads > 0,
    )


def _rounds(beats: list[Heartbeat], now: datetime) -> Iterator[RoundLine]:
    for beat in beats:
        finished = _("finished %(moment)s UTC", moment=moment(beat.finished_at, ZONE))
        yield RoundLine(beat.round, finished, beat.late_at() < now)


def _queue(traffic: Traffic) -> Queue:
    failing = ngettext(
        "%(num)s could not be sent when it was last tried",
        "%(num)s could not be sent when they were last tried",
        traffic.failing,
    )
    return Queue(
        name=_(CHANNELS[traffic.channel]) if traffic.channel in CHANNELS else traffic.channel,
        waiting=ngettext("%(num)s waits", "%(num)s wait", traffic.waiting),
        failing=failing if traffic.failing else "",
    )


def _done(lines: list[InstallationLine], names: Mapping[str, str]) -> Iterator[Done]:
    for line in lines:
        whose, by = line.details["administrator"], line.actor.removeprefix("administrator:")
        others = {"operator": _("by the operator"), whose: ""}
        by_name = _("by %(name)s", name=names[by]) if by in names else _("by a lead")
        yield Done(
            what=say(DONE[line.action], name=names[whose]),
            when=_("%(moment)s UTC", moment=moment(line.at, ZONE)),
            by=others.get(by, by_name),
        )
