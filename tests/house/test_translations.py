"""The catalogues: every marked text in every language, complete, with its values, and in words that a patient reads."""

from __future__ import annotations

import ast
import re

import pytest

from recovery.records import catalogues
from recovery.records.languages import LANGUAGES, locale_of
from recovery.web.wording import DAYS
from tests import reading_age
from tests.house.program import modules, syntax, text
from tests.web.test_words import PATIENTS
from tools import translations

# Languages whose translation is not finished. They are offered to nobody; take each out when it is complete.
NOT_YET: set[str] = set()

TRANSLATED = LANGUAGES[1:]
MOST_WORDS = 16
PLACE = re.compile(r"%\(\w+\)[a-z]|%%|\{\w+\}")
GLOSSARY = "docs/translations.md"

# What may read the same in another language as in English, beside texts without a word of their own.
SAME = {
    *("%(moment)s UTC", "iPhone", "iPad", "Chrome", "Safari"),
    *(
        "Patient",
        "Patients",
        "Note",
        "Notes",
        "Message",
        "Messages",
        "Code",
        "Source:",
        "Mobile",
        "Important",
        "E-mail",
    ),
    *("Cancer", "confusion", "Date", "Total", "No", "no", "Computer", "Name", "Routine"),
    *("Messages", "SMS", "Chat", "Installation"),
}

# What would break the tone: no alarm and no watching (design 1), and nobody is addressed as a child.
NEVER = {
    "fr": r"\b(alarmes?|surveill\w+|monitoring|tu|toi|tes)\b",
    "es": r"\b(alarmas?|vigil\w+|monitor\w+|tú|tu|tus|vosotros)\b",
    "de": r"\b(Alarm\w*|überwach\w*|Monitoring|du|dein\w*|dich|dir)\b",
}


@pytest.fixture(scope="module")
def marked():
    """Every marked text of the program as it stands."""
    return translations.extracted()


def translated(language):
    return [each for each in catalogues.texts(language) if all(catalogues.forms(each))]


def said(message):
    """The translation in all its forms, each beside the English forms."""
    return [(form, catalogues.forms(message.id)) for form in catalogues.forms(message)]


def test_no_french_line_can_begin_with_a_question_mark():
    broken = re.compile(r" [?!;:»]|« |[^\s\xa0\u202f][?!;](?![\w=])")
    told = [form for each in translated("fr") for form, _english in said(each)]
    assert [form for form in told if broken.search(form)] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_marked_text_stands_in_every_catalogue_and_none_is_unused(language, marked):
    wanted = {(each.id, each.context) for each in marked if each.id}
    held = {(each.id, each.context) for each in catalogues.texts(language)}
    assert held == wanted, "run `make translations`"


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_files_are_as_make_translations_writes_them(language, marked):
    kept = catalogues.path_of(language).read_bytes()
    anew = translations.written(language, translations.brought_up(language, marked))
    assert kept == anew, "run `make translations`"


def test_a_language_is_offered_when_it_lacks_nothing():
    assert catalogues.offered() == tuple(each for each in LANGUAGES if each not in NOT_YET)


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_missing(language):
    missing = [each.id for each in catalogues.untranslated(language)]
    assert missing == [] or language in NOT_YET


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_guessed(language):
    assert [each.id for each in catalogues.texts(language) if each.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_each_form_is_filled_with_the_same_values(language):
    wrong = [
        form
        for each in translated(language)
        for form, english in said(each)
        if sorted(PLACE.findall(form)) not in [sorted(PLACE.findall(one)) for one in english]
    ]
    assert wrong == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_counts_has_a_form_for_every_kind_of_number(language):
    kinds = catalogues.catalogue(language).num_plurals
    pairs = [each for each in translated(language) if isinstance(each.id, tuple)]
    assert {len(catalogues.forms(each)) for each in pairs} <= {kinds}
    # Only the form for one may leave its number out: the others are said of many numbers.
    silent = [each.id for each in pairs if len(PLACE.findall(said(each)[-1][0])) < counted(each)]
    assert silent == []


def counted(message):
    return len(PLACE.findall(message.id[-1]))


@pytest.mark.parametrize("language", TRANSLATED)
def test_plural_forms_are_those_of_the_language(language):
    forms = translations.Catalog(locale=language).plural_expr
    assert catalogues.catalogue(language).plural_expr == forms
    choose = catalogues.translations(language).plural
    assert [choose(number) for number in (1, 2, 5, 21)] == [0, 1, 1, 1]
    assert choose(0) == (0 if language == "fr" else 1)


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_left_in_english_by_accident(language):
    left = {
        form
        for each in translated(language)
        for form, english in said(each)
        if form in english and has_words(form)
    }
    assert left <= SAME


def has_words(form):
    return re.search(r"[^\W\d_]{2}", PLACE.sub("", form)) is not None


@pytest.mark.parametrize("language", TRANSLATED)
def test_patients_sentences_are_short_in_every_language(language):
    long = [
        sentence
        for each in catalogues.patients_texts(language)
        for form in catalogues.forms(each)
        for sentence in reading_age.sentences(reading_age.filled(form))
        if len(reading_age.words(sentence)) > MOST_WORDS
    ]
    assert long == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_nobody_is_alarmed_or_watched_and_everybody_is_addressed_politely(language):
    found = [
        form
        for each in catalogues.texts(language)
        for form in catalogues.forms(each)
        if re.search(NEVER[language], form, re.IGNORECASE)
    ]
    assert found == []


def test_what_patients_read_counts_as_theirs():
    """A module that is read for its reading age is among those that a clinic reads before it approves."""
    modules_ = [f"recovery/web/{name}.py" for name in PATIENTS]
    pages = ["templates/patient/today.html", "templates/base.html", "templates/error.html"]
    theirs = [*modules_, *pages, "recovery/clinical/patient_words.py"]
    assert [path for path in theirs if catalogues.CLINICIANS.match(path)] == []


def test_no_text_is_put_together_before_it_is_translated():
    glued = [
        f"{path}:{call.lineno}"
        for path in modules("recovery/")
        for call in ast.walk(syntax(path))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") in translations.KEYWORDS
        and any(isinstance(each, ast.JoinedStr | ast.BinOp) for each in call.args[:2])
    ]
    assert glued == [], "a translator never sees these: name the values, as in _('%(name)s ...')"


def test_the_glossary_holds_every_word_in_every_language():
    rows = [line.split("|")[1:-1] for line in text(GLOSSARY).splitlines() if line.startswith("| ")]
    assert len(rows) > 30
    assert [row for row in rows if len(row) != len(LANGUAGES) or not all(map(str.strip, row))] == []


def test_every_language_has_its_own_way_with_days():
    assert {locale_of(each).language for each in LANGUAGES} <= set(DAYS)
