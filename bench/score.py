"""What the figures mean: each is computed from followed cases whose truth is known, with its 95 % range."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import sqrt
from statistics import fmean, median, pstdev
from typing import NamedTuple

from bench.follow import Cohort, Flag, Followed
from recovery.clinical.course import RULES

Z = 1.96  # of the central 95 %
NEVER = 999
FEVER_CELSIUS = 38.0
OPEN_DAYS = 7
FRACTURE_DAYS, INFECTION_DAYS, SILENT_DAYS, SLOW_BY_DAY = 7, 21, 5, 35
SETTLED_DAY = 3
PEAK_FROM, PEAK_TO, PEAK_REPORTS = 66, 78, 5
TWO_WEEKS = (13, 14, 15)


class Figure(NamedTuple):
    """A value and its 95 % range: how far it could be off by the luck of these patients, and no more."""

    value: float
    low: float
    high: float


Figures = dict[str, Figure]
FlagsOf = Callable[[Followed], list[Flag]]


def ours(one: Followed) -> list[Flag]:
    return one.flags


def usual(name: str) -> FlagsOf:
    return lambda one: one.usual[name]


def score(cohorts: Mapping[str, Cohort], flags_of: FlagsOf = ours) -> Figures:
    """Every figure that these scenarios allow."""
    found: Figures = {}
    for scenario, cohort in cohorts.items():
        found |= OF_SCENARIO[scenario](cohort, flags_of)
    return found


def days_flagged(one: Followed, flags_of: FlagsOf, *rules: str) -> list[int]:
    return [flag.day for flag in flags_of(one) if flag.rule in (rules or RULES)]


def delay(one: Followed, flags_of: FlagsOf, *rules: str, after: int = 0) -> int:
    """Days from the onset (or `after` days later) to the first flag of these rules; NEVER if there is none."""
    since = (one.case.onset or 0) + after
    return min(
        (d - since for d in days_flagged(one, flags_of, *rules) if d >= since), default=NEVER
    )


def _calm(cohort: Cohort, flags_of: FlagsOf) -> Figures:
    counts = {rule: [len(days_flagged(one, flags_of, rule)) for one in cohort] for rule in RULES}
    pain, slow = counts["pain_worsening"], counts["not_improving"]
    return {
        "calm_pain_flags_per_patient": average(pain),
        "calm_patients_with_any_pain_flag": share(map(bool, pain)),
        "calm_fever_flags_per_patient": average(counts["fever"]),
        "calm_mobility_loss_flags_per_patient": average(counts["mobility_loss"]),
        "calm_gone_quiet_flags_per_patient": average(counts["gone_quiet"]),
        "calm_patients_called_not_improving": share(map(bool, slow)),
        "calm_flags_of_all_rules_per_patient": average([len(flags_of(one)) for one in cohort]),
        **_bands(cohort),
    }


def _new_fracture(cohort: Cohort, flags_of: FlagsOf) -> Figures:
    delays = [delay(one, flags_of, "pain_worsening") for one in cohort]
    return {
        "new_fracture_found_within_7_days": share(d <= FRACTURE_DAYS for d in delays),
        "new_fracture_median_delay_days": middle(delays),
    }


def _infection(cohort: Cohort, flags_of: FlagsOf) -> Figures:
    delays = [delay(one, flags_of, "pain_worsening") for one in cohort]
    return {
        "infection_pain_found_within_21_days": share(d <= INFECTION_DAYS for d in delays),
        "fever_readings_with_an_open_flag_that_day": share(
            any(0 <= hot - day < OPEN_DAYS for day in days_flagged(one, flags_of, "fever"))
            for one in cohort
            for hot in _hot_days(one)
        ),
    }


def _never_better(cohort: Cohort, flags_of: FlagsOf) -> Figures:
    first = (min(days_flagged(one, flags_of, "not_improving"), default=NEVER) for one in cohort)
    return {"never_better_found_by_day_35": share(day <= SLOW_BY_DAY for day in first)}


def _silent(cohort: Cohort, flags_of: FlagsOf) -> Figures:
    delays = (delay(one, flags_of, "gone_quiet") for one in cohort)
    return {"silent_found_within_5_days": share(d <= SILENT_DAYS for d in delays)}


OF_SCENARIO = {
    "calm": _calm,
    "new_fracture": _new_fracture,
    "infection": _infection,
    "never_better": _never_better,
    "silent": _silent,
}


def _hot_days(one: Followed) -> list[int]:
    answers = one.case.answers.items()
    return [day for day, told in answers if (told.temperature_c or 0.0) >= FEVER_CELSIUS]


def _bands(cohort: Cohort) -> Figures:
    """How honest the expected band is, on the days that were answered, and the forecast of the peak day."""
    widths, held = [], []
    for one in cohort:
        pains = _pains(one)
        drawn = [each for each in one.bands if each.day > SETTLED_DAY and each.day in pains]
        widths.append((sum(each.high - each.low for each in drawn), len(drawn)))
        held.append((sum(each.low <= pains[each.day] <= each.high for each in drawn), len(drawn)))
    return {
        "band_80_coverage": ratio(held),
        "band_80_mean_width": ratio(widths),
        **_peaks(cohort),
    }


def _peaks(cohort: Cohort) -> Figures:
    """The forecast at two weeks against the mean of what was really reported around the peak day."""
    missed, naive, held = [], [], []
    for one in cohort:
        pains = _pains(one)
        came = [pain for day, pain in pains.items() if PEAK_FROM <= day <= PEAK_TO]
        then = next((each for each in one.bands if each.day in TWO_WEEKS), None)
        if then is None or len(came) < PEAK_REPORTS:
            continue
        before = [pain for day, pain in pains.items() if day <= then.day][-7:]
        missed.append(then.peak_expected - fmean(came))
        held.append(then.peak_low <= fmean(came) <= then.peak_high)
        if before:
            naive.append(abs(median(before) - fmean(came)))
    return {
        "peak_forecast_error_at_2_weeks": average([abs(each) for each in missed]),
        "peak_forecast_error_of_last_week_median": average(naive),
        "peak_forecast_mean_signed_error": average(missed),
        "peak_80_coverage": share(held),
    }


def _pains(one: Followed) -> dict[int, int]:
    return {day: told.pain for day, told in one.case.answers.items() if told.pain is not None}


def chance(cohort: Cohort, flags_of: FlagsOf, days: int = FRACTURE_DAYS) -> Figure:
    """How often calm patients have a pain flag within `days` of a day on which nothing happened."""
    onsets = range(10, 66)
    pairs = []
    for one in cohort:
        flagged = days_flagged(one, flags_of, "pain_worsening")
        hits = sum(any(0 <= day - onset <= days for day in flagged) for onset in onsets)
        pairs.append((float(hits), len(onsets)))
    return ratio(pairs)


def share(hits: Iterable[bool]) -> Figure:
    """A proportion, with Wilson's range, which stays honest at 0 and 1."""
    found = [bool(each) for each in hits]
    n = len(found)
    if not n:
        return Figure(0.0, 0.0, 1.0)
    p = sum(found) / n
    centre, reach = p + Z * Z / (2 * n), Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    whole = 1 + Z * Z / n
    return Figure(p, max(0.0, (centre - reach) / whole), min(1.0, (centre + reach) / whole))


def average(values: Sequence[float]) -> Figure:
    """A mean over patients."""
    return ratio([(value, 1) for value in values])


def ratio(pairs: Sequence[tuple[float, int]]) -> Figure:
    """Sum over sum, where one patient's days belong together."""
    total = sum(n for _, n in pairs)
    if not total:
        return Figure(0.0, 0.0, 0.0)
    value = sum(x for x, _ in pairs) / total
    reach = Z * pstdev([x - value * n for x, n in pairs]) * sqrt(len(pairs)) / total
    return Figure(value, value - reach, value + reach)


def middle(values: Sequence[int]) -> Figure:
    """A median, with the range that its ranks give."""
    ranked, n = sorted(values), len(values)
    reach = Z * sqrt(n) / 2
    low, high = max(0, int(n / 2 - reach)), min(n - 1, int(n / 2 + reach))
    return Figure(median(ranked), ranked[low], ranked[high])
