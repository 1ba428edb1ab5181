"""A form that could not be taken: its problems in words, with everything that was typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from recovery.clinical.answers import Problem
from recovery.clinical.reading import Form
from recovery.web import clinic_forms, enrolment_words, limit_form
from recovery.web.patient_view import Again
from recovery.web.wording import say

OF_PATIENTS = enrolment_words.PROBLEMS | clinic_forms.PROBLEMS | limit_form.PROBLEMS


def asked_again(
    table: Mapping[str, str], form: str, typed: Form, problems: Iterable[Problem]
) -> Again:
    """The form as it was typed, with a sentence of the table for each problem."""
    said = [(each.field, say(table[each.key], **each.values)) for each in problems]
    return Again(form, typed, tuple(said))


def again(form: str, typed: Form, problems: Iterable[Problem]) -> Again:
    """The same for a form about a patient."""
    return asked_again(OF_PATIENTS, form, typed, problems)
