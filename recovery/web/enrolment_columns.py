"""What each column of a file of patients is for, in words, and the template to fill in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from babel.numbers import get_decimal_symbol
from flask_babel import gettext as _

from recovery.clinical.import_columns import COLUMNS, Column
from recovery.records import catalogues
from recovery.records.accounts import Clinic
from recovery.records.languages import own_name
from recovery.web import clinic_words as words
from recovery.web.speech import here

N_ = str
BOM = "\N{BYTE ORDER MARK}"  # by which spreadsheets know UTF-8

PURPOSES = {
    "record_number": N_(
        "The number by which your clinic knows the patient. Each stands there once."
    ),
    "name": N_("First name and last name, as on the card."),
    "date_of_birth": N_("Date of birth."),
    "phone": N_("With the area code. May be empty only with a reason in the next column."),
    "no_phone_reason": N_("Why there is no phone."),
    "contact_way": N_("How to reach the patient."),
    "contact_note": N_("Such as: deaf, language, interpreter needed."),
    "email": N_("Reminders go there when they do not reach the phone."),
    "second_name": N_(
        "Name of the second contact. Needed if that is the way to reach the patient."
    ),
    "second_phone": N_("Phone of the second contact."),
    "second_may_be_told": N_("Whether the patient allows us to speak to this person."),
    "zone": N_("Time zone where the patient lives. Empty: %(zone)s, as for your clinic."),
    "language": N_(
        "Language of the patient's pages and card. Empty: %(language)s, as for your clinic."
    ),
    "performed_on": N_("Date of the procedure."),
    "levels": N_("Levels treated, with a space between them."),
    "risks": N_("Risks, with a space between them. Empty if there is none."),
    "long_standing_signs": N_(
        "Signs that the patient had before the procedure, with a space between them."
    ),
    "baseline_pain": N_(
        "Average back pain in the last 24 hours before the procedure: 0 is none, 10 the worst."
    ),
    "baseline_on": N_("The day on which the pain number was given. Needed with it."),
    "baseline_by": N_("Who gave the pain number. Needed with it."),
    "baseline_mobility": N_("The most the patient moved about in a day before the procedure."),
    "answers_daily": N_("Who answers each day."),
    "consent_for_helper": N_(
        "Whether the patient agrees that a helper gets access. Needed if a helper answers."
    ),
    "consent_on": N_("Date of consent."),
    "consent_words": N_("Version of the consent words."),
    "consent_by": N_("Who gave consent."),
    "representative": N_("Name of the representative, if one gave consent."),
}

MEANINGS: Mapping[str, Mapping[str, str]] = {
    "contact_way": words.CONTACT_WAYS,
    "risks": words.RISKS,
    "long_standing_signs": words.LONG_STANDING,
    "baseline_by": words.BASELINE_BY,
    "baseline_mobility": {str(step): said for step, said in enumerate(words.MOBILITY)},
    "answers_daily": words.ANSWERS_DAILY,
    "consent_by": words.CONSENT_BY,
}


@dataclass(frozen=True)
class Explained:
    """One column in finished words; allowed: what may stand there, each with its meaning if it has one."""

    name: str
    purpose: str
    is_needed: bool
    allowed: tuple[tuple[str, str], ...]
    example: str


def explained(clinic: Clinic) -> Iterator[Explained]:
    """Every column, in the order of the template."""
    usual = {"zone": clinic.zone, "language": own_name(clinic.language)}
    for column in COLUMNS:
        purpose = (
            _(PURPOSES[column.name], **usual) if column.name in usual else _(PURPOSES[column.name])
        )
        yield Explained(column.name, purpose, column.is_needed, _allowed(column), column.example)


def _allowed(column: Column) -> tuple[tuple[str, str], ...]:
    if column.name == "language":
        return tuple((each, own_name(each)) for each in catalogues.offered())
    meanings = MEANINGS.get(column.name, {})
    said = tuple((each, str(_(text))) for each, text in meanings.items())
    return said or tuple((each, "") for each in column.allowed)


def template() -> str:
    """An empty file with its first line, with the separator that spreadsheets in this language expect."""
    text = io.StringIO(newline="")
    separator = ";" if get_decimal_symbol(here()) == "," else ","
    csv.writer(text, delimiter=separator).writerow(column.name for column in COLUMNS)
    return BOM + text.getvalue()
