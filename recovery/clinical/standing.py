"""Where a patient stands: the answers beside the forecasts made before them, the published range, the level before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, floor
from typing import Literal, NamedTuple

from .answers import Day
from .course import Closure, Course, State
from .flag_rules import acts_by, close, start, step
from .pathway import Pathway, Trajectory
from .trajectory import Band, Forecast, begin, published

Place = Literal["above", "within", "below"]


class Doubt(NamedTuple):
    """Since which day a forecast does not hold, and the forecast of before.

    Forecasts learn a real change slowly: they would promise relief to somebody who has just got worse, and a few
    bad days later they would expect it.
    """

    since: int
    before: Forecast


@dataclass(slots=True)
class Spells:
    """The times of worsening on one line so far; days so near to each other belong to one of them."""

    nearest: int
    found: list[Doubt] = field(default_factory=list)
    last_day: int = 0

    def lasts(self, day: int) -> bool:
        """Whether the last one is not over; only calm answers end it."""
        return bool(self.found) and day - self.last_day <= self.nearest

    def note(self, day: int, doubt: Doubt, *, replaces: bool = False) -> None:
        """Worse on this day; a doubt that replaces the one so far knows better since when."""
        if not self.lasts(day):
            self.found.append(doubt)
        elif replaces:
            self.found[-1] = doubt
        self.last_day = day


@dataclass(frozen=True, slots=True)
class Line:
    """Pain or mobility from the procedure on.

    before: the level before it. answers: the worst of each answered day. forecasts: for each day, answered or
    not, the one made before that day's answer. now: the one after the last answer. turns: the days since which it
    was worse. doubt: what is to be said instead of the forecasts while that lasts.
    """

    trajectory: Trajectory
    before: int | None
    answers: tuple[tuple[int, int], ...]
    forecasts: tuple[Forecast, ...]
    now: Forecast
    turns: frozenset[int] = frozenset()
    doubt: Doubt | None = None

    def foretold_on(self, day: int) -> Band:
        """What was expected of that day's answer: before it came, and before a worsening that lasts."""
        doubt = self.doubt
        is_doubted = doubt is not None and day >= doubt.since
        forecast = doubt.before if doubt and is_doubted else self.forecasts[day]
        return forecast.expect(day)

    @property
    def foretold(self) -> list[Band]:
        """The same for each day."""
        return [self.foretold_on(day) for day in range(len(self.forecasts))]

    def typical(self, day: int) -> Band:
        """What people who had this procedure typically report on a day."""
        return published(day, self.trajectory.published, self.trajectory.highest)


class Followed(NamedTuple):
    """Both lines."""

    pain: Line
    mobility: Line


class Whole(NamedTuple):
    """Whole answers, from the least to the most."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Standing:
    """One answer beside what was expected of it; change: the answer less the level before the procedure."""

    day: int
    answer: int
    own: Whole
    beside_own: Place
    beside_published: Place
    change: int | None


class Relief(NamedTuple):
    """The level of pain now, as the mean of so many answers, and how much of the expected relief that is, in %."""

    level: float
    answers: int
    percent: int


class Watch:
    """Notes of each day, once the rules have judged it, what both lines need."""

    def __init__(self, course: Course, pathway: Pathway) -> None:
        state = start(course, pathway)
        self.own, self.moving = [state.own], [state.moving]
        nearest = pathway.rules.own_level.from_days_ago
        self.worse, self.moves_less = Spells(nearest), Spells(nearest)

    def __call__(self, state: State, day: Day) -> None:
        """state: after that day; until then the last forecasts are those made before its answers."""
        if day.entries:
            _note_pain(state, self.worse, Doubt(day.number, self.own[-1]))
            _note_mobility(state, self.moves_less, self.moving)
        self.own.append(state.own)
        self.moving.append(state.moving)

    def followed(self, state: State) -> Followed:
        """Both lines; state: after the last day."""
        pains = tuple((r.number, r.pain) for r in state.reports if r.pain is not None)
        moves = tuple((r.number, r.mobility) for r in state.reports if r.mobility is not None)
        of, before = state.pathway.trajectory, state.course
        pain = _line(of.pain, before.baseline_pain, pains, self.own)
        mobility = _line(of.mobility, before.baseline_mobility, moves, self.moving)
        return Followed(_doubted(pain, self.worse), _doubted(mobility, self.moves_less))


def _line(
    trajectory: Trajectory,
    before: int | None,
    answers: tuple[tuple[int, int], ...],
    forecasts: Sequence[Forecast],
) -> Line:
    return Line(trajectory, before, answers, tuple(forecasts[:-1]), forecasts[-1])


def follow(
    course: Course, days: Iterable[Day], pathway: Pathway, closures: Iterable[Closure] = ()
) -> Followed:
    """Every day from day 0 on, in one pass of the rules; closures act as they do for the flags."""
    state, watch = start(course, pathway), Watch(course, pathway)
    waiting = sorted(closures, key=lambda each: each.closed_at)
    for day in days:
        while waiting and acts_by(waiting[0], day):
            state = close(state, waiting.pop(0))
        state = step(state, day)
        watch(state, day)
    return watch.followed(state)


def _note_pain(state: State, worse: Spells, today: Doubt) -> None:
    """The flag's sentence names the strongest suspicion, with its day and its forecast: so does the chart."""
    if state.suspicions and state.evidence >= state.pathway.rules.pain_worsening.threshold:
        doubt = Doubt(state.worse_since, state.suspicions[0].own)
        worse.note(today.since, doubt, replaces=True)
    elif _is_told(state, "pain_worsening"):
        worse.note(today.since, today)


