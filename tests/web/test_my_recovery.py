"""My recovery: milestones, every day's answers, what to expect, and the answers to take away."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from html import unescape
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from pypdf import PdfReader
from pypdf.generic import NullObject

from recovery.records import cards, clinic_settings, limits, patients
from recovery.records.accounts import Clinic
from recovery.records.audit import AuditLine
from recovery.records.database import db, writing
from recovery.records.patients import Patient
from recovery.records.questionnaires import Questionnaire
from recovery.web import paper, pdf
from tests.people import CARD_KEY, MONDAY, a_device, a_patient, answers, check_in, set_stage
from tests.rounds.work import close_flag, open_flags, reasons
from tests.web.desk import plain, review_all, rows_of, see, send, words

AFTER = timedelta(minutes=5)


@pytest.fixture
def phone(sqlite_app, stage):
    return phone_of(sqlite_app, stage.token)


def phone_of(app, token):
    phone = app.test_client()
    phone.set_cookie("device", token)
    return phone


def said(phone, path):
    """What a page says, without its tags, from its heading to its foot."""
    main = phone.get(path).text.partition("<main")[2].partition('<footer class="foot"')[0]
    return words(re.sub(r"<[^>]*>", " ", main))


def day_of(app, stage, number, at):
    """Move the clock to so many days after Ana's procedure; she was on day 10."""
    at(MONDAY + timedelta(days=number - 10))


def with_lifting(app, stage, days):
    with app.app_context():
        clinic_settings.set_lifting_days(stage.lia, days, MONDAY)


def ans(app, stage, ago, pain=3, **columns):
    """Ana answered so many days ago."""
    source = columns.pop("source", stage.device)
    at = MONDAY - timedelta(days=ago)
    received = columns.pop("received", None)
    entry_id = columns.pop("entry_id", None)
    signs = columns.pop("signs", ())
    given = answers(pain, signs, **{"answered_by": "patient", **columns})
    with app.app_context():
        return check_in(stage.ana, source, given, at, received, entry_id).checkin.entry_id


# Milestones


def lists(phone):
    """The milestones that come and those that have passed, as {when: words}."""
    page = plain(phone.get("/progress").text)
    found = {}
    for heading in ("The days ahead", "The days behind you"):
        part = page.partition(heading)[2].partition("</dl>")[0]
        pairs = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", part, re.DOTALL)
        found[heading] = {words(when): words(told) for when, told in pairs}
    return found["The days ahead"], found["The days behind you"]


def test_milestones_that_come_and_those_that_have_passed_stand_apart(phone):
    ahead, passed = lists(phone)
    assert list(passed) == ["Friday 20 February 2026", "Sunday 22 February 2026"]
    assert passed["Friday 20 February 2026"] == "Your procedure."
    assert "Still sore? Ring +49 30 23125 100." in passed["Sunday 22 February 2026"]
    assert list(ahead) == ["Friday 6 March 2026", "Around week 10", "Thursday 21 May 2026"]
    assert ahead["Friday 6 March 2026"] == "See your doctor before this day."


def test_a_visit_that_was_due_is_asked_about_without_blame(phone, sqlite_app, stage, at):
    day_of(sqlite_app, stage, 20, at)
    _ahead, passed = lists(phone)
    told = "Your visit to the doctor was due. No visit yet? Ring +49 30 23125 100."
    assert passed["Friday 6 March 2026"] == told


@pytest.mark.parametrize("number", [10, 80])
def test_day_72_is_a_week_and_never_a_date_to_wait_for(phone, sqlite_app, stage, at, number):
    day_of(sqlite_app, stage, number, at)
    both = {**lists(phone)[0], **lists(phone)[1]}
    assert "Do not wait. Ring +49 30 23125 100." in both["Around week 10"]
    assert "3 May 2026" not in said(phone, "/progress")


