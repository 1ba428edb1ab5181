"""What the document says beside its figures, and how it writes numbers and tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bench.score import NEVER, Figure


def percent(value: float) -> str:
    return f"{100 * value:.0f} %"


def number(value: float) -> str:
    return f"{value:.2f}"


def whole(value: float) -> str:
    return f"{value:g}"


def days(value: float) -> str:
    if value >= NEVER:
        return "not found"
    return f"{value:g} day{'' if value == 1 else 's'}"


def none_or(value: float) -> str:
    return "none (0 %)" if percent(value) == "0 %" else percent(value)


def range_of(figure: Figure) -> str:
    """A share with its range."""
    return f"{percent(figure.value)} ({100 * figure.low:.0f} to {100 * figure.high:.0f})"


def cells(figure: Figure, shown: Callable[[float], str]) -> list[str]:
    return [shown(figure.value), f"{shown(figure.low)} to {shown(figure.high)}"]


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Markdown; the first column is words, the rest numbers."""
    rule = ["---", *("---:" for _ in heads[1:])]
    return [f"| {' | '.join(cells)} |" for cells in (heads, rule, *rows)]


OPENING = """
**Simulated patients. Nothing here was measured on a real patient, and no figure says how the rules do in a clinic.**

{worst}

The patients below are made by a program from stated assumptions, so that the truth is known: who is calm, who has
a new fracture on which day, who has an infection. Some of the assumptions come from published studies, others are
guesses; all stand in [bench/assumptions.py](../bench/assumptions.py), the guesses marked "assumed". Several
numbers of the rules were themselves chosen on simulated patients (the pathway file says which), so every figure
looks better than it would elsewhere. The patients of this page come from a seed on which nothing was chosen. "En"
is section n of the [evidence](evidence/clinical.md).

`make bench-rules` writes this page; the same rules make the same bytes. `make bench-rules COHORTS=folder` prints
the figures for other patients.
"""

WORST = """**The worst case is "{who}": pain finds {fracture} of the new fractures within 7 days
and {infection} of the infections within 21 days; as assumed it finds {usual}.** What else makes it worse stands
under "Other patients, other ways of answering"."""

ASSUMED = """
{patients} patients of each kind, 90 days each, {missing} of days without an answer. Before the procedure pain
is {baseline_mean} (SD {baseline_sd}); afterwards it falls as the published curve does (E2c), with an SD between
people of {between_sd}. One person's answers scatter by {noise_sd} points (SD {noise_sd_spread} between people,
less near 0); neighbouring days correlate at {phi}. Answers are whole numbers.

- calm: nothing happens. {colds} have a cold with two feverish days.
- new fracture: on a day between {onset_from} and {onset_to} pain rises by {step:g} points (SD {step_sd:g}); that
  fades over {fading_days:.0f} days.
- infection: from such a day on pain rises by {ramp} points in {ramp_days:.0f} days and stays; {feverish} of
  patients have a fever on some days.
- never better: pain stays within about a point of what it was, 5 or more.
- silent: from such a day on no answer comes; nothing else happens.
"""

FIGURES: dict[str, tuple[str, Callable[[float], str]]] = {
    "calm_pain_flags_per_patient": ("Calm: pain flags per patient in 90 days", number),
    "calm_patients_with_any_pain_flag": ("Calm: patients with any pain flag", percent),
    "calm_fever_flags_per_patient": ("Calm: fever flags per patient", number),
    "calm_mobility_loss_flags_per_patient": ("Calm: mobility flags per patient", number),
    "calm_gone_quiet_flags_per_patient": ("Calm: flags for silence per patient", number),
    "calm_patients_called_not_improving": ("Calm: called not improving", percent),
    "calm_really_slow": ("Calm: really less than 30 % better around day 30", percent),
    "calm_flags_of_all_rules_per_patient": ("Calm: flags of all rules per patient", number),
    "new_fracture_found_within_7_days": ("New fracture: pain flag within 7 days", percent),
    "new_fracture_median_delay_days": ("New fracture: median delay, days", whole),
    "infection_pain_found_within_21_days": ("Infection: pain flag within 21 days", percent),
    "fever_readings_with_an_open_flag_that_day": (
        "Infection: readings of 38.0 or more with an open fever flag that day",
        percent,
    ),
    "never_better_found_by_day_35": ("Never better: found by day 35", percent),
    "silent_found_within_5_days": ("Silent: found within 5 days", percent),
    "band_80_coverage": ("Band: answers inside the 80 % range", percent),
    "band_80_mean_width": ("Band: mean width, points", number),
    "peak_forecast_error_at_2_weeks": ("Peak day, foretold at 2 weeks: mean error, points", number),
    "peak_forecast_error_of_last_week_median": (
        "The same error for the median of the last 7 reports",
        number,
    ),
    "peak_forecast_mean_signed_error": ("Peak day: mean signed error, points", number),
    "peak_80_coverage": ("Peak day: reports inside the 80 % range", percent),
}

USUAL_NOTE = """
Ours is the rule for worsening pain alone, without the five other rules. The usual rules see the same answers, are
silent on days 0 to 2 like ours, and a flag stays open for 7 days, in which no other is raised. The 7-day median
needs 3 reports; the own level is the median of days 9 to 3 ago (E10).

"By chance" is the share of calm patients with a pain flag within 7 days of a day on which nothing happened: a
rule that flags often finds fractures by luck. "Of 100 flags" takes 10 % of patients to have a new fracture (E1)
and counts, of all pain flags, the first one for each fracture found within 7 days.
"""

ROBUST_HEADS = (
    *("patients", "pain flags", "all flags", "of these, silence", "fracture"),
    *("infection", "never better", "silent", "band"),
)

ROBUST_NOTE = """
Pain flags, all flags, and of these those for silence: per calm patient in 90 days. Fracture: pain flag within 7 days.
Infection: pain flag within 21 days. Never better: by day 35. Silent: within 5 days. Band: answers inside the 80 %
range. {patients} patients of each kind; luck alone moves a share by up to 6 points. The same dice were thrown for each
row, so that rows can be compared.

"Bad" and "good" days lie above and below the own course, had nothing happened; a quarter of them is missing as
well. Who answers only on good days falls silent when it gets worse: see the flags for silence below. Where pain
starts at 2, day 30 is not judged, because 30 % of 2 is less than a point. In a flare, the baseline is 2.5 points
worse than usual, and so are the first days; that fades with a time constant of a week.
"""

HARD_NOTE = """## What is hard to see

{patients} patients in each row, shares with their 95 % range.
"""

FIGURES_NOTE = """
With the 95 % range that the number of patients leaves. It says nothing of how wrong the assumptions may be. "Wanted"
is what was asked of the rules before they were made, of other simulated patients: {met} are met here.
"""

LIMITS = """## What no figure here covers

- Real patients: what they mean by 7, who gives up, whose helper answers, who takes more painkillers when it
  hurts. Here days are mostly missing by chance; in life they are not.
- Other courses: several events, pain that comes and goes for months, a second procedure.
- Warning signs: they are ticked or not, and each tick is flagged. How often they are ticked wrongly is not
  simulated.
- Falls, a new place and a sudden start of pain: simulated patients tell nothing of them; real ones may, and each
  is flagged.
- Mobility: our question is not validated, and its scatter from day to day is a guess.
- What a clinician makes of a flag, and how soon.
"""
