"""What clinicians read: one sentence for each reason, and the words for rules, urgencies, signs and outcomes."""

from __future__ import annotations

from collections.abc import Callable

from .counted import Counted
from .course import Finding

# They mark a text, or a pair that counts, for extraction; it is translated where it is shown.
N_ = str
NN_ = Counted

RULES = {
    "warning_sign": N_("Warning sign"),
    "fever": N_("Fever"),
    "pain_worsening": N_("Worsening pain"),
    "mobility_loss": N_("Moves less"),
    "not_improving": N_("Not improving"),
    "gone_quiet": N_("Gone quiet"),
}

URGENCIES = {
    "emergency": N_("Emergency"),
    "today": N_("Today"),
    "next_working_day": N_("Next working day"),
    "routine": N_("Routine"),
}

SIGNS = {
    "chest_pain_or_breathless": N_("chest pain or sudden breathlessness"),
    "bladder_or_bowel": N_("lost bladder or bowel control, or numb saddle"),
    "leg_weakness": N_("new weakness or numbness in a leg"),
    "wound": N_("wound red, hot or leaking"),
    "chills": N_("shaking chills"),
    "confusion": N_("confusion"),
    "limb_pain": N_("new severe limb pain or tingling"),
    "headache_upright": N_("headache worse when upright"),
}

REASONS = {
    "chest_pain_or_breathless": N_("Chest pain or sudden breathlessness on day %(day)s."),
    "bladder_or_bowel": N_("Lost bladder or bowel control, or numb saddle, on day %(day)s."),
    "leg_weakness_worse": N_("Leg weakness that is getting worse on day %(day)s."),
    "leg_weakness_both": N_("New weakness or numbness in both legs on day %(day)s."),
    "leg_weakness_one": N_("New weakness or numbness in one leg on day %(day)s."),
    "leg_weakness_unanswered": N_(
        "New leg weakness or numbness on day %(day)s; whether one leg or both was not answered."
    ),
    "wound": N_("Wound red, hot or leaking on day %(day)s."),
    "chills": N_("Shaking chills on day %(day)s."),
    "confusion": N_("Confusion on day %(day)s."),
    "limb_pain": N_("New severe limb pain or tingling on day %(day)s."),
    "headache_upright": N_("Headache worse when upright on day %(day)s."),
    "fever": N_("Temperature %(temperature)s °C on day %(day)s."),
    "fever_late": N_(
        "Temperature %(temperature)s °C on day %(day)s, raised beyond the first days."
    ),
    "fever_with_weakness_or_confusion": N_(
        "Temperature %(temperature)s °C on day %(day)s, with leg weakness or confusion."
    ),
    "fever_own_limit": N_(
        "Temperature %(temperature)s °C on day %(day)s; the limit set for this patient is %(limit)s °C."
    ),
    "own_limit_with_weakness_or_confusion": N_(
        "Temperature %(temperature)s °C on day %(day)s, with leg weakness or confusion; "
        "the limit set for this patient is %(limit)s °C."
    ),
    "raised_twice": N_(
        "Temperature %(before)s and then %(temperature)s °C within two days, day %(day)s."
    ),
    "raised_over_usual": N_(
        "Temperature %(temperature)s °C on day %(day)s; this patient's usual is %(usual)s °C."
    ),
    "cold": N_("Temperature %(temperature)s °C on day %(day)s; infection can lower it."),
    "felt_hot": N_("Felt hot or shivery on day %(day)s; no temperature measured."),
    "pain_jump": N_(
        "Pain %(pain)s of 10 on day %(day)s, a jump from %(usual)s, "
        "the higher of the patient's own level and forecast."
    ),
    "pain_jump_at_first": N_(
        "Pain %(pain)s of 10 on day %(day)s, a jump from %(usual)s, "
        "the higher of the level before the procedure and the forecast."
    ),
    "pain_above_forecast": N_(
        "Pain %(pain)s of 10 after %(before)s at the check-in before; the patient's own curve from before "
        "expects %(low)s-%(high)s on day %(day)s. Worse since day %(since)s."
    ),
    "pain_above_forecast_lately": N_(
        "Pain %(pain)s of 10 on day %(day)s; the mean since day %(since)s is %(average)s, "
        "where the patient's own curve from before expects %(usual)s."
    ),
    "moves_less_as_well": N_(
        "Mobility %(mobility)s of 5 on day %(day)s as well, "
        "where the patient's own curve from before expects %(low)s-%(high)s."
    ),
    "pain_above_before": N_(
        "Pain %(pain)s of 10 on day %(day)s: two reports above the %(baseline)s before the procedure."
    ),
    "pain_above_target": N_(
        "Pain %(pain)s of 10 on day %(day)s after %(before)s at the check-in before; "
        "the target set for this patient is %(target)s."
    ),
    "pain_after_fall": N_("A fall, reported on day %(day)s."),
    "pain_new_place": N_("Pain in a new place on day %(day)s."),
    "pain_sudden": N_("Pain that began suddenly, reported on day %(day)s."),
    "pain_with_chills_or_wound": N_(
        "Bad or worsening pain with chills or a red, hot or leaking wound on day %(day)s."
    ),
    "pain_with_temperature": N_(
        "Bad or worsening pain with a temperature of %(temperature)s °C by day %(day)s."
    ),
    "moves_less": N_(
        "Mobility %(before)s and %(mobility)s of 5 at the last two check-ins, day %(day)s; "
        "the patient's own level is %(usual)s, the own curve expects %(low)s-%(high)s."
    ),
    "moves_less_than_before": N_(
        "Mobility %(before)s and %(mobility)s of 5 at the last two check-ins, day %(day)s; "
        "before the procedure it was %(baseline)s."
    ),
    "still_severe": NN_(
        "Pain still %(average)s of 10 around day %(milestone)s (%(reports)s check-in).",
        "Pain still %(average)s of 10 around day %(milestone)s (mean of %(reports)s check-ins).",
        "reports",
    ),
    "little_relief": NN_(
        "The patient's own curve stands at %(level)s of 10 at day %(milestone)s (%(reports)s check-in "
        "around it): less than %(percent)s %% better than the %(baseline)s before the procedure.",
        "The patient's own curve stands at %(level)s of 10 at day %(milestone)s (%(reports)s check-ins "
        "around it): less than %(percent)s %% better than the %(baseline)s before the procedure.",
        "reports",
    ),
    "very_severe": N_(
        "Pain %(pain)s of 10 on day %(day)s: %(limit)s or more on two days of a week."
    ),
    "never_connected": N_("No phone connected and no answer by day %(day)s."),
    "quiet": NN_(
        "No answer for %(days)s day, day %(day)s. No likely cause is known.",
        "No answer for %(days)s days, day %(day)s. No likely cause is known.",
        "days",
    ),
    "quiet_poor_line": NN_(
        "No answer for %(days)s day, day %(day)s. Likely cause: a poor line; the last answer came late.",
        "No answer for %(days)s days, day %(day)s. Likely cause: a poor line; the last answer came late.",
        "days",
    ),
    "quiet_fading": NN_(
        "No answer for %(days)s day, day %(day)s. Likely cause: tired of it; answers had become fewer.",
        "No answer for %(days)s days, day %(day)s. Likely cause: tired of it; answers had become fewer.",
        "days",
    ),
    "quiet_feeling_well": NN_(
        "No answer for %(days)s day, day %(day)s. Likely cause: feeling well; pain had gone down by half.",
        "No answer for %(days)s days, day %(day)s. Likely cause: feeling well; pain had gone down by half.",
        "days",
    ),
    "quiet_in_first_week": NN_(
        "No answer for %(days)s day in the first week, day %(day)s.",
        "No answer for %(days)s days in the first week, day %(day)s.",
        "days",
    ),
    "quiet_after_worsening": NN_(
        "No answer for %(days)s day after worsening, day %(day)s.",
        "No answer for %(days)s days after worsening, day %(day)s.",
        "days",
    ),
    "quiet_after_danger": NN_(
        "No answer for %(days)s day after a warning sign or fever, day %(day)s.",
        "No answer for %(days)s days after a warning sign or fever, day %(day)s.",
        "days",
    ),
}