def test_at_night_the_milestones_and_what_to_expect_name_the_number_that_answers(
    phone, sqlite_app, stage, at
):
    at(MONDAY + timedelta(days=10, hours=12))
    ahead, passed = lists(phone)
    _procedure, puncture, visit = passed.values()
    for told in (ahead["Around week 10"], puncture):
        assert "Ring +49 30 23125 199." in told
    assert "No visit yet? Ring +49 30 23125 100." in visit
    page = words(phone.get("/expect").text)
    assert "Is your pain not better, or worse? Ring +49 30 23125 199." in page
    assert "Does it not help enough? Ring +49 30 23125 199." in page
    assert "After that nobody looks here. Then ring +49 30 23125 100." in page


def test_lifting_is_not_mentioned_until_the_clinic_has_set_its_days(phone, sqlite_app, stage):
    for path in ("/progress", "/expect"):
        assert "lift" not in said(phone, path).lower(), path
    with_lifting(sqlite_app, stage, 42)
    for path in ("/progress", "/expect"):
        assert "Ask your clinic before lifting" in said(phone, path), path


@pytest.mark.parametrize("number", [10, 42, 60])
def test_no_date_alone_allows_lifting_before_or_after_it(phone, sqlite_app, stage, at, number):
    with_lifting(sqlite_app, stage, 42)
    day_of(sqlite_app, stage, number, at)
    both = {**lists(phone)[0], **lists(phone)[1]}
    assert both["Friday 3 April 2026"] == "Ask your clinic before lifting, also after this day."
    for path in ("/progress", "/expect"):
        page = said(phone, path)
        assert not re.search(r"(may|can|allowed to) lift", page), path


def test_the_end_has_passed_only_when_it_has(phone, sqlite_app, stage, at):
    day_of(sqlite_app, stage, 91, at)
    assert "Your daily questions end" not in said(phone, "/progress")
    with sqlite_app.app_context(), writing() as session:
        session.get_one(Patient, (stage.ana.clinic_id, stage.ana.id)).state = "completed"
    assert lists(phone)[1]["Thursday 21 May 2026"] == "Your daily questions ended."


def test_each_part_leads_to_the_others(phone):
    parts = ["/progress", "/history", "/expect", "/export"]
    for here in parts:
        page = phone.get(here).text.partition('class="recovery-doors"')[2].partition("</nav>")[0]
        assert re.findall(r'href="([^"]+)"', page) == [each for each in parts if each != here]


def test_what_a_nurse_closed_is_no_evidence_on_the_phone_either(sqlite_app, at):
    at(MONDAY)
    with sqlite_app.app_context():
        stage = set_stage(MONDAY, day=36)
    for number in range(1, 28):
        ans(sqlite_app, stage, 36 - number, 7 if number >= 25 else 3)
    closed_at = MONDAY - timedelta(days=9) + AFTER
    review_all(sqlite_app, closed_at)
    phone, doubt = phone_of(sqlite_app, stage.token), "Where it goes from here is not clear yet."
    assert doubt in said(phone, "/progress")
    with sqlite_app.app_context():
        flag = open_flags(stage.ana)["pain_worsening"]
        close_flag(stage.dee, flag, dict.fromkeys(reasons(flag), "expected"), "seen", closed_at)
    for number in range(28, 37):
        ans(sqlite_app, stage, 36 - number, 4)
    assert doubt not in said(phone, "/progress")


# Your answers


def test_every_day_stands_there_with_its_answers_the_newest_first(phone, sqlite_app, stage):
    ans(sqlite_app, stage, 8, 6, temperature_c=38.3, paracetamol=True, note="I felt cold.")
    ans(sqlite_app, stage, 1, 4, signs=("wound",), pain_place="new", fall=True)
    page = said(phone, "/history")
    assert page.index("Sunday 1 March 2026") < page.index("Sunday 22 February 2026")
    for told in (
        *("4 of 10", "In a new place", "After a fall", "A wound that is newly red, hot or leaking"),
        *("6 of 10", "38.3 °C", "With paracetamol", "I felt cold.", "None of these"),
        "I went to the street or the shops",
    ):
        assert told in page, told


