"""Escalation in words: whom an alert goes to and by which way, and what would happen if nobody looked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from recovery.clinical import escalation as rules
from recovery.clinical.clinician_words import URGENCIES
from recovery.clinical.counted import Counted
from recovery.clinical.days import at_wall, local_day
from recovery.clinical.escalation import Call, Plan, Way
from recovery.clinical.hours import Hours
from recovery.web.wording import clock_time, say, together, weekday

N_ = str  # they mark a text for extraction
NN_ = Counted
SATURDAY, EVENING = 5, time(20)

WAYS = {
    "email": N_("e-mail to %(to)s"),
    "sms": N_("SMS to %(to)s"),
    "chat": N_("chat “%(to)s”"),
    "push": N_("notice in the browser of %(to)s"),
}
CHOICES = {
    "email": N_("E-mail, to the address beside it"),
    "sms": N_("SMS, to the number beside it"),
    "chat": N_("Chat: %(to)s"),
    "push": N_("Notice in the browser of %(to)s"),
    "push_nowhere": N_("Notice in the browser of %(to)s (no browser yet)"),
}
PROBLEMS = {
    "way_missing": N_("Choose by which way, or empty the whole line."),
    "to_missing": N_("Type the e-mail address or the phone number."),
    "email_unreadable": N_("Type the e-mail address as name@clinic.example."),
    "phone_unreadable": N_("Type the phone number with digits, such as +49 30 23125 150."),
    "minutes_missing": N_("Type after how many minutes; 0 is at once."),
    "number_unknown": N_("Type the minutes as a whole number, such as 15."),
    "choice_unknown": N_("Choose one of the ways shown."),
    "too_late": NN_(
        "Type at most %(most)s minute: later nobody would expect it.",
        "Type at most %(most)s minutes: later nobody would expect it.",
        "most",
    ),
    "too_long": NN_(
        "Shorten this to %(most)s letter.", "Shorten this to %(most)s letters.", "most"
    ),
    "twice": N_("The same step stands twice. Remove one of them."),
    "never_without": N_(
        "Keep at least one e-mail, SMS or chat at any hour: nobody may wait for the opening, or for a browser alone."
    ),
}


@dataclass(frozen=True)
class Names:
    """What a clinic may name in its steps: its people by id, its chats, and whether there is an SMS provider.

    gone: who has left; reached: who has a browser that shows notices.
    """

    people: Mapping[UUID, str]
    chats: tuple[str, ...] = ()
    can_text: bool = False
    gone: frozenset[UUID] = field(default_factory=frozenset)
    reached: frozenset[UUID] = field(default_factory=frozenset)

    def way(self, way: Way) -> str:
        """Such as "e-mail to nurses@hill.example"."""
        channel, to = way
        return say(WAYS[channel], to=self.person(to) if channel == "push" else to)

    def person(self, clinician_id: str) -> str:
        """The name of a clinician, with a word if they have left."""
        known = UUID(clinician_id)
        name = self.people.get(known, "?")
        return _("%(name)s, who has left", name=name) if known in self.gone else name

    def choices(self, plan: Plan) -> list[tuple[str, str]]:
        """What can be chosen, and whatever a step names that could not be chosen any more."""
        ways = [("email", ""), *([("sms", "")] if self.can_text else [])]
        ways += [("chat", name) for name in self.chats]
        ways += [("push", str(each)) for each in self.people if each not in self.gone]
        ways += [(s.channel, s.to if s.channel in ("chat", "push") else "") for s in plan]
        return [(key_of(way), self._choice(way)) for way in dict.fromkeys(ways)]

    def _choice(self, way: Way) -> str:
        channel, to = way
        if channel != "push":
            return say(CHOICES[channel], to=to)
        is_reached = UUID(to) in self.reached | self.gone
        return say(CHOICES["push" if is_reached else "push_nowhere"], to=self.person(to))


def key_of(way: Way) -> str:
    """What a form posts for a way: the address of an e-mail or SMS stands in a box of its own."""
    channel, to = way
    return f"{channel}:{to}" if channel in ("chat", "push") else channel


@dataclass(frozen=True)
class Example:
    """What would happen to a flag that comes in at some instant: a heading, and (when, whom) in order."""

    heading: str
    lines: tuple[tuple[str, str], ...]


def examples(urgency: str, plan: Plan, hours: Hours, names: Names, now: datetime) -> list[Example]:
    """One on a Saturday night and one while the clinic is open."""
    return [
        _example(urgency, plan, hours, names, since)
        for since in (_saturday_night(now, hours.zone), _open_moment(now, hours))
        if plan
    ]


def _saturday_night(now: datetime, zone: str) -> datetime:
    today = local_day(now, zone)
    return at_wall(today + timedelta(days=(SATURDAY - today.weekday()) % 7), EVENING, zone)


def _open_moment(now: datetime, hours: Hours) -> datetime:
    opening = hours.next_opening(now)
    later = opening + timedelta(hours=1)
    return later if hours.is_open(later) else opening


def _example(urgency: str, plan: Plan, hours: Hours, names: Names, since: datetime) -> Example:
    said = {
        "urgency": say(URGENCIES[urgency]),
        "day": weekday(since.astimezone(ZoneInfo(hours.zone)).date()),
        "time": clock_time(since, hours.zone),
    }
    calls = rules.ahead(plan, urgency, since, hours)
    grouped = groupby(calls, key=lambda call: (call.at, call.step is None))
    lines = [
        (_when(at, since, hours.zone), _whom(list(those), names, is_again=is_again))
        for (at, is_again), those in grouped
    ]
    heading = _("“%(urgency)s” comes in on %(day)s at %(time)s, and nobody looks:", **said)
    return Example(heading, tuple(lines))


def _when(at: datetime, since: datetime, zone: str) -> str:
    if at == since:
        return str(_("At once"))
    local, first = (each.astimezone(ZoneInfo(zone)).date() for each in (at, since))
    clock = clock_time(at, zone)
    return clock if local == first else str(_("%(day)s %(time)s", day=weekday(local), time=clock))


def _whom(calls: list[Call], names: Names, *, is_again: bool) -> str:
    ways = together(names.way(call.way) for call in calls)
    return str(_("the clinic opens, once more: %(ways)s", ways=ways)) if is_again else ways
