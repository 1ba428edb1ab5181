"""The one page for the record: one page whatever stands on it, chart as vectors, text, tags, fonts; one at a time."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
import sqlalchemy as sa
from pypdf import PdfReader
from pypdf.generic import ContentStream, NullObject

from recovery.clinical.clinician_words import RULES
from recovery.records import audit, moves, patients
from recovery.records.accounts import Clinic
from recovery.records.contacts import Tried
from recovery.records.database import writing
from recovery.records.flags import Flag, FlagFinding
from recovery.records.languages import LANGUAGES
from recovery.web import pdf, summary
from tests.people import MONDAY, a_patient, answers, check_in
from tests.web.desk import desk_of, rows_of, see, words

DAY = timedelta(days=1)
LONG = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstelle"
REASONS = {
    "warning_sign": ("wound", {"day": 70}),
    "fever": ("fever", {"temperature": 38.6, "day": 71}),
    "pain_worsening": ("pain_new_place", {"day": 72}),
    "mobility_loss": (
        "moves_less_than_before",
        {"before": 1, "mobility": 0, "day": 73, "baseline": 3},
    ),
    "not_improving": ("very_severe", {"pain": 9, "day": 74, "limit": 9}),
    "gone_quiet": ("quiet", {"days": 4, "day": 80}),
}


def raise_flag(patient, rule, day, closed_by=""):
    """A flag as a review raises it; closed_by: who closed it in many words."""
    procedure, at = patients.current_procedure(patient), MONDAY - (90 - day) * DAY
    with writing() as session:
        flag = Flag(
            id=uuid4(),
            clinic_id=patient.clinic_id,
            patient_id=patient.id,
            procedure_id=procedure.id,
            rule=rule,
            urgency="today",
            raised_at=at,
            raised_on=patient.today(at),
            updated_at=at,
            pathway_version="2026.3",
        )
        if closed_by:
            flag.closed_at, flag.closed_by = at + DAY, closed_by
            flag.closing_words = f"{LONG} {LONG} and much more was said on the phone."
        session.add(flag)
        session.flush()
        session.add(finding(flag, at))


def finding(flag, at):
    reason, values = REASONS[flag.rule]
    outcome = "other" if flag.closed_at else None
    return FlagFinding(
        clinic_id=flag.clinic_id,
        flag_id=flag.id,
        number=1,
        reason=reason,
        urgency="today",
        values=values,
        day=flag.raised_on,
        found_at=at,
        outcome=outcome,
    )


def fill(stage, patient, *, closed=6, called=8):
    """Ninety days of answers, six open flags, earlier ones, and calls, all with long words."""
    for day in range(91):
        told = answers(
            3 + day % 3, temperature_c=36.5 + day % 2, paracetamol=day % 4 == 0, note=LONG
        )
        check_in(patient, stage.dee, told, MONDAY - (90 - day) * DAY)
    for number, rule in enumerate(REASONS):
        raise_flag(patient, rule, 70 + number)
    for number in range(closed):
        raise_flag(patient, "fever", 10 + number, stage.dee.actor)
    for number in range(called):
        said = f"{LONG} number {number}, and she will ring back tomorrow."
        moves.note_try(stage.dee, patient, Tried("patient", said), MONDAY - number * DAY)


@pytest.fixture
def bo(sqlite_app, stage):
    with sqlite_app.app_context():
        levels = {"risks": ["cancer", "steroids", "low_immunity", "blood_thinners"]}
        bo = a_patient(stage.dee, f"Bo {LONG} Lind", 90, record_number="R-4711", **levels)
        fill(stage, bo)
    return bo


@pytest.fixture
def path(bo):
    return f"/clinic/patients/{bo.id}/summary.pdf"


def speak(app, stage, language):
    with app.app_context(), writing() as session:
        session.execute(
            sa.update(Clinic).where(Clinic.id == stage.clinic.id).values(language=language)
        )


def read(desk, path):
    answer = desk.get(path)
    assert answer.status_code == 200, words(answer.text)
    assert answer.mimetype == "application/pdf"
    return PdfReader(BytesIO(answer.data))


def text_of(document):
    return words(" ".join(page.extract_text() for page in document.pages))


def tags(node):
    """All parts of a tagged document: (kind, what it says instead of itself)."""
    node = node.get_object()
    if isinstance(node, list):
        return [part for each in node for part in tags(each)]
    if isinstance(node, dict):
        own = [(node["/S"], node.get("/Alt", ""))] if "/S" in node else []
        return own + tags(node.get("/K", NullObject()))
    return []


@pytest.mark.parametrize("language", LANGUAGES)
def test_ninety_days_and_six_flags_with_long_words_fit_one_page_in_every_language(
    sqlite_app, stage, desk, path, language
):
    speak(sqlite_app, stage, language)
    document = read(desk, path)
    assert len(document.pages) == 1
    (width, height) = document.pages[0].mediabox[2:]
    assert (round(float(width)), round(float(height))) == (595, 842)
    assert document.trailer["/Root"]["/Lang"].startswith(language)
    text = text_of(document)
    for told in ("Bo Donau", "R-4711", "Hill Clinic", "Nurse Dee", "38", "L1"):
        assert told in text, told


def test_it_says_who_why_what_came_of_it_and_what_was_left_out(desk, path):
    text = text_of(read(desk, path))
    for told in (
        "77 years, day 90, L1",
        "17 May 1948",
        "Cancer, Steroids, Low immunity and Blood thinners",
        *RULES.values(),
        "Temperature 38.6 °C on day 71.",
        "Wound red, hot or leaking on day 70.",
        "Earlier flags and outcomes",
        "Last seven days",
        "Calls so far",
        "Printed Mon 2 Mar, 10:00 by Nurse Dee",
    ):
        assert told in text, told
    assert re.search(r"and \d+ more", text)


def test_the_chart_is_drawn_as_lines_and_not_as_a_picture(desk, path):
    document = read(desk, path)
    page = document.pages[0]
    assert not list(page.images)
    drawn = [operator for _, operator in operations(document, page)]
    assert drawn.count(b"c") > 300  # the curves of lines and dots
    assert drawn.count(b"l") > 300
    for said in ("Pain", "Mobility", "Temperature, °C", "levels off", "84"):
        assert said in text_of(document), said


def operations(document, page):
    """What is drawn, also inside of the forms that a page uses."""
    yield from ContentStream(page["/Contents"], document).operations
    for form in page["/Resources"].get("/XObject", {}).values():
        inside = form.get_object()
        assert inside["/Subtype"] == "/Form"
        yield from ContentStream(inside, document).operations
        yield from operations_of_forms(document, inside)


def operations_of_forms(document, form):
    for each in form.get("/Resources", {}).get("/XObject", {}).values():
        inside = each.get_object()
        assert inside["/Subtype"] == "/Form"
        yield from ContentStream(inside, document).operations


def test_it_is_tagged_titled_and_carries_its_fonts(desk, path, bo):
    document = read(desk, path)
    root = document.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert document.metadata.title == f"Summary for the record: {bo.name}"
    kinds = tags(root["/StructTreeRoot"])
    assert [kind for kind, _ in kinds if kind == "/H1"] == ["/H1"]
    assert sum(kind == "/H2" for kind, _ in kinds) >= 6
    assert {"/Table", "/TH", "/TD", "/L", "/LI"} <= {kind for kind, _ in kinds}
    assert all(said for kind, said in kinds if kind == "/Figure")
    fonts = document.pages[0]["/Resources"]["/Font"].values()
    for font in fonts:
        (inner,) = font.get_object()["/DescendantFonts"]
        described = inner.get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(described), described


def test_a_patient_of_whom_nothing_is_known_yet_has_a_page_too(stage, desk):
    text = text_of(read(desk, f"/clinic/patients/{stage.ana.id}/summary.pdf"))
    for told in ("Ana Ruiz", "No open flag for review.", "No earlier flags", "No calls so far"):
        assert told in text, told


def test_taking_it_is_audited(sqlite_app, stage, desk, path, bo):
    read(desk, path)
    (line,) = rows_of(sqlite_app, audit.AuditLine, action="summary made")
    assert (line.actor, line.patient_id) == (stage.dee.actor, bo.id)


def test_nurse_eli_and_a_phone_get_none(sqlite_app, stage, path):
    see(desk_of(sqlite_app, stage.eli), path, 404)
    phone = sqlite_app.test_client()
    phone.set_cookie("device", stage.token)
    assert phone.get(path).status_code == 302


def test_while_another_is_made_on_the_machine_a_sentence_says_when_to_try_again(
    sqlite_app, stage, desk, monkeypatch
):
    monkeypatch.setattr(pdf, "WAIT_SECONDS", 0)
    path = f"/clinic/patients/{stage.ana.id}/summary.pdf"
    with sqlite_app.app_context(), pdf.one_at_a_time():
        answer = desk.get(path)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"].isdigit()
    assert "Another page is being made on this computer." in words(answer.text)
    assert rows_of(sqlite_app, audit.AuditLine, action="summary made") == []
    assert desk.get(path).status_code == 200


def test_what_is_cut_off_says_so():
    assert summary.shortened("Short.", 10) == "Short."
    assert summary.shortened("Far too long.", 8) == "Far too…"
    assert summary.some([1, 2, 3], 3) == ([1, 2, 3], "")
