"""Cards in sheets: choosing whose are printed, and the page that prints them, as many at once as can be looked at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_date
from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from recovery.records import card_sheets, clock, imports, worklist
from recovery.records.card_sheets import AT_ONCE, WHOSE
from recovery.records.imports import Import
from recovery.records.patients import Patient
from recovery.web import clinic_frame, enrolment_cards, guards
from recovery.web.patient_view import Again
from recovery.web.speech import here

pages = Blueprint("card_sheets", __name__, url_prefix="/clinic/cards")


@dataclass(frozen=True)
class Choice:
    """Of whom cards are printed: whose (card_sheets.WHOSE), of one file or of all, after the first so many."""

    whose: str
    file: Import | None
    skipped: int

    def address(self, whose: str, skipped: int = 0) -> str:
        """The page of this choice, or of another."""
        file = self.file.id if self.file else None
        return url_for("card_sheets.choose", whose=whose, file=file, skipped=skipped or None)

    @property
    def next_skipped(self) -> int:
        """How many stand before those who come next: who has got a card leaves its list, unless it is unused cards."""
        return self.skipped + AT_ONCE if self.whose == "unconnected" else 0


def _choice() -> Choice:
    """What the address, or the posted form, asks for."""
    asked, skipped = request.values, request.values.get("skipped", "")
    whose = asked.get("whose", "")
    file = asked.get("file", "")
    return Choice(
        whose if whose in WHOSE else WHOSE[0],
        imports.find(guards.clinician(), guards.path_id(file)) if file else None,
        int(skipped) if re.fullmatch(r"[0-9]{1,6}", skipped) else 0,
    )


@pages.get("")
def choose() -> ResponseReturnValue:
    """Whose cards can be printed; the next few are ticked."""
    worklist.note_listed(guards.clinician(), clock.now())
    return _choose(_choice(), Again())


def _choose(choice: Choice, again: Again) -> ResponseReturnValue:
    now, person = clock.now(), guards.clinician()
    wanting = {whose: card_sheets.wanting(person, whose, choice.file, now) for whose in WHOSE}
    counts = {whose: card_sheets.count(query) for whose, query in wanting.items()}
    people = card_sheets.some(wanting[choice.whose], choice.skipped)
    return clinic_frame.page(
        "clinic/card_choice.html",
        422 if again.problems else 200,
        again=again,
        choice=choice,
        counts=counts,
        people=[(each, _who(each)) for each in people],
        further=choice.address(choice.whose, choice.skipped + AT_ONCE)
        if choice.skipped + len(people) < counts[choice.whose]
        else "",
        now=now,
    )


def _who(patient: Patient) -> str:
    born = format_date(patient.date_of_birth, "long", locale=here())
    return str(_("%(number)s, born %(born)s", number=patient.record_number, born=born))


@pages.post("")
def make() -> ResponseReturnValue:
    """Issue the cards of those ticked and show them once, to be printed."""
    choice, ids = _choice(), [guards.path_id(each) for each in request.form.getlist("patient")]
    if not ids:
        return _choose(choice, Again("sheet", {}, (("patient", _("Tick at least one patient.")),)))
    person, clinic, now = guards.clinician(), clinic_frame.own_clinic(), clock.now()
    key = guards.settings().card_key
    issued = card_sheets.issue_all(person, ids[:AT_ONCE], key, _chosen_at(), now)
    drawn = [
        enrolment_cards.drawn(clinic, patient, code, patient.name, "patient")
        for patient, code in issued
    ]
    return clinic_frame.page(
        "clinic/card_sheet.html",
        choice=choice,
        cards=drawn,
        made=len(drawn),
        left_out=len(ids) - len(drawn),
        left=card_sheets.count(card_sheets.wanting(person, choice.whose, choice.file, now))
        - choice.next_skipped,
    )


def _chosen_at() -> datetime:
    """When the page was made on which they were ticked."""
    try:
        chosen = datetime.fromisoformat(request.form.get("chosen_at", ""))
    except ValueError:
        abort(400)
    return chosen if chosen.tzinfo else abort(400)
