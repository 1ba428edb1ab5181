"""This phone: its language and letters, who can answer with which phones, and how each of them is ended."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest

from recovery.records import cards
from recovery.records.audit import AuditLine
from recovery.records.devices import Device
from tests.people import CARD_KEY, MONDAY, a_device, a_patient, answers, check_in
from tests.web.desk import SAME, review_all, rows_of, see, send

IPHONE = "iPhone"


def a_helper(stage, name="Eva Ruiz", label="Android"):
    """A helper's connected phone: the device and its cookie."""
    code = cards.issue(stage.dee, stage.ana, name, CARD_KEY, MONDAY, "helper")
    return cards.connect(code, CARD_KEY, label, MONDAY)


@pytest.fixture
def home(sqlite_app, stage):
    """Ana with two phones of her own, and Eva who helps with one."""
    with sqlite_app.app_context():
        other, _token, _code = a_device(stage.dee, stage.ana, MONDAY - timedelta(days=3))
        eva, eva_token = a_helper(stage)
        card = cards.holder_of(eva)

    def browser(token):
        client = sqlite_app.test_client()
        client.set_cookie("device", token)
        return client

    return SimpleNamespace(
        ana=browser(stage.token), other=other, eva_card=card, eva=eva, evas=browser(eva_token)
    )


def still_opens(app, device):
    (kept,) = rows_of(app, Device, id=device.id)
    return kept.ended_at is None


def lines(app, action):
    return rows_of(app, AuditLine, action=action)


def test_the_page_names_each_language_in_itself(home):
    page = see(home.ana, "/phone")
    for language, name in (("en", "English"), ("fr", "Français"), ("es", "Español")):
        assert f'value="{language}"' in page
        assert f">{name}</button>" in page


def test_the_language_is_this_phones_alone(sqlite_app, stage, home):
    send(home.ana, "/phone/language", language="de", access=stage.device.access)
    (mine,) = rows_of(sqlite_app, Device, id=stage.device.id)
    (other,) = rows_of(sqlite_app, Device, id=home.other.id)
    assert (mine.language, other.language) == ("de", "")
    assert '<html lang="de' in see(home.ana, "/phone")
    assert '<html lang="en' in see(home.evas, "/phone")
    assert [line.details for line in lines(sqlite_app, "language chosen")] == [{"language": "de"}]


@pytest.mark.parametrize("size", ["large", "largest"])
def test_larger_letters_stand_on_every_page_of_this_phone(sqlite_app, stage, home, size):
    send(home.ana, "/phone/letters", text_size=size, access=stage.device.access)
    for path in ("/phone", "/install", "/card"):
        assert f'class="patient text-{size}"' in see(home.ana, path), path
        assert 'class="patient"' in see(home.evas, path), path
    assert f'class="patient text-{size}"' in see(home.ana, "/nothing-here", 404)
    assert [line.details for line in lines(sqlite_app, "letters chosen")] == [{"text_size": size}]


def test_the_usual_letters_come_back(stage, home):
    send(home.ana, "/phone/letters", text_size="largest", access=stage.device.access)
    send(home.ana, "/phone/letters", text_size="usual", access=stage.device.access)
    assert 'class="patient"' in see(home.ana, "/phone")


@pytest.mark.parametrize(
    ("path", "boxes"),
    [
        ("/phone/language", {"language": "tlh"}),
        ("/phone/letters", {"text_size": "enormous"}),
        ("/phone/letters", {}),
    ],
)
def test_what_is_not_offered_is_refused(home, stage, path, boxes):
    send(home.ana, path, 400, access=stage.device.access, **boxes)


@pytest.mark.parametrize("path", ["language", "letters", "end", "helper/end"])
def test_a_form_made_for_another_card_changes_nothing(sqlite_app, home, path):
    boxes = {
        "language": "de",
        "text_size": "large",
        "phone": home.other.id,
        "helper": home.eva_card.id,
    }
    send(home.ana, f"/phone/{path}", 401, access=home.eva.access, **boxes)
    assert still_opens(sqlite_app, home.other)
    assert still_opens(sqlite_app, home.eva)
    assert {row.language for row in rows_of(sqlite_app, Device)} == {""}


def test_ana_sees_every_phone_with_its_kind_its_person_and_its_days(sqlite_app, stage, home):
    assert home.evas.get("/me.json?installed=yes").status_code == 200
    page = see(home.ana, "/phone")
    assert page.count("Connected on Friday 27 February.") == 1
    assert page.index("Ana Ruiz") < page.index("Eva Ruiz")
    evas = page[page.index("Eva Ruiz") :]
    assert "Android phone" in evas
    assert "Opened today." in evas
    assert "It is on the first page." in evas


