"""What is wrong with an enrolment, in sentences: at a box of the form, and at a line of a file."""

from __future__ import annotations

from recovery.clinical.counted import Counted

N_ = str
NN_ = Counted

PROBLEMS = {
    "known_record_number": N_(
        "Record number %(number)s belongs to %(name)s. Check the number, or open that patient."
    ),
    "record_number_missing": N_("Type the record number."),
    "name_missing": N_("Type the patient's name."),
    "date_of_birth_missing": N_("Give the date of birth."),
    "age": NN_(
        "Check the date of birth: it makes the patient %(age)s year old.",
        "Check the date of birth: it makes the patient %(age)s years old.",
        "age",
    ),
    "phone_missing": N_("Type a phone number, or say why there is none."),
    "phone_unreadable": N_("Type the phone number in digits, such as 020 7946 0018."),
    "email_unreadable": N_("Type the e-mail address, such as ana@example.org."),
    "contact_way_missing": N_("Choose how to reach the patient."),
    "second_needed": N_("Give the name and phone of the second contact."),
    "second_name_missing": N_("Type the name of the second contact."),
    "second_phone_missing": N_("Type the phone of the second contact."),
    "second_not_allowed": N_("Tick the permission, or choose another way to reach the patient."),
    "zone_missing": N_("Type the time zone, such as Europe/London."),
    "zone_unknown": N_("%(typed)s is not a time zone. Type one such as Europe/London."),
    "language_missing": N_("Choose the language."),
    "performed_on_missing": N_("Give the date of the procedure."),
    "too_long_ago": NN_(
        "That is more than %(days)s day ago: nobody would be followed.",
        "That is more than %(days)s days ago: nobody would be followed.",
        "days",
    ),
    "levels_missing": N_("Tick each level that was treated."),
    "number_unknown": N_("Choose one of the numbers."),
    "baseline_pain_missing": N_("Choose the number, or leave its date and source empty."),
    "baseline_on_missing": N_("Give the date on which the pain number was given."),
    "baseline_by_missing": N_("Choose who gave the pain number."),
    "after_procedure": N_("Give a date on or before the day of the procedure."),
    "answers_daily_missing": N_("Choose who answers each day."),
    "helper_not_allowed": N_("Tick this consent, or choose somebody else to answer."),
    "consent_on_missing": N_("Give the date of consent."),
    "consent_words_missing": N_("Type the version of the consent words."),
    "consent_by_missing": N_("Choose who gave consent."),
    "representative_missing": N_("Type the representative's name."),
    "choice_unknown": N_("Choose one of the answers shown."),
    "date_unreadable": N_("Type the date as day, month and year."),
    "in_future": N_("Give a date that is not in the future."),
    "too_long": NN_(
        "Shorten this to %(most)s letter.", "Shorten this to %(most)s letters.", "most"
    ),
}
