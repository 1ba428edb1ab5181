"""One patient's course as a list of everybody tells it: the last pains, where the last one lies, what was answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .answers import Day
from .course import State
from .pathway import Pathway
from .silence import followed_from, told_from
from .standing import Line, Standing, last

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


def summarize(state: State, days: Sequence[Day], pain: Line) -> Summary:
    """state: as the rules have folded these days; pain: the line that the same days make."""
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