def test_days_without_an_answer_are_named_in_one_line_without_blame(phone, sqlite_app, stage):
    for ago in (10, 9, 5, 3):
        ans(sqlite_app, stage, ago)
    page = said(phone, "/history")
    assert "Saturday 28 February to Monday 2 March: no answers" in page
    assert "Thursday 26 February: no answers" in page
    assert "Sunday 22 February to Tuesday 24 February: no answers" in page
    assert not re.search(r"miss|forg|fail|should|late", page)


def test_who_answered_is_named(phone, sqlite_app, stage):
    with sqlite_app.app_context():
        patients.agree_to_helper(stage.dee, stage.ana, MONDAY)
        code = cards.issue(stage.dee, stage.ana, "Bea Ruiz", CARD_KEY, MONDAY, holder="helper")
        helper, _token = cards.connect(code, CARD_KEY, "iPhone", MONDAY)
    ans(sqlite_app, stage, 6, source=helper, answered_by="for_patient")
    ans(sqlite_app, stage, 5, source=helper, answered_by="with_help")
    ans(sqlite_app, stage, 4, source=helper, answered_by="patient")
    ans(sqlite_app, stage, 3, source=stage.dee, answered_by="patient")
    ans(sqlite_app, stage, 2, answered_by="for_patient")
    ans(sqlite_app, stage, 1, answered_by=None)
    page = said(phone, "/history")
    told = [
        "It was not said who answered.",
        "Someone answered for Ana.",
        "Nurse Dee asked by phone.",
        "Ana answered, on the phone of Bea Ruiz.",
        "Ana answered, with help from Bea Ruiz.",
        "Bea Ruiz answered for Ana.",
    ]
    places = [page.index(each) for each in told]
    assert places == sorted(places)


def test_a_correction_and_a_late_answer_say_so(phone, sqlite_app, stage):
    entry = ans(sqlite_app, stage, 2, 6)
    ans(sqlite_app, stage, 2, 5, entry_id=entry)
    ans(sqlite_app, stage, 4, received=MONDAY - timedelta(days=3))
    page = said(phone, "/history")
    assert "5 of 10" in page
    assert "6 of 10" not in page
    assert "Corrected once." in page
    assert "Received on Friday 27 February 2026." in page


def test_each_answer_leads_to_what_was_told(phone, sqlite_app, stage):
    entry = ans(sqlite_app, stage, 1)
    page = phone.get("/history").text
    assert re.findall(r'class="open-answer"\s+href="([^"]+)"', page) == [f"/answer/{entry}"]
    assert phone.get(f"/answer/{entry}").status_code == 200


def test_a_fahrenheit_thermometer_is_read_in_fahrenheit(phone, sqlite_app, stage):
    ans(sqlite_app, stage, 1, temperature_c=38.0, temperature_unit="F")
    assert "100.4 °F" in said(phone, "/history")
    assert "A fever: 100.0 °F or more" in said(phone, "/expect")


def test_four_weeks_make_a_page_and_none_is_left_out(sqlite_app, at):
    at(MONDAY)
    with sqlite_app.app_context():
        stage = set_stage(MONDAY, day=60)
    phone = phone_of(sqlite_app, stage.token)
    for ago in range(61):
        ans(sqlite_app, stage, ago)
    pages, path = [], "/history"
    while path:
        page = unescape(phone.get(path).text)
        pages.append(re.findall(r"<h2>(\w+ \d+ \w+ 2026|\w+ \d+ \w+ 2025)</h2>", page))
        path = next(iter(re.findall(r'href="([^"]+)">Earlier answers', page)), None)
    assert [len(each) for each in pages] == [28, 28, 5]
    assert len({day for each in pages for day in each}) == 61
    assert "Later answers" in phone.get("/history?until=2026-01-05").text


@pytest.mark.parametrize("until", ["yesterday", "2026-02-19", "2026-03-03", "0001-01-01"])
def test_a_page_of_days_that_are_not_there_is_not_found(phone, until):
    assert phone.get(f"/history?until={until}").status_code == 404


