"""What is wrong with an enrolment, in sentences: at a box of the form, and at a line of a file."""

from __future__ import annotations

from recovery.clinical.counted import Counted

N_ = str
NN_ = Counted

PROBLEMS = {
    "known_record_number": N_(
        "Record number %(number)s belongs to %(name)s. Check the number, or open that patient."
    ),
    "enrolled_as": N_(
        "%(name)s, with the same date of birth, is enrolled already as %(number)s. "
        "Open that patient, or tick that this is another person."
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

NEEDED = N_("Fill this box. Allowed: %(allowed)s.")

# Where a line of a file has to be told otherwise than a box of the form.
LINE_PROBLEMS = {
    **dict.fromkeys(
        (
            "contact_way_missing",
            "language_missing",
            "baseline_by_missing",
            "answers_daily_missing",
            "consent_by_missing",
        ),
        NEEDED,
    ),
    "choice_unknown": N_("%(typed)s is not allowed here. Allowed: %(allowed)s."),
    "number_unknown": N_("%(typed)s is not allowed here. Write a whole number from 0 to %(most)s."),
    "date_unreadable": N_("%(typed)s is not a day. Write it as 1941-02-03."),
    "levels_missing": N_("Write each level that was treated, such as T12 L1."),
    "phone_missing": N_("Write a phone number, or in no_phone_reason why there is none."),
    "second_not_allowed": N_(
        "Write yes if the patient allows it, or choose another way in contact_way."
    ),
    "helper_not_allowed": N_("Write yes if the patient agrees, or somebody else in answers_daily."),
    "baseline_pain_missing": N_(
        "Write the number, or leave baseline_on and baseline_by empty too."
    ),
    "known_record_number": N_(
        "Record number %(number)s belongs to %(name)s, who was born on another day or has another name."
    ),
    "enrolled_as": N_(
        "%(name)s, with the same date of birth, is enrolled already as %(number)s. Correct the number, or "
        "take this line out; another person of this name and day is enrolled with the form."
    ),
    "known_otherwise": N_(
        "Record number %(number)s is enrolled already, with something else in: %(columns)s. "
        "Take this line out, and change the patient on the patient's page."
    ),
    "twice": N_("Record number %(number)s stands in line %(line)s already. Take one of them out."),
    "line_too_wide": N_(
        "This line has more boxes than the first line has columns. Put quotation marks around a box "
        "that holds the separator."
    ),
}

# Why a file cannot be taken at all.
FILE_PROBLEMS = {
    "no_file": N_("Choose a file."),
    "too_large": NN_(
        "The file is larger than %(most)s MB. Take out what is not needed, or make two files of it.",
        "The file is larger than %(most)s MB. Take out what is not needed, or make two files of it.",
        "most",
    ),
    "not_text": N_("This is no CSV file. In your spreadsheet choose Save as, then CSV UTF-8."),
    "no_header": N_(
        "The first line must hold the names of the columns, such as record_number. Take the template."
    ),
    "columns_missing": NN_(
        "This column is missing in the first line: %(names)s.",
        "These columns are missing in the first line: %(names)s.",
        "count",
    ),
    "columns_unknown": NN_(
        "This column is not known: %(names)s. Take it out, or name it as in the table below.",
        "These columns are not known: %(names)s. Take them out, or name them as in the table below.",
        "count",
    ),
    "columns_twice": NN_(
        "This column stands in the first line twice: %(names)s.",
        "These columns stand in the first line twice: %(names)s.",
        "count",
    ),
    "no_lines": N_("Nobody is in this file: below the first line it is empty."),
    "too_many_lines": NN_(
        "More than %(most)s patient is in this file. Make two files of it.",
        "More than %(most)s patients are in this file. Make two files of it.",
        "most",
    ),
    "line_unreadable": N_(
        "Line %(line)s cannot be read. Look for a quotation mark that is never closed, "
        "or for a box that is far too long."
    ),
}
