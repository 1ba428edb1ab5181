"""What was asked of the rules before they were made, on other simulated patients, and whether a figure meets it."""

from __future__ import annotations

from bench.score import Figure, Figures
from bench.words import FIGURES, percent, whole

# At least, and at most.
WANTED: dict[str, tuple[float, float]] = {
    "calm_pain_flags_per_patient": (0, 0.36),
    "calm_fever_flags_per_patient": (0, 0.08),
    "calm_mobility_loss_flags_per_patient": (0, 0.10),
    "calm_gone_quiet_flags_per_patient": (0, 0.25),
    "calm_patients_called_not_improving": (0, 0.22),
    "calm_flags_of_all_rules_per_patient": (0, 0.95),
    "new_fracture_found_within_7_days": (0.905, 1),
    "new_fracture_median_delay_days": (0, 2),
    "infection_pain_found_within_21_days": (0.96, 1),
    "fever_readings_with_an_open_flag_that_day": (1, 1),
    "never_better_found_by_day_35": (0.94, 1),
    "silent_found_within_5_days": (0.95, 1),
    "band_80_coverage": (0.78, 0.83),
    "band_80_mean_width": (0, 3.05),
    "peak_forecast_error_at_2_weeks": (0, 0.77),
    "peak_forecast_mean_signed_error": (-0.15, 0.15),
    "peak_80_coverage": (0.75, 0.85),
}


def cell(name: str, figure: Figure) -> str:
    """What was asked, and whether it is met; empty where nothing was."""
    if name not in WANTED:
        return ""
    shown = _exact_percent if FIGURES[name][1] is percent else whole
    low, high = WANTED[name]
    limits = f"{shown(low)} to {shown(high)}"
    if low == 0:
        limits = f"at most {shown(high)}"
    elif high == 1:
        limits = f"at least {shown(low)}"
    return f"{limits}: {'met' if is_met(name, figure) else '**missed**'}"


def is_met(name: str, figure: Figure) -> bool:
    low, high = WANTED[name]
    return low <= figure.value <= high


def count(figures: Figures) -> str:
    """How many are met, such as "15 of 17"."""
    return f"{sum(is_met(name, figures[name]) for name in WANTED)} of {len(WANTED)}"


def _exact_percent(value: float) -> str:
    return f"{100 * value:g} %"