def test_after_the_end_no_silent_day_is_counted(phone, sqlite_app, stage):
    ans(sqlite_app, stage, 8)
    with sqlite_app.app_context(), writing() as session:
        session.get_one(Patient, (stage.ana.clinic_id, stage.ana.id)).state = "withdrawn"
    assert "March" not in said(phone, "/history")


# What to expect


def test_the_present_weeks_stand_open(phone):
    page = phone.get("/expect").text
    (opened,) = re.findall(r"<details[^>]* open>(.*?)</details>", page, re.DOTALL)
    assert "The first 2 weeks" in opened
    assert "You are here" in opened


def test_whom_to_ring_and_for_what_is_the_pathways_and_the_clinics(phone):
    page = said(phone, "/expect")
    at_once, _, rest = page.partition("Ring us the same day")
    at_once = at_once.partition("Ring 112 at once")[2]
    today, _, next_day = rest.partition("Ring us on the next open day")
    assert "New chest pain" in at_once
    assert "Both legs weak or numb" in at_once
    assert "A fever: 37.8 °C or more" in today
    assert "Pain in a new place" in today
    assert "Pain of 9 or more" in next_day
    assert "Monday to Friday 08:00 to 16:00" in next_day


def test_a_fever_limit_of_ones_own_is_named(phone, sqlite_app, stage):
    with sqlite_app.app_context():
        wanted = limits.Wanted("fever_limit", date(2026, 3, 20), "Runs cool.", 37.4)
        limits.set_limit(stage.dee, stage.ana, wanted, MONDAY)
    assert "A fever: 37.4 °C or more" in said(phone, "/expect")


# Take your answers with you


def exported(phone):
    answer = phone.get("/export.json")
    assert answer.status_code == 200
    return json.loads(answer.text)


def test_the_file_holds_every_revision_with_its_times_and_what_was_told(phone, sqlite_app, stage):
    entry = ans(sqlite_app, stage, 2, 6, temperature_c=38.6)
    ans(sqlite_app, stage, 2, 5, entry_id=entry)
    (kept,) = exported(phone)["check_ins"]
    assert kept["entry_id"] == str(entry)
    first, second = kept["revisions"]
    assert [first["pain"], second["pain"]] == [6, 5]
    assert first["temperature_c"] == 38.6
    assert first["warning_signs"] == []
    assert first["received_at"].startswith("2026-02-28T09:00:00")
    assert first["given_through"] == {"holder": "patient", "name": "Ana Ruiz"}
    assert first["told"]["first"] == "Thank you. Your answers are saved."


def test_the_file_names_its_units_and_codes(phone):
    units = exported(phone)["units"]
    assert units["pain"]["code"] == "72514-3"
    assert units["temperature_c"]["code"] == "8310-5"
    assert units["temperature_c"]["unit"] == "Cel"
    assert len(units["mobility"]["steps"]) == 6


def test_the_file_is_the_patients_own_and_nobody_elses(phone, sqlite_app, stage):
    with sqlite_app.app_context():
        bo = a_patient(stage.dee, "Bo Lind")
        device, token, _code = a_device(stage.dee, bo)
        check_in(bo, device, answers(7, note="Bo's note"), MONDAY)
    ans(sqlite_app, stage, 1)
    assert "Bo" not in phone.get("/export.json").text
    bos = exported(phone_of(sqlite_app, token))
    assert bos["patient"]["name"] == "Bo Lind"
    assert [len(bos[each]) for each in ("check_ins", "phones", "helpers")] == [1, 1, 0]


def test_no_secret_and_no_note_of_the_clinic_is_in_the_file(phone, stage):
    text = phone.get("/export.json").text
    for hidden in ("token", "hash", "endpoint", "access", "review", "flag"):
        assert hidden not in text, hidden
    assert stage.token not in text


