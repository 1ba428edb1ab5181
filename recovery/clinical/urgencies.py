"""How urgent each reason is, in one table for the rule book; a test holds it against what the six rules raise."""

from __future__ import annotations

from .answers import LEG_WEAKNESS, SIGNS
from .pathway import Pathway

ASKS = {
    "emergency": "Look at once. The clinic is alerted, and again when it opens until somebody has looked.",
    "today": "Ring the patient today. The clinic is alerted in the same way.",
    "next_working_day": "Ring on the next working day. It waits on the worklist, without an alert.",
    "routine": "Look at it this week. It waits on the worklist, without an alert.",
}

# Those of warning signs stand in the pathway.
OTHERS = {
    "fever": {
        "fever_with_weakness_or_confusion": "emergency",
        "own_limit_with_weakness_or_confusion": "emergency",
        "fever": "today",
        "fever_late": "today",
        "fever_own_limit": "today",
        "felt_hot": "today",
        "cold": "today",
        "raised_twice": "next_working_day",
        "raised_over_usual": "next_working_day",
    },
    "pain_worsening": {
        "pain_jump": "today",
        "pain_jump_at_first": "today",
        "pain_after_fall": "today",
        "pain_new_place": "today",
        "pain_sudden": "today",
        "pain_with_chills_or_wound": "today",
        "pain_with_temperature": "today",
        "pain_above_forecast": "next_working_day",
        "pain_above_forecast_lately": "next_working_day",
        "moves_less_as_well": "next_working_day",
        "pain_above_before": "next_working_day",
        "pain_above_target": "next_working_day",
    },
    "mobility_loss": {
        "moves_less": "next_working_day",
        "moves_less_than_before": "next_working_day",
    },
    "not_improving": {
        "very_severe": "next_working_day",
        "still_severe": "routine",
        "little_relief": "routine",
    },
    "gone_quiet": {
        "quiet_after_danger": "today",
        "never_connected": "next_working_day",
        "quiet_after_worsening": "next_working_day",
        "quiet_in_first_week": "next_working_day",
        "quiet_poor_line": "routine",
        "quiet_fading": "routine",
        "quiet_feeling_well": "routine",
        "quiet": "routine",
    },
}


def urgency_of(rule: str, pathway: Pathway) -> dict[str, str]:
    """The reasons that a rule gives, each with its urgency, the worst first."""
    if rule != "warning_sign":
        return OTHERS[rule]
    numbers = pathway.rules.warning_sign
    signs = {each: each in numbers.emergency for each in SIGNS if each != "leg_weakness"}
    kinds = (*LEG_WEAKNESS, "unanswered")
    legs = {f"leg_weakness_{each}": each not in numbers.leg_weakness_today for each in kinds}
    told = {
        reason: "emergency" if grave else "today" for reason, grave in {**signs, **legs}.items()
    }
    return dict(sorted(told.items(), key=lambda each: [*ASKS].index(each[1])))
