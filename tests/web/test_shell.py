"""The shell: the page of today that knows nobody, and the sentences and marks that the phone's scripts fill in."""

from __future__ import annotations

import re
from html import unescape

import pytest

from recovery.clinical.patient_words import PROBLEMS
from recovery.records import devices
from recovery.records.languages import LANGUAGES
from recovery.web import shell
from tests import reading_age
from tests.house.program import ROOT, text
from tests.people import MONDAY, a_device, a_patient

MARK = re.compile(r"\{\{([\w.]+)\}\}")
SENTENCE = re.compile(r'<p data-key="(\w+)"[^>]*>(.*?)</p>', re.DOTALL)
IMPORTED = re.compile(r'from "\./(\w+)\.js"')


@pytest.fixture
def phone(sqlite_app, stage):
    phone = sqlite_app.test_client()
    phone.set_cookie("device", stage.token)
    return phone


def the_shell(phone, language="en"):
    return unescape(phone.get(f"/shell/{language}").text)


def script(name):
    return text(f"static/js/{name}.js")


def scripts():
    return "\n".join(script(name) for name in shell.SCRIPTS)


def imported_by(name):
    """This script and all that it imports, and that they import."""
    found, ahead = set(), {name}
    while ahead:
        found |= ahead
        ahead = {each for known in ahead for each in IMPORTED.findall(script(known))} - found
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shell_is_the_same_for_everybody(sqlite_app, stage, phone, language):
    with sqlite_app.app_context():
        devices.choose_text_size(stage.device, "largest", MONDAY)
        _device, token, _code = a_device(stage.dee, a_patient(stage.dee, "Bo Lind"))
    anas, nobodys = the_shell(phone, language), the_shell(sqlite_app.test_client(), language)
    phone.set_cookie("device", token)
    assert anas == nobodys == the_shell(phone, language)
    assert "Ana" not in anas
    assert "Ruiz" not in anas
    assert "+49" not in anas
    assert "112" not in anas


def test_the_shell_holds_the_same_form_as_the_clinics_own_page(phone):
    own, shells = (
        set(re.findall(r'name="(\w+)"', page.partition("<form")[2].partition("</form>")[0]))
        for page in (unescape(phone.get("/today").text), the_shell(phone))
    )
    assert own == shells
    assert " checked" not in the_shell(phone)
    assert re.search(r'name="entry_id"\s+value="\{\{entry_id\}\}"', the_shell(phone))


def test_every_mark_is_one_that_the_phone_knows(phone):
    me, source = phone.get("/me.json").json, scripts()
    known = {*me, *(f"clinic.{name}" for name in me["clinic"])}
    unknown = {mark for mark in MARK.findall(the_shell(phone)) if mark not in known}
    assert len(unknown) > 5
    assert not {mark for mark in unknown if not re.search(rf"\b{mark}\b", source)}


def test_every_condition_of_the_shell_is_one_that_the_phone_decides(phone):
    source, page = scripts(), the_shell(phone)
    named = set(re.findall(r'data-(?:if|each)="(\w+)"', page))
    assert {"is_ended", "notices", "helper_name", "is_own_phone", "urgent_phone"} <= named
    known = phone.get("/me.json").json
    assert not {
        name for name in named if name not in known and not re.search(rf"\b{name}\b", source)
    }


def test_every_sentence_that_scripts_ask_for_is_there_and_none_is_unused(phone):
    page = the_shell(phone)
    kept = {key for key, _said in SENTENCE.findall(page)}
    asked = re.findall(r'\bsay\(\s*(?:[^"()]*\? )?"(\w+)"(?: : "(\w+)")?', scripts())
    assert kept == set(PROBLEMS) | {key for pair in asked for key in pair if key}


def test_a_sentence_that_counts_has_a_form_for_each_kind_of_number(phone):
    forms = re.findall(r'data-key="note_too_long" data-kind=(\w+)', the_shell(phone))
    assert sorted(forms) == ["one", "other"]


def test_what_scripts_say_is_short_and_plain(phone):
    said = [unescape(sentence) for _key, sentence in SENTENCE.findall(the_shell(phone))]
    assert len(said) > 30
    assert not reading_age.complaints(said)


def test_the_browser_is_told_of_every_script_that_the_page_imports():
    assert imported_by("today") == set(shell.SCRIPTS)
    assert all((ROOT / f"static/js/{name}.js").is_file() for name in shell.SCRIPTS)


def test_the_advice_sheet_is_the_clinics_table_with_its_texts(phone):
    answer = phone.get("/advice.json")
    sheet = answer.json
    assert sheet["table"][0] == {
        "key": "chest",
        "level": "emergency",
        "whom": "emergency_number",
        "any_sign": ["chest_pain_or_breathless"],
    }
    assert {row["key"] for row in sheet["table"]} <= set(sheet["texts"])
    assert sheet["texts"]["chest"][0] == "Ring %(emergency)s now."
    assert sheet["texts"]["warm"][0] == "Measure again in %(measure_again_hours)s hours."
    assert sheet["notices"]["closed"] == "The clinic is closed. Ring %(phone)s."
    again = phone.get("/advice.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_the_advice_sheet_is_for_connected_phones_alone(sqlite_app, stage):
    assert sqlite_app.test_client().get("/advice.json").status_code == 401