def test_a_phone_is_ended_after_a_question(sqlite_app, stage, home):
    asked = see(home.ana, f"/phone/end?phone={home.other.id}")
    assert "Disconnect that phone?" in asked
    assert still_opens(sqlite_app, home.other)
    assert "Answers that it has not sent yet stay on it." in asked
    send(home.ana, "/phone/end", phone=home.other.id, access=stage.device.access)
    assert not still_opens(sqlite_app, home.other)
    assert still_opens(sqlite_app, stage.device)
    (line,) = lines(sqlite_app, "device ended")
    assert line.actor == stage.device.actor
    see(home.ana, f"/phone/end?phone={home.other.id}", 404)


def test_this_phone_itself_is_signed_out_instead(sqlite_app, stage, home):
    mine = {"phone": stage.device.id}
    assert home.ana.get("/phone/end", query_string=mine).location == "/sign-out"
    send(home.ana, "/phone/end", access=stage.device.access, **mine)
    assert still_opens(sqlite_app, stage.device)


def test_a_helper_is_ended_with_card_and_phones(sqlite_app, stage, home):
    with sqlite_app.app_context():
        code = cards.issue(stage.dee, stage.ana, "Eva Ruiz", CARD_KEY, MONDAY, "helper")
    asked = see(home.ana, f"/phone/helper/end?helper={home.eva_card.id}")
    assert "Stop help from Eva Ruiz?" in asked
    send(home.ana, "/phone/helper/end", helper=home.eva_card.id, access=stage.device.access)
    assert not still_opens(sqlite_app, home.eva)
    assert "The clinic does not get answers that were not sent yet." in asked
    assert home.evas.get("/phone").location == "/card"
    with sqlite_app.app_context(), pytest.raises(cards.CardRefused, match="ended_code"):
        cards.connect(code, CARD_KEY, "", MONDAY)
    assert still_opens(sqlite_app, home.other)
    assert "Eva Ruiz" not in see(home.ana, "/phone")
    (line,) = lines(sqlite_app, "helper ended")
    assert (line.actor, line.details) == (stage.device.actor, {"holder_name": "Eva Ruiz"})


def test_after_each_press_the_page_says_what_it_has_done(sqlite_app, stage, home):
    access = stage.device.access
    presses = [
        ("language", {"language": "en"}, "Your choice is saved."),
        ("letters", {"text_size": "large"}, "Your choice is saved."),
        ("end", {"phone": home.other.id}, "Disconnected: phone, Ana Ruiz."),
        ("helper/end", {"helper": home.eva_card.id}, "Eva Ruiz can no longer answer for you."),
    ]
    for path, fields, said in presses:
        assert said not in see(home.ana, "/phone")
        answer = home.ana.post(f"/phone/{path}", data={"access": access, **fields}, headers=SAME)
        page = see(home.ana, answer.location)
        assert f"<title> {said} This phone </title>" in page
        assert re.search(f'role="status" tabindex="-1" id="done">{said}</p>', page)


def test_no_address_makes_the_page_say_what_has_not_been_done(sqlite_app, stage, home):
    with sqlite_app.app_context():
        bos, _token, _code = a_device(stage.dee, a_patient(stage.dee, "Bo Berg"))
        bos_card = cards.holder_of(bos)
        own_card = cards.holder_of(stage.device)
    told = [f"helper={card.id}" for card in (home.eva_card, own_card, bos_card)]
    told += [f"phone={phone.id}" for phone in (home.other, bos, home.eva)]
    for each in (*told, f"phone={uuid4()}", f"helper={uuid4()}", "saved=everything"):
        assert 'id="done"' not in see(home.ana, f"/phone?{each}"), each
    send(home.ana, "/phone/end", phone=home.other.id, access=stage.device.access)
    assert 'id="done"' not in see(home.evas, f"/phone?phone={home.other.id}")
    see(home.ana, "/phone?phone=nonsense", 404)


def test_who_helps_again_is_not_said_to_help_no_longer(sqlite_app, stage, home):
    send(home.ana, "/phone/helper/end", helper=home.eva_card.id, access=stage.device.access)
    with sqlite_app.app_context():
        a_helper(stage)
    assert 'id="done"' not in see(home.ana, f"/phone?helper={home.eva_card.id}")


def test_a_helper_whose_help_was_ended_reads_why_and_nobodys_name(stage, home):
    send(home.ana, "/phone/helper/end", helper=home.eva_card.id, access=stage.device.access)
    page = see(home.evas, home.evas.get("/today").location)
    assert "<h1>Your help has ended</h1>" in page
    assert "The person you helped has ended it, or the clinic." in page
    assert 'href="tel:+493023125102"' in page
    assert "Ruiz" not in page
    assert 'name="code"' in page


def test_a_helper_whose_card_was_lost_is_not_told_that_her_help_has_ended(sqlite_app, stage, home):
    with sqlite_app.app_context():
        cards.mark_lost(stage.dee, cards.find_card(stage.dee, home.eva_card.id), MONDAY)
    page = see(home.evas, home.evas.get("/today").location)
    assert "<h1>This phone was disconnected</h1>" in page
    assert "Was something urgent?" in page


