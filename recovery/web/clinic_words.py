"""What clinicians choose and read about a patient, beside the answers: words marked for translation."""

from __future__ import annotations

# Marks a text for extraction; whoever shows it calls gettext.
N_ = str

CONTACT_WAYS = {
    "call": N_("Call the patient"),
    "text": N_("Text only, do not call"),
    "second_person": N_("Call the second contact"),
}

RISKS = {
    "cancer": N_("Cancer"),
    "steroids": N_("Steroids"),
    "low_immunity": N_("Low immunity"),
    "blood_thinners": N_("Blood thinners"),
}

ANSWERS_DAILY = {
    "patient": N_("The patient"),
    "with_help": N_("The patient, with somebody's help"),
    "for_patient": N_("A helper, for the patient"),
    "by_phone": N_("Nobody online: follow by phone"),
}

BASELINE_BY = {
    "patient": N_("the patient"),
    "helper": N_("a helper"),
    "notes": N_("the clinic's notes"),
}

MOBILITY = (
    N_("bed or chair"),
    N_("one room"),
    N_("around the home"),
    N_("just outside"),
    N_("street or shops"),
    N_("all as usual"),
)

STATES = {
    "active": N_("Active"),
    "paused": N_("Paused"),
    "in_hospital": N_("In hospital"),
    "withdrawn": N_("Withdrawn"),
    "deceased": N_("Deceased"),
    "completed": N_("Completed"),
}

WHOM = {
    "nobody": N_("Nobody, no answer"),
    "message": N_("Nobody, left a message"),
    "patient": N_("The patient"),
    "helper": N_("The helper or second contact"),
    "hospital": N_("The hospital or ambulance"),
}

USEFUL = {"yes": N_("Useful"), "no": N_("Not useful")}

ANSWERED_BY = {
    "patient": N_("by the patient"),
    "with_help": N_("by the patient with help"),
    "for_patient": N_("by somebody for the patient"),
}

# Who answers while a clinician asks on the telephone.
ANSWERS_ON_THE_PHONE = {
    "patient": N_("The patient, on the phone"),
    "with_help": N_("The patient, with somebody's help"),
    "for_patient": N_("Somebody for the patient"),
}

LONG_STANDING = {
    "chest_pain_or_breathless": N_("chest pain or breathlessness"),
    "bladder_or_bowel": N_("poor bladder or bowel control, or numb saddle"),
    "leg_weakness": N_("weakness or numbness in a leg"),
    "wound": N_("a wound that does not heal"),
    "chills": N_("chills"),
    "confusion": N_("confusion"),
    "limb_pain": N_("limb pain or tingling"),
    "headache_upright": N_("headache worse when upright"),
}

HOLDERS = {"patient": N_("The patient"), "helper": N_("A helper")}

LEGS = {"one": N_("one leg"), "both": N_("both legs"), "worse": N_("getting worse")}

CONSENT_BY = {"patient": N_("The patient"), "representative": N_("A representative, by name")}

BESIDE_OWN = {
    "above": N_("above own forecast (%(span)s)"),
    "within": N_("within own forecast (%(span)s)"),
    "below": N_("below own forecast (%(span)s)"),
}
BESIDE_FORMER = {
    "above": N_("above the forecast of before (%(span)s)"),
    "within": N_("within the forecast of before (%(span)s)"),
    "below": N_("below the forecast of before (%(span)s)"),
}
BESIDE_PUBLISHED = {
    "above": N_("above the published range"),
    "within": N_("within the published range"),
    "below": N_("below the published range"),
}
