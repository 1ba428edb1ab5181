"""Enrolment: every box is read or asked again in a clear sentence; and the paper key, from issue to loss."""

from __future__ import annotations

import re
from datetime import date

import pytest

from recovery.clinical import enrolment as asked
from recovery.clinical.answers import SIGNS
from recovery.clinical.enrolment import LEVELS, read
from recovery.records import cards, devices, pathways, patients
from recovery.records.audit import AuditLine
from recovery.web import clinic_words as words
from recovery.web.enrolment_words import PROBLEMS
from tests.people import CARD_KEY, MONDAY, a_clinic, a_nurse, a_patient
from tests.web.desk import SAME, desk_of, rows_of, see, send

TODAY = "2026-03-02"
FILLED = {
    "record_number": ["R-17"],
    "name": ["Bo Berg"],
    "date_of_birth": ["1941-02-03"],
    "phone": ["+49 30 23125 201"],
    "contact_way": ["call"],
    "zone": ["Europe/Berlin"],
    "language": ["en"],
    "performed_on": ["2026-03-01"],
    "levels": ["L1", "T12"],
    "risks": ["steroids"],
    "long_standing_signs": ["leg_weakness"],
    "baseline_pain": ["8"],
    "baseline_on": ["2026-02-27"],
    "baseline_by": ["patient"],
    "baseline_mobility": ["1"],
    "answers_daily": ["patient"],
    "consent_on": ["2026-02-27"],
    "consent_words": ["2026.1"],
    "consent_by": ["patient"],
}
SECOND = {"second_name": ["Eva Berg"], "second_phone": ["030 1"], "second_may_be_told": ["yes"]}


def reading(**boxes):
    form = {
        **FILLED,
        **{name: value if isinstance(value, list) else [value] for name, value in boxes.items()},
    }
    return read(form, MONDAY, 90, ("en",))


def problems(**boxes):
    return [(problem.field, problem.key) for problem in reading(**boxes).problems]


def test_a_filled_form_is_read_into_both_tables():
    enrolment = reading()
    assert enrolment.problems == ()
    assert enrolment.person["date_of_birth"] == date(1941, 2, 3)
    assert enrolment.person["consent_by"] == "Bo Berg"
    assert enrolment.person["risks"] == ["steroids"]
    assert enrolment.person["long_standing_signs"] == ["leg_weakness"]
    assert enrolment.procedure == {
        "performed_on": date(2026, 3, 1),
        "levels": ["T12", "L1"],
        "baseline_pain": 8,
        "baseline_on": date(2026, 2, 27),
        "baseline_by": "patient",
        "baseline_mobility": 1,
    }