def test_a_phone_that_was_disconnected_says_so_until_a_card_connects_it(sqlite_app, stage, home):
    send(home.ana, "/phone/end", phone=home.eva.id, access=stage.device.access)
    page = see(home.evas, "/card")
    assert "<h1>This phone was disconnected</h1>" in page
    assert "Your help has ended" not in page
    with sqlite_app.app_context():
        code = cards.issue(stage.dee, stage.ana, "Eva Ruiz", CARD_KEY, MONDAY, "helper")
    wrong = send(home.evas, "/card", 422, code="WRONG")
    assert "<h1>This phone was disconnected</h1>" in wrong
    send(home.evas, "/card", code=code)
    assert "was disconnected" not in see(home.evas, "/card")


def test_a_phone_that_nobody_knows_is_only_asked_for_its_card(sqlite_app, stage):
    stranger = sqlite_app.test_client()
    stranger.set_cookie("device", "made up")
    assert "<h1>Connect this phone</h1>" in see(stranger, "/card")


def test_a_helper_who_has_only_a_card_is_shown_and_can_be_ended(sqlite_app, stage, home):
    with sqlite_app.app_context():
        cards.issue(stage.dee, stage.ana, "Jo Ruiz", CARD_KEY, MONDAY, "helper")
    page = see(home.ana, "/phone")
    assert "Has a card. No phone is connected." in page[page.index("Jo Ruiz") :]
    assert "Stop help from Jo Ruiz" in page


def test_a_helper_sees_only_themselves_and_ends_only_their_own(sqlite_app, stage, home):
    with sqlite_app.app_context():
        second, _token = a_helper(stage, label=IPHONE)
        jo, _token = a_helper(stage, "Jo Ruiz")
        jos_card = cards.holder_of(jo)
    page = see(home.evas, "/phone")
    assert "iPhone" in page
    assert "Jo Ruiz" not in page
    assert "Stop help from" not in page
    for device in (jo, home.other, stage.device):
        see(home.evas, f"/phone/end?phone={device.id}", 404)
        send(home.evas, "/phone/end", 404, phone=device.id, access=home.eva.access)
    send(home.evas, "/phone/helper/end", 404, helper=jos_card.id, access=home.eva.access)
    assert all(still_opens(sqlite_app, device) for device in (jo, home.other, stage.device))
    send(home.evas, "/phone/end", phone=second.id, access=home.eva.access)
    assert not still_opens(sqlite_app, second)


def test_nobody_ends_a_phone_of_another_patient(sqlite_app, stage, home):
    with sqlite_app.app_context():
        bos, _token, _code = a_device(stage.dee, a_patient(stage.dee, "Bo Berg"))
    for phone in (bos.id, "nonsense"):
        send(home.ana, "/phone/end", 404, phone=phone, access=stage.device.access)
    assert still_opens(sqlite_app, bos)


@pytest.mark.parametrize(
    ("who", "patients_words", "clinics_words"),
    [
        ("patient", "Ana answered, on the phone of Eva Ruiz.", "by the patient"),
        ("with_help", "Ana answered, with help from Eva Ruiz.", "by the patient with help"),
        ("for_patient", "Eva Ruiz answered for Ana.", "by somebody for the patient"),
        (None, "From the phone of Eva Ruiz.", "by somebody unnamed"),
    ],
)
def test_an_entry_from_a_helpers_phone_says_so_to_patient_and_clinic(
    sqlite_app, stage, home, desk, who, patients_words, clinics_words
):
    with sqlite_app.app_context():
        hot = answers(3, answered_by=who, temperature_c=38.6)
        entry = check_in(stage.ana, home.eva, hot, MONDAY).checkin.entry_id
    review_all(sqlite_app)
    assert patients_words in see(home.ana, f"/answer/{entry}")
    for path in (f"/clinic/patients/{stage.ana.id}", "/clinic/"):
        assert f"{clinics_words}, on the phone of Eva Ruiz" in see(desk, path), path


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("patient", "Ana answered."),
        ("with_help", "Ana answered, with help."),
        ("for_patient", "Someone answered for Ana."),
    ],
)
def test_an_entry_from_anas_own_phone_says_who_gave_it(sqlite_app, stage, home, who, said):
    with sqlite_app.app_context():
        entry = check_in(stage.ana, stage.device, answers(3, answered_by=who), MONDAY)
    assert said in see(home.ana, f"/answer/{entry.checkin.entry_id}")


def test_a_helper_whom_ana_has_ended_is_named_so_to_the_clinic(stage, home, desk):
    send(home.ana, "/phone/helper/end", helper=home.eva_card.id, access=stage.device.access)
    page = see(desk, f"/clinic/patients/{stage.ana.id}")
    assert "ended on a phone, not by the clinic" in page


@pytest.mark.parametrize("path", ["/export", "/export.json", "/export.pdf"])
def test_a_helper_cannot_take_away_what_names_others(home, path):
    assert home.evas.get(path).status_code == 404
    assert "/export" not in home.evas.get("/progress").text
    assert "/export" in home.ana.get("/progress").text
