"""One patient's course as the rules fold it: what is known, what a rule says, and the state between two days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median
from typing import Literal, NamedTuple

from .answers import Day, Entry
from .evidence import Relief, Suspicion
from .limits import Limit
from .pathway import Pathway
from .trajectory import Forecast, Surprise

RULES = (
    "warning_sign",
    "fever",
    "pain_worsening",
    "mobility_loss",
    "not_improving",
    "gone_quiet",
)
URGENCIES = ("routine", "next_working_day", "today", "emergency")
URGENT = ("emergency", "today")
# Limits, pauses and quiet never touch these (safety 6, 14).
NEVER_HELD = ("warning_sign", "fever")

Value = int | float | str
NO_SIGNS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Course:
    """What is known of a patient beside the answers. procedure_at: its instant (aware UTC), if known.

    followed_from: the day of the enrolment; before it nobody was asked, and silence means nothing.
    """

    procedure_date: date
    baseline_pain: int | None = None
    baseline_mobility: int | None = None
    long_standing_signs: frozenset[str] = frozenset()
    procedure_at: datetime | None = None
    followed_from: date | None = None
    connected: bool = True
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of one day: a reason key of clinician_words.REASONS and the numbers of its sentence."""

    rule: str
    urgency: str
    reason: str
    values: Mapping[str, Value]
    day: date


@dataclass(frozen=True, slots=True)
class Closure:
    """A flag that was closed: when (aware UTC), and what it had been."""

    rule: str
    closed_at: datetime
    raised_on: date
    urgency: str


class Report(NamedTuple):
    """One answered day: the worst of its pain and mobility, when its last answer was given and how late it came."""

    number: int
    pain: int | None
    mobility: int | None
    given_at: datetime
    days_late: int = 0


class Reading(NamedTuple):
    """One temperature in Cel."""

    taken_at: datetime
    celsius: float
    checked_at: datetime | None = None


class Met(NamedTuple):
    """How a day's worst answers met the forecasts; None where not answered.

    judged: the worst pain that the pain rule may judge.
    """

    pain: Surprise | None
    mobility: Surprise | None
    judged: int | None


NOTHING = Met(None, None, None)


@dataclass(slots=True)
class State:
    """Everything that tomorrow's judgement needs; a fold changes it from day to day.

    own, moving: the forecasts of pain and mobility, as of the answers before today; met: how those of today met
    them. suspicions: since which days it may be worse, the strongest first; evidence: its log-likelihood ratio.
    reliefs: since which days it may be better. coolest: the lowest reading, Cel; is_cool: no fever today.
    most_moved: the best mobility, that before the procedure included. due: milestones judged today; judged: those
    done. worse_day: the last with pain or mobility worse, pain_worse_day: with pain. above_day, worse_since: the
    last and first day of a spell of pain above the forecast; settled_on: when its level became the new one.
    weak_at: the last weakness or confusion. stepped_to: the day last judged. held_back: what a pause of a rule
    keeps from being told until it ends. findings: what today says.
    """

    course: Course
    pathway: Pathway
    own: Forecast
    moving: Forecast
    suspicions: list[Suspicion] = field(default_factory=list)
    evidence: float = 0.0
    reliefs: list[Relief] = field(default_factory=list)
    met: Met = NOTHING
    reports: list[Report] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    coolest: float = 99.0
    is_cool: bool = True
    most_moved: int = 0
    last_day: int | None = None
    answered_days: int = 0
    due: Sequence[int] = ()
    judged: frozenset[int] = frozenset()
    danger_day: int | None = None
    worse_day: int | None = None
    pain_worse_day: int | None = None
    above_day: int | None = None
    worse_since: int = 0
    settled_on: int = 0
    weak_at: datetime | None = None
    stepped_to: int = -1
    held_back: tuple[Finding, ...] = ()
    closed: dict[str, Closure] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def counted(
    state: State, rule: str, entries: Sequence[Entry], *, is_danger: bool = False
) -> Sequence[Entry]:
    """The entries that are evidence for a rule: after a flag is closed only later ones.

    Danger counts until it was judged before a closing: a sign that no review had read when a nurse closed
    the flag, or that arrived later, still flags.
    """
    closure = state.closed.get(rule) if state.closed else None
    if closure is None:
        return entries
    if is_danger or rule in NEVER_HELD:
        return [entry for entry in entries if not was_judged_by(entry, closure)]
    return [entry for entry in entries if entry.given_at > closure.closed_at]


def was_judged_by(each: Entry | Reading, closure: Closure) -> bool:
    """Whether a review had read it when the flag was closed."""
    return each.checked_at is not None and each.checked_at <= closure.closed_at


def counted_reports(state: State, rule: str) -> Sequence[Report]:
    """The answered days that are evidence for a rule."""
    closure = state.closed.get(rule) if state.closed else None
    if closure is None:
        return state.reports
    return [r for r in state.reports if r.given_at > closure.closed_at]


def own_level(state: State, day: Day, answer: Literal["pain", "mobility"]) -> float | None:
    """The median over the days that make a patient's own level, None while there are too few."""
    own = state.pathway.rules.own_level
    first, last = day.number - own.from_days_ago, day.number - own.to_days_ago
    near = [r for r in state.reports[-own.from_days_ago - 1 :] if first <= r.number <= last]
    found = [r.pain for r in near] if answer == "pain" else [r.mobility for r in near]
    answered = [value for value in found if value is not None]
    return median(answered) if len(answered) >= own.reports else None


def worst(urgencies: Iterable[str]) -> str:
    return max(urgencies, key=URGENCIES.index)


def ticked(entries: Sequence[Entry]) -> frozenset[str]:
    """The union of the signs: an answer without them never withdraws one."""
    if len(entries) == 1:
        return entries[0].answers.warning_signs or NO_SIGNS
    return NO_SIGNS.union(*(entry.answers.warning_signs or () for entry in entries))
