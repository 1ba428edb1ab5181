"""Every sentence that the clinical storey says to patients, by key, marked for translation."""

from __future__ import annotations

from .counted import Counted

# They mark a text, or a pair that counts, for extraction; whoever shows it translates it with its values.
# No text may be empty: gettext answers "" with the catalogue's header.
N_ = str
NN_ = Counted

QUESTIONS = {
    "pain": N_("On average, how bad was your back pain in the last 24 hours?"),
    "mobility": N_("What is the most you moved about today?"),
    "temperature": N_("What is your temperature?"),
    "temperature_instead": N_("Did you not measure it?"),
    "temperature_confirmed": N_("Yes, this number is right."),
    "paracetamol": N_("Did you take paracetamol in the last 6 hours?"),
    "warning_signs": N_("Is any of this new since your procedure?"),
    "leg_weakness": N_("Which leg is weak or numb?"),
    "wound_unseen": N_("I cannot see my wound."),
    "pain_place": N_("Where is the pain?"),
    "pain_onset": N_("How did it start?"),
    "fall": N_("Did you fall?"),
    "answered_by": N_("Who is answering?"),
    "note": N_("Is there more to tell?"),
}

SIGN_WORDS = {
    "chest_pain_or_breathless": N_("New chest pain, or sudden trouble breathing"),
    "bladder_or_bowel": N_(
        "New: you cannot pass or hold water or stools. Or numb between your legs"
    ),
    "leg_weakness": N_("A leg that is newly weak or numb"),
    "wound": N_("A wound that is newly red, hot or leaking"),
    "chills": N_("New shivering you cannot stop"),
    "confusion": N_("New confusion"),
    "limb_pain": N_("New bad pain or tingling in an arm or leg"),
    "headache_upright": N_("A new headache that is worse when you sit up"),
    "none": N_("None of these"),
}

LEG_WORDS = {
    "one": N_("One leg"),
    "both": N_("Both legs"),
    "worse": N_("It is getting worse"),
}

MOBILITY_WORDS = (
    N_("I stayed in bed or in a chair"),
    N_("I moved about in one room"),
    N_("I moved about at home"),
    N_("I went just outside"),
    N_("I went to the street or the shops"),
    N_("I did all I usually do"),
)

TEMPERATURE_INSTEAD_WORDS = {
    "no_thermometer": N_("I have no thermometer"),
    "felt_hot": N_("I felt hot or shivery"),
}

ANSWERED_BY_WORDS = {
    "patient": N_("Me"),
    "with_help": N_("Me, with someone's help"),
    "for_patient": N_("Someone for me"),
}

# On a helper's phone "me" might be either of two people.
ANSWERED_BY_NAMES = {
    "patient": N_("%(name)s, without help"),
    "with_help": N_("%(name)s, with help from %(helper)s"),
    "for_patient": N_("%(helper)s, for %(name)s"),
}

YES_NO_WORDS = {"yes": N_("Yes"), "no": N_("No")}

PAIN_PLACE_WORDS = {"same": N_("In the same place"), "new": N_("In a new place")}

PAIN_ONSET_WORDS = {"sudden": N_("All at once"), "gradual": N_("Bit by bit")}

PROBLEMS = {
    "pain_missing": N_("Choose a number from 0 to %(high)s for your pain."),
    "pain_range": N_("Choose a whole number from 0 to %(high)s for your pain."),
    "mobility_range": N_("Choose the line that says how much you moved."),
    "choice_unknown": N_("Choose one of the answers shown."),
    "temperature_unreadable": N_("Type your temperature as a number, such as 36.8."),
    "temperature_likely": N_("You typed %(typed)s. Type %(likely)s if you meant that."),
    "temperature_is_fahrenheit": N_(
        "%(typed)s is too high for °C. Choose °F if your thermometer shows °F."
    ),
    "temperature_is_celsius": N_(
        "%(typed)s is too low for °F. Choose °C if your thermometer shows °C."
    ),
    "temperature_impossible": N_(
        "%(typed)s °%(unit)s cannot be right. Measure again and type the new number."
    ),
    "temperature_confirm": N_(
        "Check the number: %(typed)s °%(unit)s. Tick the box if it is right."
    ),
    "temperature_measure_again": N_(
        "%(typed)s °%(unit)s is rare. Measure again. Tick the box if it is right."
    ),
    "note_too_long": NN_(
        "Your note has %(length)s letter. Shorten it to %(most)s.",
        "Your note has %(length)s letters. Shorten it to %(most)s.",
        "length",
    ),
    "date_unreadable": N_("Choose a day from the list."),
    "future_date": N_("Choose today or an earlier day."),
    "too_long_ago": NN_(
        "Choose today or the day before.",
        "Choose today or one of the %(days)s days before.",
        "days",
    ),
    "before_procedure": N_("Choose the day of your procedure or a later day."),
}

WEEKLY_PROBLEMS = {
    "lines_missing": N_("Tick each line that is true, or “None of these today”."),
    "lines_and_none": N_("You ticked lines and “None of these today”. Take one of them away."),
    "list_changed": N_("The list has changed. Please tick it once more."),
    "choice_unknown": N_("Choose one of the answers shown."),
}