@pytest.mark.parametrize(
    ("boxes", "field", "key"),
    [
        ({"record_number": " "}, "record_number", "record_number_missing"),
        ({"name": ""}, "name", "name_missing"),
        ({"name": "x" * 201}, "name", "too_long"),
        ({"date_of_birth": ""}, "date_of_birth", "date_of_birth_missing"),
        ({"date_of_birth": "03.02.1941"}, "date_of_birth", "date_unreadable"),
        ({"date_of_birth": "2020-01-01"}, "date_of_birth", "age"),
        ({"date_of_birth": "1841-02-03"}, "date_of_birth", "age"),
        ({"phone": ""}, "phone", "phone_missing"),
        ({"phone": "by pigeon"}, "phone", "phone_unreadable"),
        ({"contact_way": ""}, "contact_way", "contact_way_missing"),
        ({"contact_way": "pigeon"}, "contact_way", "choice_unknown"),
        ({"contact_way": "second_person"}, "second_name", "second_needed"),
        ({"second_phone": "030 1234"}, "second_name", "second_name_missing"),
        ({"second_name": "Eva"}, "second_phone", "second_phone_missing"),
        ({"zone": "Berlin"}, "zone", "zone_unknown"),
        ({"zone": ""}, "zone", "zone_missing"),
        ({"language": "xx"}, "language", "choice_unknown"),
        ({"performed_on": "2026-03-03"}, "performed_on", "in_future"),
        (
            {"performed_on": "2025-11-01", "baseline_on": "2025-10-30"},
            "performed_on",
            "too_long_ago",
        ),
        ({"levels": []}, "levels", "levels_missing"),
        ({"levels": ["T1", "L1"]}, "levels", "choice_unknown"),
        ({"risks": ["smoker"]}, "risks", "choice_unknown"),
        ({"consent_for_helper": "perhaps"}, "consent_for_helper", "choice_unknown"),
        ({"baseline_pain": "11"}, "baseline_pain", "number_unknown"),
        ({"baseline_pain": ""}, "baseline_pain", "baseline_pain_missing"),
        ({"baseline_on": ""}, "baseline_on", "baseline_on_missing"),
        ({"baseline_on": "2026-03-02"}, "baseline_on", "after_procedure"),
        ({"baseline_by": ""}, "baseline_by", "baseline_by_missing"),
        ({"baseline_mobility": "6"}, "baseline_mobility", "number_unknown"),
        ({"answers_daily": ""}, "answers_daily", "answers_daily_missing"),
        ({"answers_daily": "for_patient"}, "consent_for_helper", "helper_not_allowed"),
        ({"consent_on": ""}, "consent_on", "consent_on_missing"),
        ({"consent_words": ""}, "consent_words", "consent_words_missing"),
        ({"consent_by": ""}, "consent_by", "consent_by_missing"),
        ({"consent_by": "representative"}, "representative", "representative_missing"),
    ],
)
def test_each_bad_box_has_one_problem_with_a_sentence(boxes, field, key):
    assert problems(**boxes) == [(field, key)]
    assert PROBLEMS[key].endswith(".")


def test_whatever_can_be_chosen_has_words():
    tables = {
        asked.CONTACT_WAYS: words.CONTACT_WAYS,
        asked.RISKS: words.RISKS,
        asked.BASELINE_BY: words.BASELINE_BY,
        asked.ANSWERS_DAILY: words.ANSWERS_DAILY,
        asked.CONSENT_BY: words.CONSENT_BY,
        SIGNS: words.LONG_STANDING,
    }
    assert all(keys == tuple(table) for keys, table in tables.items())
    assert len(words.MOBILITY) - 1 == asked.MOBILITY_MOST


def test_the_second_contact_is_reached_only_with_permission():
    asked = {**SECOND, "contact_way": "second_person", "second_may_be_told": []}
    assert problems(**asked) == [("second_may_be_told", "second_not_allowed")]
    assert problems(**SECOND, contact_way="second_person") == []


def test_no_phone_is_allowed_with_a_reason():
    enrolment = reading(phone="", no_phone_reason="lives in a home without one")
    assert enrolment.problems == ()
    assert enrolment.person["no_phone_reason"] == "lives in a home without one"


def test_the_level_before_may_be_left():
    enrolment = reading(baseline_pain="", baseline_on="", baseline_by="", baseline_mobility="")
    assert enrolment.problems == ()
    assert enrolment.procedure["baseline_pain"] is None


def test_a_representative_is_named_and_a_helper_needs_consent():
    enrolment = reading(
        consent_by="representative",
        representative="Eva Berg",
        answers_daily="for_patient",
        consent_for_helper="yes",
    )
    assert enrolment.problems == ()
    assert enrolment.person["consent_by"] == "Eva Berg"
    assert enrolment.person["consent_for_helper"] is True


def test_control_characters_that_a_database_refuses_are_left_out():
    assert reading(name="Bo\x00 Berg").person["name"] == "Bo Berg"