def test_helpers_phones_and_questionnaires_are_in_the_file(phone, sqlite_app, stage):
    with sqlite_app.app_context():
        patients.agree_to_helper(stage.dee, stage.ana, MONDAY)
        cards.issue(stage.dee, stage.ana, "Bea Ruiz", CARD_KEY, MONDAY, holder="helper")
        procedure = patients.current_procedure(stage.ana)
        with writing() as session:
            session.add(
                Questionnaire(
                    clinic_id=stage.ana.clinic_id,
                    patient_id=stage.ana.id,
                    entry_id=UUID(int=7),
                    procedure_id=procedure.id,
                    kind="rmdq",
                    day=date(2026, 2, 27),
                    total=12,
                    ticked=list(range(1, 13)),
                    device_id=stage.device.id,
                    received_at=MONDAY,
                )
            )
    found = exported(phone)
    assert [each["name"] for each in found["helpers"]] == ["Bea Ruiz"]
    assert [each["of"]["name"] for each in found["phones"]] == ["Ana Ruiz"]
    assert found["questionnaires"][0]["total"] == 12


def keys(found):
    """Every name of a field in a file, at whatever depth."""
    if isinstance(found, list):
        return {key for each in found for key in keys(each)}
    if isinstance(found, dict):
        return set(found) | {key for each in found.values() for key in keys(each)}
    return set()


