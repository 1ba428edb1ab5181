"""What can stand in a column of the document: one number for a cohort, with its range."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from typing import NamedTuple

from bench.follow import Cohort, Followed
from bench.score import NEVER, average, days_flagged, delay, middle, ours, share
from bench.words import days, percent, range_of
from recovery.clinical.course import URGENCIES

PAIN, FEVER, QUIET = "pain_worsening", "fever", "gone_quiet"


class Column(NamedTuple):
    """A head, and what stands under it for a cohort."""

    head: str
    cell: Callable[[Cohort], str]


def found(head: str, within: int, *rules: str) -> Column:
    return Column(
        head,
        lambda cohort: range_of(share(delay(one, ours, *rules) <= within for one in cohort)),
    )


def half_found(*rules: str) -> Column:
    return Column(
        "median delay",
        lambda cohort: days(middle([delay(one, ours, *rules) for one in cohort]).value),
    )


def fevers_a_hundred(cohort: Cohort) -> str:
    counts = [100 * len(days_flagged(one, ours, FEVER)) for one in cohort]
    value, low, high = average(counts)
    return f"{value:.0f} ({max(0.0, low):.0f} to {high:.0f})"


def with_fever_flag(cohort: Cohort) -> str:
    return range_of(share(bool(days_flagged(one, ours, FEVER)) for one in cohort))


def noticed_before(cohort: Cohort) -> str:
    """A pain or fever flag between the onset and the last answer."""
    return range_of(
        share(
            delay(one, ours, PAIN, FEVER) <= _last_answer(one) - (one.case.onset or 0)
            for one in cohort
        )
    )


def missed_by(limit: int) -> Callable[[Cohort], str]:
    return lambda cohort: range_of(share(_missed(one)[0] <= limit for one in cohort))


def median_missed(cohort: Cohort) -> str:
    return days(median(_missed(one)[0] for one in cohort))


def urgencies(cohort: Cohort) -> str:
    """How urgent the flags for silence were."""
    told = [urgency for silent, urgency in map(_missed, cohort) if silent < NEVER]
    shares = (told.count(each) / max(1, len(told)) for each in reversed(URGENCIES[:-1]))
    return ", ".join(map(percent, shares))


def _missed(one: Followed) -> tuple[int, str]:
    """After how many silent days silence was flagged, and how urgently."""
    last = _last_answer(one)
    flags = [flag for flag in one.flags if flag.rule == QUIET and flag.day > last]
    return (flags[0].day - last, flags[0].urgency) if flags else (NEVER, "")


def _last_answer(one: Followed) -> int:
    return max(one.case.answers, default=0)
