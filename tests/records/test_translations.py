"""Approving translations: a clinic reviews a wording exactly as it reads, and another wording is unread again."""

from __future__ import annotations

import pytest

from recovery.records import cards, catalogues, devices, translations
from recovery.records.audit import AuditLine
from recovery.records.database import db, writing
from recovery.records.translations import OtherWording, TranslationApproval
from tests.people import CARD_KEY, MONDAY, a_patient, set_stage


@pytest.fixture
def stage(app, monkeypatch):
    monkeypatch.setattr(catalogues, "offered", lambda: ("en", "fr", "de"))
    with app.app_context():
        yield set_stage()


def read(language="fr"):
    return catalogues.wording(language)


def audited():
    query = db.select(AuditLine).filter_by(action="translation approved")
    return list(db.session.scalars(query))


def test_an_approval_names_who_when_and_exactly_what_and_is_audited(stage):
    translations.approve(stage.dee, "fr", read(), MONDAY)
    kept = translations.approval(stage.clinic.id, "fr")
    assert (kept.approved_by, kept.approved_at) == (stage.dee.id, MONDAY)
    assert kept.catalogue_hash == read()
    (line,) = audited()
    assert line.details == {"language": "fr", "wording": read()}


def test_approving_twice_is_approving_once(stage):
    translations.approve(stage.dee, "fr", read(), MONDAY)
    translations.approve(stage.dee, "fr", read(), MONDAY)
    assert len(audited()) == 1


def test_another_wording_than_the_one_that_was_read_is_not_approved(stage):
    with pytest.raises(OtherWording):
        translations.approve(stage.dee, "fr", "0" * 64, MONDAY)
    assert audited() == []


def test_a_language_that_is_not_complete_is_not_approved(stage):
    with pytest.raises(OtherWording):
        translations.approve(stage.dee, "es", read("es"), MONDAY)


def test_an_approval_ends_by_itself_when_the_wording_changes(stage, monkeypatch):
    translations.approve(stage.dee, "fr", read(), MONDAY)
    assert translations.is_approved(stage.clinic.id, "fr")
    monkeypatch.setattr(catalogues, "wording", lambda _language: "1" * 64)
    assert not translations.is_approved(stage.clinic.id, "fr")
    translations.approve(stage.dee, "fr", "1" * 64, MONDAY)
    assert len(translations.approvals(stage.clinic.id, "fr")) == 2


def test_an_approval_is_the_clinics_own(stage):
    translations.approve(stage.dee, "fr", read(), MONDAY)
    assert not translations.is_approved(stage.eli.clinic_id, "fr")


def test_english_is_approved_with_the_pathway(stage):
    assert translations.is_approved(stage.clinic.id, "en")


def test_what_somebody_reads_without_a_review_is_known_from_patients_and_their_phones(stage):
    assert translations.read_unapproved(stage.clinic.id) == []
    bo = a_patient(stage.dee, "Bo Lind", language="de")
    with writing():
        stage.device.language = "fr"
    assert translations.read_unapproved(stage.clinic.id) == ["fr", "de"]
    assert translations.read_by(stage.ana) == {"": ["en", "fr"]}
    translations.approve(stage.dee, "fr", read(), MONDAY)
    assert translations.read_unapproved(stage.clinic.id) == ["de"]
    with writing():
        bo.state = "withdrawn"
    assert translations.read_unapproved(stage.clinic.id) == []
    assert translations.read_unapproved(stage.eli.clinic_id) == []


def test_an_ended_phone_reads_nothing(stage):
    with writing():
        stage.device.language = "fr"
        stage.device.ended_at, stage.device.ended_by = MONDAY, "operator"
    assert translations.read_unapproved(stage.clinic.id) == []
    assert translations.read_by(stage.ana) == {"": ["en"]}


def test_a_helpers_language_is_not_the_patients(stage):
    eva, leo = (a_helpers_phone(stage, name) for name in ("Eva Ruiz", "Leo Ruiz"))
    with writing():
        stage.ana.language = eva.language = "fr"
        leo.language = "de"
    assert translations.read_by(stage.ana) == {"": ["fr"], "Leo Ruiz": ["de"]}
    devices.end(leo, "operator", MONDAY)
    assert translations.read_by(stage.ana) == {"": ["fr"]}


def a_helpers_phone(stage, name):
    code = cards.issue(stage.dee, stage.ana, name, CARD_KEY, MONDAY, "helper")
    return cards.connect(code, CARD_KEY, "phone", MONDAY)[0]


def test_the_wording_is_another_with_any_other_word_of_the_patients():
    before = catalogues.wording("fr")
    (message,) = [each for each in catalogues.texts("fr") if each.id == "Ring %(phone)s now."]
    said, message.string = message.string, "Appelez plus tard."
    catalogues.wording.cache_clear()
    try:
        assert catalogues.wording("fr") != before
    finally:
        message.string = said
        catalogues.wording.cache_clear()
    assert catalogues.wording("fr") == before


def test_a_word_of_the_clinicians_changes_no_patients_wording():
    before = catalogues.wording("fr")
    (message,) = [each for each in catalogues.texts("fr") if each.id == "Waiting since %(when)s"]
    said, message.string = message.string, "Attend depuis longtemps : %(when)s"
    catalogues.wording.cache_clear()
    try:
        assert catalogues.wording("fr") == before
    finally:
        message.string = said
        catalogues.wording.cache_clear()


def test_approvals_stand_in_a_table_of_their_own(stage):
    translations.approve(stage.dee, "fr", read(), MONDAY)
    assert len(list(db.session.scalars(db.select(TranslationApproval)))) == 1