def test_a_patient_is_enrolled_and_their_page_asks_for_a_card(sqlite_app, desk):
    send(desk, "/clinic/enrol", **FILLED)
    (bo,) = rows_of(sqlite_app, patients.Patient, name="Bo Berg")
    (procedure,) = rows_of(sqlite_app, patients.Procedure, patient_id=bo.id)
    assert procedure.pathway == "vertebroplasty"
    page = see(desk, f"/clinic/patients/{bo.id}")
    assert "No card yet." in page
    assert "8 of 10, given Fri 27 Feb by the patient" in page
    assert "weakness or numbness in a leg" in page
    assert "Steroids" in page


def test_without_the_level_before_the_page_says_so(sqlite_app, desk):
    left = {name: [""] for name in ("baseline_pain", "baseline_on", "baseline_by")}
    send(desk, "/clinic/enrol", **{**FILLED, **left})
    (bo,) = rows_of(sqlite_app, patients.Patient, name="Bo Berg")
    page = see(desk, f"/clinic/patients/{bo.id}")
    assert "Not known: no comparison with before is made for this patient." in page


def test_a_bad_form_comes_back_with_everything_that_was_typed(sqlite_app, desk):
    page = send(desk, "/clinic/enrol", 422, **{**FILLED, "phone": "by pigeon"})
    assert "Type the phone number in digits, such as 020 7946 0018." in page
    assert 'href="#enrol-phone"' in page
    for typed in ("R-17", "Bo Berg", "1941-02-03", "by pigeon", "2026.1"):
        assert f'value="{typed}"' in page
    assert page.count("checked") == 9
    assert rows_of(sqlite_app, patients.Patient, name="Bo Berg") == []


def test_a_known_record_number_names_whose_it_is(desk):
    send(desk, "/clinic/enrol", **FILLED)
    page = send(desk, "/clinic/enrol", 422, **{**FILLED, "name": "Cy Cole"})
    assert "Record number R-17 belongs to Bo Berg." in page
    assert 'value="Cy Cole"' in page


def test_who_is_enrolled_under_another_number_is_enrolled_again_only_as_another_person(
    sqlite_app, desk
):
    send(desk, "/clinic/enrol", **FILLED)
    twice = {**FILLED, "record_number": "17"}
    page = send(desk, "/clinic/enrol", 422, **twice)
    assert "Bo Berg, with the same date of birth, is enrolled already as R-17." in page
    assert 'id="enrol-is_another"' in page
    assert "is_another" not in see(desk, "/clinic/enrol")
    send(desk, "/clinic/enrol", **twice, is_another="yes")
    assert len(rows_of(sqlite_app, patients.Patient, name="Bo Berg")) == 2


def test_every_level_from_t5_to_l5_can_be_chosen(desk):
    page = see(desk, "/clinic/enrol")
    assert all(f'value="{level}"' in page for level in LEVELS)
    assert "On average, how bad was your back pain in the last 24 hours?" in page


def test_real_patients_are_not_enrolled_on_a_draft(sqlite_app, stage):
    with sqlite_app.app_context():
        clinic = a_clinic("Lake Clinic", is_demo=False)
        nurse = a_nurse(clinic, "Nurse Fay")
    desk = desk_of(sqlite_app, nurse)
    assert "Nobody can be enrolled yet" in see(desk, "/clinic/enrol", 403)
    send(desk, "/clinic/enrol", 403, **FILLED)
    assert rows_of(sqlite_app, patients.Patient, name="Bo Berg") == []
    with sqlite_app.app_context():
        pathways.approve(nurse, pathways.VERTEBROPLASTY, MONDAY)
    send(desk, "/clinic/enrol", **FILLED)


def issue(desk, patient, status=200, **fields):
    return send(desk, f"/clinic/patients/{patient.id}/card", status, **fields)


def code_on(page):
    return re.search(r"key-card-code\W.*?(\w{4}-\w{4}-\w{4})", page)[1]