OTHER_OUTCOMES = {
    "sent_to_hospital": N_("Sent to hospital"),
    "visit_booked": N_("Visit booked"),
    "advice_given": N_("Advice given by phone"),
    "mistaken_answer": N_("Answered by mistake"),
    "other": N_("Something else (write it below)"),
}

# What the program itself writes down when another clinic follows the patient; nobody chooses it.
MOVED = {"moved": N_("Followed by another clinic")}
NEW_PROCEDURE = {"new_procedure": N_("A new procedure was done")}

OUTCOMES = {
    "warning_sign": {
        "nerve_problem": N_("Nerve or cord problem found"),
        "clot_or_cement": N_("Clot or cement in the lung found"),
        "wound_problem": N_("Wound problem found"),
        "harmless": N_("Looked at: harmless"),
        **OTHER_OUTCOMES,
    },
    "fever": {
        "confirmed_infection": N_("Infection confirmed"),
        "other_illness": N_("Other illness"),
        "false_reading": N_("False reading"),
        **OTHER_OUTCOMES,
    },
    "pain_worsening": {
        "new_fracture": N_("New fracture confirmed"),
        "confirmed_infection": N_("Infection confirmed"),
        "painkillers_changed": N_("Painkillers changed"),
        "expected_pain": N_("Expected pain"),
        **NEW_PROCEDURE,
        **OTHER_OUTCOMES,
    },
    "mobility_loss": {
        "new_fracture": N_("New fracture confirmed"),
        "other_illness": N_("Other illness"),
        "therapy_arranged": N_("Physiotherapy arranged"),
        **NEW_PROCEDURE,
        **OTHER_OUTCOMES,
    },
    "not_improving": {
        "painkillers_changed": N_("Painkillers changed"),
        "therapy_arranged": N_("Physiotherapy arranged"),
        "imaging_booked": N_("Imaging booked"),
        "expected_pain": N_("Expected pain"),
        **NEW_PROCEDURE,
        **OTHER_OUTCOMES,
    },
    "gone_quiet": {
        "answered": N_("Has answered again"),
        "well_and_tired_of_it": N_("Well, no longer wants to answer"),
        "phone_trouble": N_("Trouble with the phone"),
        "in_hospital": N_("Is in hospital"),
        **NEW_PROCEDURE,
        **OTHER_OUTCOMES,
    },
}


def sentence(finding: Finding, translate: Callable[[str], str] = N_) -> str:
    """The finding in one sentence with its numbers."""
    text = REASONS[finding.reason]
    said = text.in_english(finding.values) if isinstance(text, Counted) else text
    return translate(said) % finding.values
