"""Catalogues: each text of the program in each language, as translations/ holds it; read once, compiled in memory."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from . import languages

FOLDER = Path(__file__).resolve().parents[2] / "translations"

# Whatever is not known to be for clinicians alone counts as the patients', and is read before it is approved.
CLINICIANS = re.compile(
    r"templates/clinic/|recovery/rounds/(alerts|digest|mail|rehearsal)"
    r"|recovery/clinical/(clinician_words|sensitivity|limits)"
    r"|recovery/web/(asked_by_phone|clinic_|clinician|cohort|contact_log|course_|cover|enrolment|escalation|flag_moves"
    r"|lanes|languages|limit|message|move|my_alerts|pathway_|patient_(facts|l|page|story|view)|place|procedure"
    r"|rehearsal|sign_in|standing|story|summary|temperature_chart|timeline|transfer|worklist_)"
)


@cache
def catalogue(language: str) -> Catalog:
    """The texts of one language beside the English ones; empty for English, and for a language that has none."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def path_of(language: str) -> Path:
    """Where translators write."""
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


@cache
def translations(language: str) -> Translations:
    """The same as gettext wants it; what is not translated stays English."""
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return Translations(compiled)


def untranslated(language: str) -> list[Message]:
    """The texts that this language lacks, or has only as a guess."""
    return [each for each in texts(language) if each.fuzzy or not all(forms(each))]


@cache
def offered() -> tuple[str, ...]:
    """The languages that can be chosen: those that lack nothing."""
    return tuple(
        each
        for each in languages.LANGUAGES
        if each == languages.ENGLISH or (texts(each) and not untranslated(each))
    )


def texts(language: str) -> list[Message]:
    """Every text of a catalogue, in its order."""
    return [message for message in catalogue(language) if message.id]


def patients_texts(language: str) -> list[Message]:
    """The texts that patients may read."""
    return [each for each in texts(language) if is_for_patients(each)]


def is_for_patients(message: Message) -> bool:
    """Whether a text stands anywhere else than on clinicians' pages."""
    return any(not CLINICIANS.match(path) for path, _line in message.locations)


def forms(text: Message | str | Sequence[str]) -> tuple[str, ...]:
    """A text's translation, or English, in all its forms: one, or one for each number."""
    said = text.string or "" if isinstance(text, Message) else text
    return (said,) if isinstance(said, str) else tuple(said)


@cache
def wording(language: str) -> str:
    """What names the patients' texts of a language exactly as they read now; another word gives another name."""
    return _name(patients_texts(language))


def _name(messages: Iterable[Message]) -> str:
    rows = sorted([each.context or "", *forms(each.id), *forms(each)] for each in messages)
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()
