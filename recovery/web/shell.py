"""The shell: the page that /today opens as without asking the clinic, for everybody alike, and what its scripts say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import SimpleNamespace

from flask import render_template
from flask_babel import force_locale
from flask_babel import gettext as _

from recovery.clinical.counted import Counted
from recovery.clinical.patient_words import ADVICE, NOTICES, PROBLEMS, RING
from recovery.records import pathways
from recovery.web import forms, open_texts
from recovery.web.forms import Choice, Summary
from recovery.web.open_texts import marker
from recovery.web.patient_presenters import Action, Receipt

N_ = str

# What only the phone can say, beside the problems of a form.
SENTENCES = {
    "today": N_("Today, %(weekday)s"),
    "yesterday": N_("Yesterday, %(weekday)s"),
    "look_again": N_("Please look again"),
    "kept_partly": N_("This much is saved. Please mend the rest."),
    "only_here": N_("Saved on this phone."),
    "ring": RING,
    "wrote_for": N_("You wrote this for %(day)s."),
    "at_clinic": N_("At the clinic at %(time)s."),
    "saved_here": N_("Saved on this phone at %(time)s. The clinic has not been told yet."),
    "waits": N_("On this phone since %(time)s. The clinic has not been told yet."),
    "waits_for_day": N_(
        "Your answers for %(day)s wait on this phone. The clinic has not been told yet."
    ),
    "waits_of": N_("Answers of %(name)s wait on this phone."),
    "needs_card": N_("Connect this phone with your card. Then your answers go to the clinic."),
    "set_aside": N_("The clinic could not take your answers for %(day)s."),
    "kept_aside": N_(
        "The clinic has your answers for %(day)s. A part is missing or could not be read."
    ),
    "reference": N_("Ring %(phone)s and say: %(reference)s."),
    "not_kept": N_(
        "This phone cannot keep your answers. Leave this page open. Send again when you have a line."
    ),
    "no_advice": N_("Do you have a warning sign or a fever? Do not wait. Ring %(phone)s."),
}

# All that today.js imports, so that the browser asks for every file at once.
SCRIPTS = (
    *("today", "check_in", "form", "answer", "entries", "parts", "fill", "ring", "receipt"),
    *("reading", "advice", "days", "me", "store", "outbox", "sending", "leaving", "update"),
)


@dataclass(frozen=True)
class Word:
    """A sentence that scripts show. kind: for which numbers, such as "one", if it counts something."""

    key: str
    kind: str
    sentence: str


def page(language: str) -> str:
    """The shell in this language. Every value is given here, so that none comes from whoever asks."""
    with force_locale(language):
        return render_template("patient/shell.html", **_frame(), **_questions(), **for_scripts())


def for_scripts() -> dict[str, object]:
    """What patient/for_scripts.html needs: sentences by key, and the parts of pages with markers in them."""
    return {"scripts": SCRIPTS, "words": _words(), "blank": _blank()}


def _frame() -> dict[str, object]:
    clinic = {
        name: marker(f"clinic.{name}")
        for name in ("name", "phone", "out_of_hours_phone", "lost_card_phone")
    }
    return {
        "is_shell": True,
        "is_ended": False,
        "here": "patient.today",
        "text_size": "usual",
        "patient": {"name": marker("name"), "state": "active"},
        "first_name": marker("first_name"),
        "helper_name": marker("helper_name"),
        "access": marker("access"),
        "notices": [marker("notices")],
        "clinic": clinic,
        "numbers": _numbers(),
        "urgent": {"headline": marker("urgent_headline"), "phone": marker("urgent_phone")},
        "latest": "latest",
    }


def _numbers() -> dict[str, object]:
    emergency = marker("clinic.emergency")
    computer, nurse, _opening = ADVICE["how_read"]
    return {
        "emergency": emergency,
        "phone": marker("phone"),
        "help": _(NOTICES["help"], emergency=emergency),
        "is_behind": True,
        "behind": _(NOTICES["behind"], clinic_phone=marker("phone")),
        "looks": (_(computer), _(nurse, hours=marker("clinic.hours"))),
    }


def _questions() -> dict[str, object]:
    questions = pathways.packaged(pathways.VERTEBROPLASTY).questions
    form = forms.blank(questions.pain_max, marker("clinic.emergency"), marker("entry_id"))
    choices = {**form.choices, "answered_by": _answered_by()}
    return {"form": replace(form, choices=choices), "today": marker("today")}


def _answered_by() -> tuple[Choice, ...]:
    """Both wordings, of which the phone leaves out the one that is not for it."""
    own, helpers = (
        forms.answered_by({}, marker("first_name"), helper)
        for helper in ("", marker("helper_name"))
    )
    return tuple(
        replace(choice, on_helpers_phone=other.words)
        for choice, other in zip(own, helpers, strict=True)
    )


def _blank() -> SimpleNamespace:
    """Parts of pages as the server would make them, with markers in the places of their values."""
    headline, say, more, phone = map(marker, ("headline", "say", "more", "phone"))
    helper = _(
        "If %(name)s is confused, ring %(emergency)s.",
        name=marker("first_name"),
        emergency=marker("clinic.emergency"),
    )
    return SimpleNamespace(
        form={"summary": [Summary(f"field-{marker('field')}", marker("sentence"))]},
        actions={
            "emergency": Action("emergency", headline, say, more, phone),
            "today": Action("today", headline, say, more, phone),
            "still": Action("today", headline, say, more, phone, is_still=True),
            "calm": Action("none", headline, say, more, phone),
        },
        helper=helper,
        receipt=Receipt((marker("said"),)),
        numbers={"is_open": False, "closed": _(NOTICES["closed"], phone=phone)},
        entry={"id": marker("id"), "sentences": marker("sentences")},
    )


def _words() -> list[Word]:
    """All that scripts say, problems first."""
    named = {**PROBLEMS, **SENTENCES}
    return [word for key, text in named.items() for word in _forms_of(key, text)]


def _forms_of(key: str, text: str) -> Iterator[Word]:
    counts = open_texts.kinds_of_number() if isinstance(text, Counted) else {"": 0}
    yield from (
        Word(key, kind, open_texts.left_open(text, count)) for kind, count in counts.items()
    )
