"""The clinic's languages: what patients read in each, side by side with English, and who has approved it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from babel.messages.catalog import Message
from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from recovery.clinical.days import local_day
from recovery.records import accounts, catalogues, clock, translations
from recovery.records.accounts import Clinic
from recovery.records.languages import ENGLISH, LANGUAGES, own_name
from recovery.records.translations import OtherWording, TranslationApproval
from recovery.web import clinic_frame, guards
from recovery.web.wording import language_name, long_day

pages = Blueprint("languages", __name__, url_prefix="/clinic/languages")
PLACE = re.compile(r"%\((\w+)\)[sd]")


@dataclass(frozen=True)
class Language:
    """One language. state: how far it is, in words; can_be_read: there is a translation to read and to approve."""

    key: str
    name: str
    own_name: str
    state: str
    is_approved: bool
    can_be_read: bool
    earlier: tuple[str, ...]


@dataclass(frozen=True)
class Sentence:
    """What patients read, in English and translated, in each form that it has."""

    english: tuple[str, ...]
    translated: tuple[str, ...]


@pages.get("")
def languages() -> ResponseReturnValue:
    """Every language, and how far it is."""
    clinic = clinic_frame.own_clinic()
    listed = [_language(each, clinic) for each in LANGUAGES]
    return clinic_frame.page("clinic/languages.html", languages=listed)


@pages.get("/<language>")
def read(language: str) -> ResponseReturnValue:
    """All that patients read in one language."""
    return _show(language)


@pages.post("/<language>")
def approve(language: str) -> ResponseReturnValue:
    """Approve the wording that was read, in the name of whoever is signed in."""
    _refuse_others(language)
    try:
        read = request.form.get("wording", "")
        translations.approve(guards.clinician(), language, read, clock.now())
    except OtherWording:
        return _show(language, 409)
    return redirect(url_for("languages.languages"), 303)


def _show(language: str, status: int = 200) -> ResponseReturnValue:
    _refuse_others(language)
    shown = _language(language, clinic_frame.own_clinic())
    if not shown.can_be_read:
        abort(404)
    return clinic_frame.page(
        "clinic/language.html",
        status,
        language=shown,
        sentences=list(_sentences(language)),
        wording=catalogues.wording(language),
        has_changed=status != 200,
    )


def _refuse_others(language: str) -> None:
    if language not in LANGUAGES[1:]:
        abort(404)


def _language(key: str, clinic: Clinic) -> Language:
    names = accounts.clinician_names(clinic.id)
    approved = translations.approval(clinic.id, key)
    given = translations.approvals(clinic.id, key)
    said = {
        row.catalogue_hash: _approved(row, names[row.approved_by], clinic.zone) for row in given
    }
    return Language(
        key=key,
        name=language_name(key),
        own_name=own_name(key),
        state=_state(key, said[approved.catalogue_hash] if approved else ""),
        is_approved=translations.is_approved(clinic.id, key),
        can_be_read=key != ENGLISH and key in catalogues.offered(),
        earlier=tuple(said[row.catalogue_hash] for row in given if row is not approved),
    )


def _state(key: str, approved: str) -> str:
    if key == ENGLISH:
        return str(_("All pages are written in English. It is approved with the pathway."))
    missing = len(catalogues.untranslated(key))
    if missing:
        return ngettext(
            "%(num)s text is not translated yet. Nobody can choose this language.",
            "%(num)s texts are not translated yet. Nobody can choose this language.",
            missing,
        )
    return approved or str(_("Translated, not clinically reviewed."))


def _approved(row: TranslationApproval, name: str, zone: str) -> str:
    day = long_day(local_day(row.approved_at, zone))
    return str(_("Reviewed and approved by %(name)s on %(day)s.", name=name, day=day))


def _sentences(language: str) -> Iterator[Sentence]:
    for message in catalogues.patients_texts(language):
        yield Sentence(_readable(message.id), _readable(message))


def _readable(text: Message | str | Sequence[str]) -> tuple[str, ...]:
    """With the name of what is filled in, such as "Ring [clinic phone]."."""
    said = catalogues.forms(text)
    return tuple(PLACE.sub(_named, each).replace("%%", "%") for each in said)


def _named(place: re.Match[str]) -> str:
    return f"[{place[1].replace('_', ' ')}]"