def test_the_card_carries_its_numbers_and_says_nothing_of_the_illness(sqlite_app, desk, stage):
    page = issue(desk, stage.ana, holder="patient")
    card = page[page.index("key-card") :]
    for number in ("112", "+49 30 23125 100", "+49 30 23125 199", "+49 30 23125 102"):
        assert number in card
    assert "<svg" in card
    assert "style=" not in page
    assert "Ana Ruiz" in card
    assert "http://localhost/install" in card
    for word in ("spine", "vertebro", "pain", "L1", "Hill Clinic"):
        assert word not in card
    with sqlite_app.app_context():
        device, _token = cards.connect(code_on(page), CARD_KEY, "phone", MONDAY)
        assert device.patient_id == stage.ana.id


def test_a_new_card_ends_that_holders_earlier_code(sqlite_app, desk, stage):
    earlier = code_on(issue(desk, stage.ana, holder="patient"))
    issue(desk, stage.ana, holder="patient")
    with sqlite_app.app_context(), pytest.raises(cards.CardRefused, match="ended_code"):
        cards.connect(earlier, CARD_KEY, "phone", MONDAY)


def test_a_helper_gets_a_card_only_with_the_patients_consent(sqlite_app, desk, stage):
    with sqlite_app.app_context():
        bo = a_patient(stage.dee, "Bo Berg", consent_for_helper=False)
    page = issue(desk, bo, 422, holder="helper", holder_name="Eva Berg")
    assert "The patient has not agreed to a helper's access. Ask first" in page
    assert 'value="Eva Berg"' in page
    page = issue(desk, bo, 422, holder="helper", holder_name=" ", helper_agreed="yes")
    assert "Type the name of the helper." in page
    assert rows_of(sqlite_app, cards.Card, patient_id=bo.id) == []


def test_a_patient_who_agrees_later_is_asked_with_the_helpers_card(sqlite_app, desk, stage):
    with sqlite_app.app_context():
        bo = a_patient(stage.dee, "Bo Berg", consent_for_helper=False)
    assert "the patient agrees that this helper gets access" in see(
        desk, f"/clinic/patients/{bo.id}"
    )
    issue(desk, bo, holder="helper", holder_name="Eva Berg", helper_agreed="yes")
    (kept,) = rows_of(sqlite_app, patients.Patient, id=bo.id)
    assert kept.consent_for_helper
    assert len(rows_of(sqlite_app, AuditLine, patient_id=bo.id, action="helper agreed to")) == 1
    assert "the patient agrees that this helper gets access" not in see(
        desk, f"/clinic/patients/{bo.id}"
    )


def test_a_helpers_card_names_helper_and_patient_and_connects(sqlite_app, desk, stage):
    page = issue(desk, stage.ana, holder="helper", holder_name="  Eva   Ruiz ")
    card = page[page.index("key-card") :]
    assert "<h2>Eva Ruiz</h2>" in card
    assert "With it you answer for Ana Ruiz." in card
    phone = sqlite_app.test_client()
    assert phone.post("/card", data={"code": code_on(page)}, headers=SAME).status_code == 303
    assert "Eva Ruiz is helping." in see(phone, "/today")


def test_a_lost_card_ends_with_its_phones(sqlite_app, desk, stage):
    card_id = stage.device.card_id
    send(desk, f"/clinic/cards/{card_id}/lost")
    with sqlite_app.app_context():
        assert devices.find(stage.token) is None
    assert "lost" in see(desk, f"/clinic/patients/{stage.ana.id}")


def test_one_phone_can_be_ended_alone(sqlite_app, desk, stage):
    send(desk, f"/clinic/devices/{stage.device.id}/end")
    with sqlite_app.app_context():
        assert devices.find(stage.token) is None
    (card,) = rows_of(sqlite_app, cards.Card)
    assert card.ended_at is None


def test_another_clinic_finds_neither_card_nor_phone(sqlite_app, stage):
    eli = desk_of(sqlite_app, stage.eli)
    send(eli, f"/clinic/cards/{stage.device.card_id}/lost", 404)
    send(eli, f"/clinic/devices/{stage.device.id}/end", 404)
    send(eli, f"/clinic/patients/{stage.ana.id}/card", 404, holder="patient")
    with sqlite_app.app_context():
        assert devices.find(stage.token)
