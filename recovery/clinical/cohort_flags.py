"""A cohort's flags counted: how many each rule raised, how many were useful, and how long each step took; pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from .course import RULES, URGENT
from .open_time import OpenTime, minutes

STEPS = ("entry_to_flag", "flag_to_seen", "seen_to_closed")
# The computer judges day and night: only what waits for a person is measured within opening hours too.
WAITS_FOR_A_PERSON = STEPS[1:]
GROUPS = ("urgent", "other")


@dataclass(frozen=True, slots=True)
class Raised:
    """One flag. entry_at: when the answer arrived that raised it; None where no answer did, as after a silence.

    seen_at: the first look. closed_at: None while it is open, and if no person closed it.
    """

    patient: Hashable
    rule: str
    urgency: str
    raised_at: datetime
    entry_at: datetime | None
    seen_at: datetime | None
    closed_at: datetime | None
    is_useful: bool | None

    @property
    def group(self) -> str:
        """Whether it could wait for the next working day."""
        return "urgent" if self.urgency in URGENT else "other"

    @property
    def steps(self) -> Iterator[tuple[str, datetime, datetime]]:
        """The steps that it has taken, each with its beginning and end."""
        instants = (self.entry_at, self.raised_at, self.seen_at, self.closed_at)
        for step, start, end in zip(STEPS, instants, instants[1:], strict=False):
            if start is not None and end is not None:
                yield step, start, end


@dataclass(slots=True)
class Some:
    """So many flags of so many patients."""

    flags: int = 0
    patients: set[Hashable] = field(default_factory=set)

    def add(self, flag: Raised) -> None:
        """One more."""
        self.flags += 1
        self.patients.add(flag.patient)


@dataclass(slots=True)
class OfRule:
    """The flags of one rule: all, and of those closed with an answer the useful and the others."""

    all: Some = field(default_factory=Some)
    useful: Some = field(default_factory=Some)
    useless: Some = field(default_factory=Some)

    def add(self, flag: Raised) -> None:
        """One more."""
        self.all.add(flag)
        if flag.is_useful is not None:
            (self.useful if flag.is_useful else self.useless).add(flag)


@dataclass(slots=True)
class Wait:
    """How long one step took for each flag, in minutes: day and night, and while the clinic was open."""

    patients: set[Hashable] = field(default_factory=set)
    all_hours: list[float] = field(default_factory=list)
    open_hours: list[float] = field(default_factory=list)


@dataclass(slots=True)
class FlagCounts:
    """Everything that is counted of the flags."""

    open_time: OpenTime
    together: OfRule = field(default_factory=OfRule)
    by_rule: dict[str, OfRule] = field(default_factory=lambda: {rule: OfRule() for rule in RULES})
    waits: dict[tuple[str, str], Wait] = field(
        default_factory=lambda: {(group, step): Wait() for group in GROUPS for step in STEPS}
    )

    def add(self, flag: Raised) -> None:
        """One more flag."""
        self.together.add(flag)
        self.by_rule[flag.rule].add(flag)
        for step, start, end in flag.steps:
            wait = self.waits[flag.group, step]
            wait.patients.add(flag.patient)
            wait.all_hours.append(minutes(start, end))
            wait.open_hours.append(self.open_time.minutes(start, end))