def test_every_field_is_explained_and_the_order_never_changes(phone, sqlite_app, stage):
    ans(sqlite_app, stage, 1)
    test_helpers_phones_and_questionnaires_are_in_the_file(phone, sqlite_app, stage)
    explained = set(re.findall(r"`(\w+)`", Path("docs/export.md").read_text(encoding="utf-8")))
    assert keys(exported(phone)) - explained == set()
    assert phone.get("/export.json").text == phone.get("/export.json").text
    top = re.findall(
        r"^\| `(\w+)`", Path("docs/export.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert [each for each in exported(phone) if each in top] == [
        each for each in top if each in exported(phone)
    ]


def test_every_export_is_an_attachment_without_a_name_and_is_noted(phone, sqlite_app, stage):
    for ending in ("json", "pdf"):
        answer = phone.get(f"/export.{ending}")
        told = answer.headers["Content-Disposition"]
        assert told == f"attachment; filename=my-answers-2026-03-02.{ending}"
        assert answer.headers["Cache-Control"] == "no-store"
    lines = rows_of(sqlite_app, AuditLine, action="exported", patient_id=stage.ana.id)
    assert sorted(line.details["kind"] for line in lines) == ["json", "pdf"]
    assert {line.actor for line in lines} == {f"device:{stage.device.id}"}


@pytest.fixture
def pages(phone, sqlite_app, stage):
    """The PDF after some weeks."""
    for ago in range(10, -1, -1):
        ans(sqlite_app, stage, ago, 3 + ago // 3, note="May I bathe?" if ago == 4 else "")
    with_lifting(sqlite_app, stage, 42)
    return PdfReader(BytesIO(phone.get("/export.pdf").data))


def test_the_pages_say_whose_they_are_and_hold_chart_milestones_and_days(pages):
    text = words(" ".join(page.extract_text() for page in pages.pages))
    for told in (
        *("Ana Ruiz", "17 May 1948", "Hill Clinic", "+49 30 23125 100", "Friday 20 February 2026"),
        *("Your pain was 3 on Monday 2 March 2026.", "before 8", "levels off", "Around week 10"),
        "Ask your clinic before lifting, also after this day.",
        *("Mon 2 Mar", "3 of 10", "I went to the street or the shops", "Note: May I bathe?"),
    ):
        assert told in text, told
    assert len(pages.pages) <= 2
    assert {round(float(page.mediabox.width)) for page in pages.pages} == {595}


def parts(node):
    """All parts of a tagged document: (kind, what it says instead of itself)."""
    node = node.get_object()
    if isinstance(node, list):
        return [part for each in node for part in parts(each)]
    if isinstance(node, dict):
        own = [(node["/S"], node.get("/Alt", ""))] if "/S" in node else []
        return own + parts(node.get("/K", NullObject()))
    return []


def test_the_pages_are_tagged_for_who_cannot_see_and_drawn_as_lines(pages):
    root = pages.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("en")
    assert pages.metadata.title == "Answers of Ana Ruiz"
    tagged = parts(root["/StructTreeRoot"])
    assert {"/H1", "/H2", "/Table", "/TH", "/TD"} <= {kind for kind, _ in tagged}
    pictures = [alt for kind, alt in tagged if kind == "/Figure"]
    assert pictures[0] == "Pain since the procedure"
    assert all(pictures)
    assert not [picture for page in pages.pages for picture in page.images]


def test_pages_can_be_made_before_the_first_answer(phone):
    text = " ".join(
        page.extract_text() for page in PdfReader(BytesIO(phone.get("/export.pdf").data)).pages
    )
    assert "There are no answers yet." in text


def test_who_asks_for_pages_again_and_again_is_asked_to_wait(phone, at):
    codes = [phone.get("/export.pdf").status_code for _ in range(6)]
    assert codes[:5] == [200] * 5
    assert codes[5] == 429
    page = phone.get("/export.pdf")
    assert page.headers["Retry-After"] == "1"
    assert "Wait 1 second. Then try again." in page.text
    assert phone.get("/export.json").status_code == 200
    at(MONDAY + timedelta(seconds=2))
    assert phone.get("/export.pdf").status_code == 200


def test_one_pdf_is_made_at_a_time(sqlite_app):
    with sqlite_app.app_context():
        with pdf.one_at_a_time(), pytest.raises(pdf.Busy):
            pdf.pdf("<p>no</p>", paper.PAGE, wait_seconds=0)
        yes = "<html lang=en><title>Ana</title><p>yes</p>"
        assert pdf.pdf(yes, paper.PAGE, wait_seconds=0).startswith(b"%PDF")


def test_the_pages_fetch_nothing():
    with pytest.raises(ValueError, match="fetch nothing"):
        pdf._fetch_nothing("http://example.org/spy.png")


def test_the_drawing_on_paper_knows_no_variable(sqlite_app):
    with sqlite_app.app_context():
        styles = pdf.style(paper.PAGE), pdf.style(paper.DRAWN)
    assert not [style for style in styles if "var(" in style or "@media" in style]


# The clinic sets its days without lifting


def set_days(lias, text, status=303, shown=""):
    return send(lias, "/clinic/pathway/lifting", status, no_lifting_days=text, shown=shown)


def test_the_pathway_page_says_what_sources_say_and_what_empty_means(lias):
    page = re.sub(r"<[^>]*>", " ", see(lias, "/clinic/pathway"))
    assert "Not set. Patients read nothing about lifting." in page
    assert "no restriction, 42 days (6 weeks) and 90 days (13 weeks)" in page
    assert "Empty: patients read nothing about lifting." in page


def test_a_lead_sets_the_days_and_takes_them_away_again(lias, sqlite_app, stage):
    set_days(lias, "42")
    assert 'value="42"' in see(lias, "/clinic/pathway")
    set_days(lias, "", shown="42")
    with sqlite_app.app_context():
        assert db.session.get_one(Clinic, stage.clinic.id).no_lifting_days is None
    lines = rows_of(sqlite_app, AuditLine, action="lifting days set")
    assert [line.details for line in lines] == [
        {"before": None, "after": 42},
        {"before": 42, "after": None},
    ]
    assert {line.actor for line in lines} == {stage.lia.actor}


@pytest.mark.parametrize("typed", ["0", "366", "six weeks", "-3", "4.5"])
def test_a_number_that_cannot_be_meant_is_refused_and_stays_in_the_box(lias, typed):
    page = set_days(lias, typed, 422)
    assert "Type a whole number of days from 1 to 365, or leave the box empty." in page
    assert f'value="{typed}"' in page
    assert "Not set." in see(lias, "/clinic/pathway")


def test_another_clinics_patients_read_nothing_of_it(sqlite_app, stage, lias):
    set_days(lias, "42")
    with sqlite_app.app_context():
        cy = a_patient(stage.eli, "Cy Moor")
        _device, token, _code = a_device(stage.eli, cy)
    assert "lift" not in said(phone_of(sqlite_app, token), "/expect").lower()
