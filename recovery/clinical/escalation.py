"""Escalation: whom a clinic alerts about a flag that nobody has seen, by which way and after how long; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from .answers import Problem
from .course import URGENT
from .hours import Hours, NeverOpen

CHANNELS = ("email", "push", "sms", "chat")
ALWAYS, OPEN_HOURS = "always", "open_hours"
WHENS = (ALWAYS, OPEN_HOURS)
# A browser may be closed, and its push service forgets it: no clinic relies on it alone.
UNSURE = ("push",)
Way = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody who is told when nobody has looked for so long.

    to: an address, a phone number, the name of a chat, or a clinician's id for push. The minutes of a step within
    opening hours are minutes in which the clinic is open.
    """

    after_minutes: int
    channel: str
    to: str
    when: str = ALWAYS

    @property
    def way(self) -> Way:
        """Who is told, and how."""
        return self.channel, self.to

    def due_at(self, since: datetime, hours: Hours) -> datetime | None:
        """When it is due for a flag that waits since then; None if the clinic never opens."""
        wait = timedelta(minutes=self.after_minutes)
        if self.when == ALWAYS:
            return since.astimezone(UTC) + wait
        try:
            return hours.after_open(since, wait)
        except NeverOpen:
            return None


Plan = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """One way to be told at one instant. step: None at an opening, when everybody is told again."""

    at: datetime
    way: Way
    step: Step | None = None


def in_order(steps: Iterable[Step]) -> Plan:
    """The steps as they follow each other; what is due at the same time stays as it was written."""
    return tuple(sorted(steps, key=lambda step: step.after_minutes))


def due(plan: Plan, urgency: str, since: datetime, now: datetime, hours: Hours) -> tuple[Call, ...]:
    """Whom to tell by now of a flag that waits since then, in order; of the openings since, the last one only.

    How often and how late it is asked makes no difference: the same step has the same instant.
    """
    calls = [call for call in _steps(plan, since, hours) if call.at <= now]
    opening = hours.last_opening(since, now) if urgency in URGENT else None
    again = _again(plan, opening, since, hours) if opening else ()
    return tuple(sorted([*calls, *again], key=lambda call: call.at))


def ahead(plan: Plan, urgency: str, since: datetime, hours: Hours) -> tuple[Call, ...]:
    """Everything that will happen if nobody looks, up to and with the next opening."""
    calls = list(_steps(plan, since, hours))
    if urgency in URGENT:
        with suppress(NeverOpen):
            calls += _again(plan, hours.next_opening(since), since, hours)
    return tuple(sorted(calls, key=lambda call: call.at))


def _steps(plan: Plan, since: datetime, hours: Hours) -> Iterator[Call]:
    for step in plan:
        at = step.due_at(since, hours)
        if at is not None:
            yield Call(at, step.way, step)


def _again(plan: Plan, opening: datetime, since: datetime, hours: Hours) -> Iterator[Call]:
    """Everybody, when the clinic opens (safety 5), but not twice in the same minute."""
    just_told = {call.way for call in _steps(plan, since, hours) if call.at == opening}
    for way in dict.fromkeys(step.way for step in plan):
        if way not in just_told:
            yield Call(opening, way)


def refusals(urgency: str, plan: Plan, minutes_most: int) -> tuple[Problem, ...]:
    """Why a clinic cannot have this plan: each problem at the box of its step, such as "minutes-0"."""
    return (*_no_surety(urgency, plan), *_late(plan, minutes_most), *_doubles(plan))


def _no_surety(urgency: str, plan: Plan) -> Iterator[Problem]:
    sure = (step for step in plan if step.when == ALWAYS and step.channel not in UNSURE)
    if urgency in URGENT and next(sure, None) is None:
        yield Problem("", "never_without")


def _late(plan: Plan, most: int) -> Iterator[Problem]:
    for number, step in enumerate(plan):
        if step.after_minutes > most:
            yield Problem(f"minutes-{number}", "too_late", {"most": most})


def _doubles(plan: Plan) -> Iterator[Problem]:
    """Nobody is told twice at once, nor by two ways under one name: messages tell steps apart by name and minutes."""
    known, channels = set(), dict[str, str]()
    for number, step in enumerate(plan):
        is_other_way = channels.setdefault(step.to, step.channel) != step.channel
        if is_other_way or (step.to, step.after_minutes) in known:
            yield Problem(f"minutes-{number}", "twice")
        known.add((step.to, step.after_minutes))