def _note_mobility(state: State, moves_less: Spells, forecasts: Sequence[Forecast]) -> None:
    """Since the first of the reports that the finding rests on."""
    if _is_told(state, "mobility_loss"):
        moves = [r.number for r in state.reports if r.mobility is not None]
        since = moves[-state.pathway.rules.mobility_loss.reports]
        moves_less.note(moves[-1], Doubt(since, forecasts[since]))


def _is_told(state: State, rule: str) -> bool:
    return any(each.rule == rule for each in state.findings)


def _doubted(line: Line, spells: Spells) -> Line:
    last_day = line.answers[-1][0] if line.answers else 0
    doubt = spells.found[-1] if spells.lasts(last_day) else None
    return replace(line, turns=frozenset(each.since for each in spells.found), doubt=doubt)


def last(line: Line) -> Standing | None:
    """Where the last answer stands."""
    if not line.answers:
        return None
    day, answer = line.answers[-1]
    return stand(day, answer, line.foretold_on(day), line.typical(day), line.before)


def stand(day: int, answer: int, own: Band, typical: Band, before: int | None) -> Standing:
    """Where an answer stands beside the band foretold for it and the published range of its day."""
    within = whole(own)
    change = None if before is None else answer - before
    beside_published = place(answer, whole(typical))
    return Standing(day, answer, within, place(answer, within), beside_published, change)


def whole(band: Band) -> Whole:
    """The answers that lie within a band; if there is none between its ends, the one nearest to the expected."""
    least, most = ceil(band.low), floor(band.high)
    nearest = round(band.expected)
    return Whole(least, most) if least <= most else Whole(nearest, nearest)


def place(answer: int, within: Whole) -> Place:
    """An answer beside a range of answers."""
    if answer > within.most:
        return "above"
    return "below" if answer < within.least else "within"


def percent_better(before: int, pain: int) -> int | None:
    """How much less pain than before the procedure, in % of that; negative is worse. None of no pain."""
    return round(100 * (before - pain) / before) if before else None


def relief(pain: Line, pathway: Pathway) -> Relief | None:
    """The share reached of the relief that people with this level before typically have at the peak day.

    The level now is the mean of the last answers and not the own curve, which learns a real change slowly; as
    many of them, and as near to each other, as make an own level. None in the days of puncture pain, without a
    level before, and where that is so low, or the relief expected so small, that it cannot be told from scatter.
    """
    rule, near, before = pathway.rules.not_improving, pathway.rules.own_level, pain.before
    if before is None or before < rule.relief_baseline_from or not pain.answers:
        return None
    milestones = pathway.milestones
    since = max(pain.answers[-1][0] - near.from_days_ago, milestones.puncture_pain_days + 1)
    latest = [answer for day, answer in pain.answers[-near.reports :] if day >= since]
    expected = before - begin(before, pain.trajectory).expect_mean(milestones.peak_day).expected
    if len(latest) < near.reports or 100 * expected < rule.relief_percent * before:
        return None
    level = sum(latest) / len(latest)
    return Relief(level, len(latest), max(0, round(100 * (before - level) / expected)))
