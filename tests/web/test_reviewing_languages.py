"""The clinic's languages page: what patients read beside English, approved by name, and said wherever it is not."""

from __future__ import annotations

import pytest

from recovery.records import accounts, cards, catalogues, devices, patients
from recovery.records.database import db, writing
from tests.people import CARD_KEY, MONDAY, a_lead
from tests.web.desk import desk_of, see, send

UNREVIEWED = "Wording not clinically reviewed: French"


@pytest.fixture(autouse=True)
def all_complete(monkeypatch):
    monkeypatch.setattr(catalogues, "untranslated", lambda _language: [])


def reads(app, stage, language):
    with app.app_context(), writing():
        key = (stage.clinic.id, stage.ana.id)
        db.session.get_one(patients.Patient, key).language = language


def test_each_language_says_how_far_it_is(desk, monkeypatch):
    monkeypatch.setattr(catalogues, "offered", lambda: ("en",))
    monkeypatch.setattr(catalogues, "untranslated", lambda language: [None] * (language == "de"))
    page = see(desk, "/clinic/languages")
    assert "It is approved with the pathway." in page
    assert "1 text is not translated yet. Nobody can choose this language." in page
    assert "Translated, not clinically reviewed." in page
    assert "Read what patients read" not in page


def test_the_pathway_page_leads_there(desk):
    assert 'href="/clinic/languages"' in see(desk, "/clinic/pathway")


def test_patients_sentences_stand_beside_english_with_the_names_of_what_is_filled_in(desk):
    page = see(desk, "/clinic/languages/fr")
    assert "<p>Ring [phone] now.</p>" in page
    assert '<td lang="fr" dir="auto"> <p>Appelez le [phone] maintenant.</p>' in page
    assert "Waiting since" not in page


def wording_on(page):
    return page.partition('name="wording" value="')[2].partition('"')[0]


def test_a_lead_approves_what_was_read_in_their_own_name(lias):
    page = see(lias, "/clinic/languages/fr")
    assert "Approve as Lia Lead" in page
    send(lias, "/clinic/languages/fr", wording=wording_on(page))
    said = "Reviewed and approved by Lia Lead on Monday 2 March 2026."
    assert said in see(lias, "/clinic/languages")
    page = see(lias, "/clinic/languages/fr")
    assert said in page
    assert "Approve as" not in page


def test_an_approval_ends_when_a_word_changes_and_stays_on_record(lias, monkeypatch):
    send(lias, "/clinic/languages/fr", wording=wording_on(see(lias, "/clinic/languages/fr")))
    monkeypatch.setattr(catalogues, "wording", lambda _language: "1" * 64)
    page = see(lias, "/clinic/languages")
    assert "Approvals of earlier wordings" in page
    assert "Approve as Lia Lead" in see(lias, "/clinic/languages/fr")


def test_a_wording_that_changed_while_it_was_read_is_not_approved(lias):
    page = send(lias, "/clinic/languages/fr", 409, wording="0" * 64)
    assert "Nothing was approved" in page
    assert "Translated, not clinically reviewed." in page


@pytest.mark.parametrize("language", ["en", "it", "xx"])
def test_only_translations_can_be_read_and_approved(lias, language):
    see(lias, f"/clinic/languages/{language}", 404)
    send(lias, f"/clinic/languages/{language}", 404, wording="")


def test_an_unfinished_translation_cannot_be_read_or_approved(lias, monkeypatch):
    monkeypatch.setattr(catalogues, "offered", lambda: ("en",))
    see(lias, "/clinic/languages/fr", 404)
    send(lias, "/clinic/languages/fr", 404, wording=catalogues.wording("fr"))


def test_the_clinic_sees_that_a_patient_reads_what_nobody_has_reviewed(sqlite_app, stage, lias):
    assert UNREVIEWED not in see(lias)
    reads(sqlite_app, stage, "fr")
    assert UNREVIEWED in see(lias)
    page = see(lias, f"/clinic/patients/{stage.ana.id}")
    assert "Reads French: wording not clinically reviewed" in page
    send(lias, "/clinic/languages/fr", wording=wording_on(see(lias, "/clinic/languages/fr")))
    assert UNREVIEWED not in see(lias)
    assert "Reads French" not in see(lias, f"/clinic/patients/{stage.ana.id}")


def test_a_phone_that_was_set_to_another_language_counts(sqlite_app, stage, desk):
    with sqlite_app.app_context():
        device = db.session.get_one(devices.Device, (stage.clinic.id, stage.device.id))
        with writing():
            device.language = "fr"
    assert UNREVIEWED in see(desk)


def test_the_language_of_a_helpers_phone_is_not_taken_for_the_patients(sqlite_app, stage, desk):
    with sqlite_app.app_context():
        code = cards.issue(stage.dee, stage.ana, "Eva Ruiz", CARD_KEY, MONDAY, "helper")
        eva, _token = cards.connect(code, CARD_KEY, "Android", MONDAY)
        with writing():
            eva.language = "de"
    page = see(desk, f"/clinic/patients/{stage.ana.id}")
    assert "Eva Ruiz, who helps, reads German: wording not clinically reviewed" in page
    assert ">Reads" not in page
    assert page.count("Its pages are in German.") == 1
    _before, evas = page.split("<b>Eva Ruiz</b>")
    assert "Its pages are in German." in evas.partition("</li>")[0]
    reads(sqlite_app, stage, "de")
    page = see(desk, f"/clinic/patients/{stage.ana.id}")
    assert "Reads German: wording not clinically reviewed" in page
    assert "Eva Ruiz, who helps" not in page
    assert "Its pages are in" not in page


def test_another_clinics_approval_says_nothing_here(sqlite_app, stage, lias):
    with sqlite_app.app_context():
        gus = a_lead(accounts.clinic_of(stage.eli.clinic_id), "Gus Gale")
    guss = desk_of(sqlite_app, gus)
    send(guss, "/clinic/languages/fr", wording=wording_on(see(guss, "/clinic/languages/fr")))
    assert "Approve as Lia Lead" in see(lias, "/clinic/languages/fr")


def test_who_is_no_lead_reads_it_and_is_told_who_approves(desk):
    page = see(desk, "/clinic/languages/fr")
    assert "Appelez le [phone] maintenant." in page
    assert "A lead of this clinic changes this: Lia Lead." in page
    assert "Approve as" not in page
    send(desk, "/clinic/languages/fr", 404, wording=catalogues.wording("fr"))


def test_nobody_but_a_clinician_sees_it(sqlite_app):
    answer = sqlite_app.test_client().get("/clinic/languages")
    assert answer.status_code == 302