ANSWERED_FOR_WORDS = {
    "yes": N_("Yes"),
    "no": N_("No"),
    "unsaid": N_("I prefer not to say"),
}

RING_EMERGENCY = N_("Ring %(emergency)s now.")
THEN_TELL = N_("After that, tell us: %(phone)s.")
RING = N_("Ring %(phone)s now.")
GET_WORSE = N_(
    "Ring %(emergency)s for chest pain or confusion. Also if both legs get weak, or one gets worse. "
    "Also for bladder or bowel trouble."
)
DO_NOT_WAIT = N_("If you feel worse, do not wait. Ring %(phone)s.")
TAKE_PAINKILLERS = N_("Take the painkillers you were given.")
MEASURE_AGAIN = NN_(
    "Measure again in %(measure_again_hours)s hour.",
    "Measure again in %(measure_again_hours)s hours.",
    "measure_again_hours",
)

# key: (headline, what to do now, more). An emergency's headline is its one action.
ADVICE = {
    "chest": (
        RING_EMERGENCY,
        N_("Say: chest pain or trouble breathing, after a spine procedure."),
        THEN_TELL,
    ),
    "bladder": (
        RING_EMERGENCY,
        N_("Say: bladder, bowel or numbness trouble, after a spine procedure."),
        THEN_TELL,
    ),
    "legs": (RING_EMERGENCY, N_("Say: weak or numb legs, after a spine procedure."), THEN_TELL),
    "fever_and_leg": (
        RING_EMERGENCY,
        N_("Say: fever and a weak leg, after a spine procedure."),
        THEN_TELL,
    ),
    "confused": (RING_EMERGENCY, N_("Say: new confusion, after a spine procedure."), THEN_TELL),
    "limb": (
        RING_EMERGENCY,
        N_("Say: new bad pain or tingling, after a spine procedure."),
        THEN_TELL,
    ),
    "fever": (RING, N_("Say: a fever, after a spine procedure."), GET_WORSE),
    "chills": (RING, N_("Say: shivering that does not stop."), GET_WORSE),
    "wound": (RING, N_("Say: a red, hot or leaking wound."), GET_WORSE),
    "one_leg": (RING, N_("Say: one weak or numb leg."), GET_WORSE),
    "headache": (RING, N_("Say: a headache that is worse sitting up."), GET_WORSE),
    "felt_hot": (RING, N_("Say: hot or shivery, and no reading."), GET_WORSE),
    "warm_and_sore": (RING, N_("Say: bad pain and a raised temperature."), GET_WORSE),
    "cold": (RING, N_("Say: a very low temperature."), GET_WORSE),
    "new_place": (RING, N_("Say: pain in a new place."), GET_WORSE),
    "sudden": (RING, N_("Say: pain that came all at once."), GET_WORSE),
    "fall": (RING, N_("Say: a fall, after a spine procedure."), GET_WORSE),
    "very_sore": (
        TAKE_PAINKILLERS,
        N_("Ring the clinic on its next open day: %(clinic_phone)s."),
        N_("If you cannot bear the pain, do not wait. Ring %(phone)s."),
    ),
    "first_days": (
        TAKE_PAINKILLERS,
        N_("More pain is common in the first two days. Ring %(phone)s if you cannot bear it."),
        N_("Ring %(phone)s if your legs feel weak or numb."),
    ),
    "warm_with_paracetamol": (
        MEASURE_AGAIN,
        N_("Paracetamol can hide a fever. Measure before you take more. Send us the number."),
        DO_NOT_WAIT,
    ),
    "warm": (
        MEASURE_AGAIN,
        N_("Your temperature is a little high. Send us the new number."),
        DO_NOT_WAIT,
    ),
    "saved": (
        N_("Thank you. Your answers are saved."),
        N_("Read by the computer at %(time)s. This does not mean that all is well."),
        DO_NOT_WAIT,
    ),
    "on_the_list": (
        N_("Your answers are on the nurse's list."),
        N_("If nobody has rung by %(by)s, ring us."),
        DO_NOT_WAIT,
    ),
    "how_read": (
        N_("A computer checks your answers."),
        N_("A nurse looks only at those it picks out. Hours: %(hours)s."),
        N_("It opens again at %(next_opening)s."),
    ),
}

NOTICES = {
    "help": N_("Need help now? Ring %(emergency)s."),
    "closed": N_("The clinic is closed. Ring %(phone)s."),
    "note": N_("Not for emergencies. Ring %(emergency)s."),
    "still": N_("Do you still have this now? If so, do not wait. Ring %(phone)s."),
    "opened": N_("A nurse opened your answers. If you feel worse, do not wait. Ring %(phone)s."),
    "behind": N_("Our computer is behind. Ring us: %(clinic_phone)s."),
    "peak": NN_(
        "Most change comes early. It usually levels off around %(weeks)s week. "
        "Is your pain not better, or worse? Do not wait. Ring %(clinic_phone)s.",
        "Most change comes early. It usually levels off around %(weeks)s weeks. "
        "Is your pain not better, or worse? Do not wait. Ring %(clinic_phone)s.",
        "weeks",
    ),
    "moving": N_("Move gently every day unless your clinic said otherwise."),
    "lifting": N_("Ask your clinic before lifting."),
    "ended": N_("Nobody looks here any more. Ring %(clinic_phone)s."),
}
