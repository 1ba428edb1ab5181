"""One patient's course as a list of everybody tells it: the last pains, where the last one lies, what was answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .answers import Day
from .course import NEVER_HELD, Closure, Course, Finding, State
from .flag_rules import fold
from .pathway import Pathway
from .silence import followed_from, told_from
from .standing import Line, Standing, Watch, follow, last

SHOWN_PAINS = 14  # as many as a line of two centimetres can tell apart


@dataclass(frozen=True, slots=True)
class Summary:
    """Days are counted from the procedure. answered_on: the last day with an answer.

    answered, asked: how many days have answers, and on how many they could be given. pains: the worst of each of
    the last days that have one. last: where the newest of them lies; is_former: beside the forecast of before a
    worsening that lasts. silent_from: the day from which on silence counts as such, unless an answer comes.
    """

    answered_on: int | None
    answered: int
    asked: int
    pains: tuple[tuple[int, int], ...]
    last: Standing | None
    is_former: bool
    silent_from: int | None

    @property
    def beyond_own(self) -> int | None:
        """By how many points the last pain lies above the own forecast, or below it (negative)."""
        if self.last is None:
            return None
        pain, own = self.last.answer, self.last.own
        return max(0, pain - own.most) - max(0, own.least - pain)


def judge(
    course: Course, days: Sequence[Day], closures: Sequence[Closure], pathway: Pathway
) -> tuple[tuple[Finding, ...], Summary]:
    """The findings that stand, and the summary, in one pass of the rules."""
    watch = Watch(course, pathway)
    state, findings = fold(course, days, closures, pathway, watch)
    if _is_drawn_alike(course, closures):
        pain = watch.followed(state).pain
    else:
        pain = follow(replace(course, limits=()), days, pathway, closures).pain
    return findings, _summarize(state, days, pain)


def _is_drawn_alike(course: Course, closures: Sequence[Closure]) -> bool:
    """Whether the patient's chart, for which no limit counts and every closing acts in its turn, is the same pass."""
    return not course.limits and all(closure.rule not in NEVER_HELD for closure in closures)


def _summarize(state: State, days: Sequence[Day], pain: Line) -> Summary:
    asked = [day for day in days if _is_asked(state, day)]
    found = last(pain)
    return Summary(
        answered_on=state.last_day,
        answered=sum(bool(day.entries) for day in asked),
        asked=len(asked),
        pains=pain.answers[-SHOWN_PAINS:],
        last=found,
        is_former=pain.doubt is not None and found is not None and found.day >= pain.doubt.since,
        silent_from=_silent_from(state),
    )


def _is_asked(state: State, day: Day) -> bool:
    """Whether it counts: not the day of the procedure, and of the silent days those that are over."""
    if not 0 < day.number <= _last_day(state.pathway):
        return False
    return bool(day.entries) or (day.is_over and day.number > followed_from(state))


def _silent_from(state: State) -> int | None:
    """The day after the first silent one that the rule would tell; none when nobody is asked any more by then."""
    told = told_from(state)
    return told + 1 if told <= _last_day(state.pathway) else None


def _last_day(pathway: Pathway) -> int:
    return pathway.milestones.pathway_days
