"""How urgent each reason is, and its short name, for the rule book; a test holds it against what the rules raise."""

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

# The reasons in a few words; "pain_jump" and the like are the program's own names.
SHORT = {
    "chest_pain_or_breathless": "chest pain or breathlessness",
    "bladder_or_bowel": "bladder or bowel",
    "confusion": "confusion",
    "limb_pain": "new severe limb pain",
    "leg_weakness_both": "both legs weak",
    "leg_weakness_worse": "a leg getting weaker",
    "leg_weakness_unanswered": "leg weakness, one or both not told",
    "leg_weakness_one": "one leg weak",
    "wound": "wound",
    "chills": "chills",
    "headache_upright": "headache when upright",
    "fever_with_weakness_or_confusion": "fever with leg weakness or confusion",
    "own_limit_with_weakness_or_confusion": "the patient's own limit with leg weakness or confusion",
    "fever": "fever",
    "fever_late": "fever after the first days",
    "fever_own_limit": "the patient's own limit",
    "felt_hot": "felt hot, not measured",
    "cold": "too cold",
    "raised_twice": "slightly raised twice",
    "raised_over_usual": "well above the usual",
    "pain_jump": "a jump",
    "pain_jump_at_first": "a jump before there is an own level",
    "pain_after_fall": "a fall",
    "pain_new_place": "a new place",
    "pain_sudden": "a sudden start",
    "pain_with_chills_or_wound": "with chills or a red wound",
    "pain_with_temperature": "with a raised temperature",
    "pain_above_forecast": "above the forecast",
    "pain_above_forecast_lately": "above the forecast on average",
    "moves_less_as_well": "moving less beside it",
    "pain_above_before": "above the level before the procedure",
    "pain_above_target": "above the patient's target",
    "moves_less": "below the own level",
    "moves_less_than_before": "below the level before the procedure",
    "very_severe": "very severe pain on two days",
    "still_severe": "pain still severe",
    "little_relief": "too little relief",
    "quiet_after_danger": "after a warning sign or fever",
    "never_connected": "never connected",
    "quiet_after_worsening": "after worsening",
    "quiet_in_first_week": "in the first week",
    "quiet_poor_line": "perhaps a poor line",
    "quiet_fading": "perhaps tired of it",
    "quiet_feeling_well": "perhaps feeling well",
    "quiet": "no likely cause",
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
