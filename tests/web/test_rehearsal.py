"""The pathway page: trying a change on the clinic's own history, and taking it into use with a name under it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from recovery.clinical.pathway import load, read_default
from recovery.records import flags, heartbeats, pathways
from recovery.records.audit import AuditLine
from recovery.records.database import db
from recovery.records.rehearsals import Rehearsal
from recovery.rounds import rehearsal
from tests.people import MONDAY, a_nurse, answers, check_in
from tests.rounds.work import close_flag, open_flags, reasons
from tests.web.desk import SAME, desk_of, review_all, rows_of, see, send, words

PAGE = "/clinic/pathway"
THRESHOLD = "rules.pain_worsening.threshold"
KNOB = pathways.packaged("vertebroplasty").sensitivity.knob(THRESHOLD)
DULL = f"{KNOB.high:g}"


@pytest.fixture
def approved(sqlite_app, stage):
    with sqlite_app.app_context():
        pathways.approve(a_nurse(stage.clinic, "Dr Finn Harper"), "vertebroplasty", MONDAY)
    return stage


def ask(desk, path="change", **fields):
    """Ask, and return the address of the rehearsal."""
    answer = desk.post(f"{PAGE}/{path}", data=fields or {THRESHOLD: DULL}, headers=SAME)
    assert answer.status_code == 303, words(answer.text)
    return answer.location


@pytest.fixture
def any_history_is_enough(monkeypatch):
    default = read_default("vertebroplasty")
    few = {**default, "sensitivity": {**default["sensitivity"], "few_patient_weeks": 0}}
    monkeypatch.setattr(pathways, "read_default", lambda _name: few)
    monkeypatch.setattr(pathways, "packaged", lambda _name: load(few))


def work_out(app):
    with app.app_context():
        rehearsal.work_out_waiting(lambda: MONDAY)


def worked_out(app, desk, path="change", **fields):
    address = ask(desk, path, **fields)
    work_out(app)
    return address


def said(desk, path=PAGE):
    """What stands on a page, without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", see(desk, path)).split())


def close_a_pain_flag(app, stage):
    """Ana fell, was flagged, and a fracture was found."""
    with app.app_context():
        check_in(stage.ana, stage.device, answers(4, fall=True), MONDAY)
    review_all(app)
    with app.app_context():
        flag = open_flags(stage.ana)["pain_worsening"]
        outcomes = dict.fromkeys(reasons(flag), "new_fracture")
        close_flag(stage.dee, flag, outcomes, "seen in the clinic", MONDAY)


def test_the_page_says_what_is_in_use_who_approved_it_and_where_each_number_comes_from(
    approved, desk
):
    page = said(desk)
    assert "2026.3+1 approved by Dr Finn Harper on Monday 2 March 2026" in page
    assert "Evidence needed for a flag of worsening pain" in page
    assert "Source: chosen on simulated cohorts, not validated" in page
    assert "Warning signs and fever cannot be changed." in page


def test_a_copy_that_was_approved_for_an_earlier_version_says_for_which_and_by_whom(
    sqlite_app, approved, desk
):
    with sqlite_app.app_context():
        pathways.latest_copy(approved.clinic.id, "vertebroplasty").base_version = "2026.1"
        db.session.commit()
    page = said(desk)
    assert "2026.3 draft Draft, not clinically approved" in page
    assert (
        "Approved for 2026.1 by Dr Finn Harper on Monday 2 March 2026; the program now brings 2026.3: "
        "read the rule book and approve it." in page
    )
    assert "not approved this version of its pathway" in see(desk, worked_out(sqlite_app, desk))


def test_a_copy_of_the_present_version_is_not_called_an_earlier_one(approved, desk):
    assert "the program now brings" not in said(desk)


def test_a_draft_says_so(desk):
    assert "2026.3 draft Draft, not clinically approved" in said(desk)


def test_the_forms_offer_nothing_of_warning_signs_or_fever(desk):
    names = re.findall(r'<select[^>]* name="([^"]+)"', desk.get(PAGE).text)
    assert names
    assert not [name for name in names if "fever" in name or "warning_sign" in name]


def test_while_it_is_being_worked_out_the_page_says_so_and_renews_itself_without_scripts(desk):
    address = ask(desk)
    page = see(desk, address)
    assert '<noscript> <meta http-equiv="refresh" content="5"> </noscript>' in page
    assert "Being worked out. This page renews itself." in page
    assert "Use this from now on" not in page


def test_it_says_when_the_rounds_are_late(sqlite_app, desk, at):
    address = ask(desk)
    at(MONDAY + timedelta(minutes=5))
    assert "Our computer is behind, so this waits." in see(desk, address)
    at(MONDAY)
    with sqlite_app.app_context():
        heartbeats.beat("review", 5, MONDAY)
    assert "Our computer is behind" not in see(desk, address)


def test_a_renewal_asks_for_the_middle_alone_and_gets_304_while_nothing_changed(sqlite_app, desk):
    address = ask(desk)
    first = desk.get(address, headers={"X-Renew": "1"})
    again = {"X-Renew": "1", "If-None-Match": first.headers["ETag"]}
    assert "<html" not in first.text
    assert desk.get(address, headers=again).status_code == 304
    work_out(sqlite_app)
    done = desk.get(address, headers=again)
    assert done.status_code == 200
    assert "With the change" in done.text


def test_the_result_compares_both_and_says_that_few_data_are_few(sqlite_app, desk):
    page = see(desk, worked_out(sqlite_app, desk))
    assert "1 patient and 2 patient-weeks: too few to judge by. Below 200 patient-weeks" in page
    assert "Flags of all rules a week for each 100 patients:" in page
    assert re.search(r"\d\.\d \(\d+\.\d to \d+\.\d\) now", page)
    assert "In brackets: between what the usual number lies, 95 times in 100" in page
    assert "No flag of this kind was closed with a real outcome in this time." in page
    assert 'http-equiv="refresh"' not in page


def test_a_case_is_named_with_what_would_have_become_of_it_and_the_look_is_audited(
    sqlite_app, stage, desk
):
    close_a_pain_flag(sqlite_app, stage)
    page = see(desk, worked_out(sqlite_app, desk))
    assert "Of 1 flag with a real outcome the change would have found 0 earlier than now" in page
    assert (
        re.search(r"Ana Ruiz</a> .*New fracture confirmed</td> <td>same day</td>", page) is not None
    )
    [line] = rows_of(sqlite_app, AuditLine, action="rehearsal opened")
    assert line.details["patients"] == [str(stage.ana.id)]


def test_the_result_says_what_a_rehearsal_does_not_know(sqlite_app, desk):
    page = see(desk, worked_out(sqlite_app, desk))
    for sentence in (
        "Only flags that were raised, and closed with a real outcome, are known.",
        "a more sensitive number can hardly show what would be gained.",
        "A number is chosen and judged on the same history. In the coming months it may raise more",
        "A flag up to 6 days before the real one, or 14 days after it, counts as found, even if it",
        "Flags of one patient do, so the true range is wider.",
        "Fewer flags on the whole does not mean fewer for each patient",
    ):
        assert sentence in page


def test_a_typed_number_may_be_used_after_little_history_with_the_warning_beside_the_button(
    sqlite_app, approved, lias
):
    address = worked_out(sqlite_app, lias)
    use = see(lias, address).partition("Use it")[2]
    warning, button = use.index("too few to judge by"), use.index("Use this from now on")
    assert warning < button
    send(lias, f"{address}/use")
    assert "Taken into use as copy 2" in see(lias, address)


def test_with_too_little_history_a_budget_proposes_nothing_and_nothing_can_be_used(
    sqlite_app, approved, lias
):
    close_a_pain_flag(sqlite_app, approved)
    address = worked_out(sqlite_app, lias, "budget", budget="99")
    page = see(lias, address)
    assert "too few to judge by. Below 200 patient-weeks" in page
    assert "There is too little history to choose a number by, so none is proposed." in page
    assert "What each number would have raised" in page  # what was counted
    assert re.search(rf"{KNOB.low:g} .{{0,60}}</th> <td>[\d.]+ \([\d.]+ to [\d.]+\)</td>", page)
    assert "Ana Ruiz</a>" in page
    for word in ("that fits", "proposed</span>", "With the change", "Then", "Use this from now on"):
        assert word not in page
    assert "Nothing was changed" in send(lias, f"{address}/use", 409)
    assert "2026.3+1 approved" in said(lias)


def test_without_any_history_a_budget_proposes_nothing(sqlite_app, stage, desk, monkeypatch):
    monkeypatch.setattr(rehearsal.rehearsals, "procedures_since", lambda *_: [])
    page = see(desk, worked_out(sqlite_app, desk, "budget", budget="3"))
    assert "0 patients and 0 patient-weeks: too few to judge by." in page
    assert "so none is proposed" in page
    assert "<td>not known</td> <td>\u2013</td> <td>\u2013</td>" in page


@pytest.mark.usefixtures("any_history_is_enough")
def test_a_budget_says_how_sure_it_is_that_the_number_fits(sqlite_app, stage, desk):
    close_a_pain_flag(sqlite_app, stage)
    page = see(desk, worked_out(sqlite_app, desk, "budget", budget="70"))
    told = re.search(r"would have raised ([\d.]+) flags .* between ([\d.]+) and ([\d.]+),", page)
    rate, low, high = map(float, told.groups())
    assert low < rate <= 70 < high
    assert "which may be more than your budget." in page
    assert f"{rate} ({low} to {high})" in page


@pytest.mark.usefixtures("any_history_is_enough")
def test_a_budget_shows_every_number_its_flags_a_week_and_which_one_fits(sqlite_app, stage, desk):
    close_a_pain_flag(sqlite_app, stage)
    address = worked_out(sqlite_app, desk, "budget", budget="99,5")
    page = see(desk, address)
    assert f"{KNOB.low:g} is the most sensitive number that fits." in page
    assert "A jump in pain, a fall, a new place or a sudden start is flagged whatever" in page
    svg = desk.get(address).text.partition("<svg")[2].partition("</svg>")[0]
    assert "budget 99.5" in svg
    for value in KNOB.grid:
        assert re.search(rf'<th scope="row">\s*{value:g}\b', desk.get(address).text)


@pytest.mark.usefixtures("any_history_is_enough")
def test_a_budget_that_nothing_fits_says_so_and_offers_the_least_sensitive(sqlite_app, stage, desk):
    close_a_pain_flag(sqlite_app, stage)
    page = see(desk, worked_out(sqlite_app, desk, "budget", budget="0.1"))
    assert f"No allowed number fits this budget. The least sensitive, {KNOB.high:g}, would" in page


@pytest.mark.parametrize("typed", ["", "0", "-3", "101", "many", "1e3", "3.141"])
def test_a_budget_that_cannot_be_read_says_what_to_type_and_stays_typed(desk, typed):
    page = send(desk, f"{PAGE}/budget", 422, budget=typed)
    assert "Type a number above 0 and at most 100, such as 3 or 2.5." in page
    assert f'value="{typed}"' in page


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "Choose another number for at least one of these."),
        ({THRESHOLD: ""}, "Choose another number for at least one of these."),
        ({THRESHOLD: "99"}, "Choose one of the numbers shown."),
        ({"rules.fever.limit": "40"}, "Choose another number for at least one of these."),
    ],
)
def test_a_change_that_cannot_be_made_says_what_to_do(desk, sqlite_app, fields, says):
    assert says in send(desk, f"{PAGE}/change", 422, **fields)
    assert rows_of(sqlite_app, Rehearsal) == []


def test_nothing_changes_until_a_lead_says_so_and_then_it_stands_there_with_the_name(
    sqlite_app, approved, lias
):
    address = worked_out(sqlite_app, lias)
    assert "2026.3+1 approved" in said(lias)
    assert "approved by Lia Lead. The old one stays on record" in see(lias, address)
    assert "It acts on the answers of today and from now on." in see(lias, address)
    send(lias, f"{address}/use")
    assert "Taken into use as copy 2 of your clinic's pathway." in see(lias, address)
    page = said(lias)
    assert "2026.3+2 approved by Lia Lead on Monday 2 March 2026" in page
    assert "Source: your clinic's own choice" in page
    assert re.search(rf"Evidence needed .{{20,40}}: [\d.]+, then {DULL}", page)
    assert "in use since, as copy 2" in page


def test_a_change_of_a_pathway_that_has_changed_since_is_refused_and_a_new_rehearsal_offered(
    sqlite_app, approved, lias
):
    first = worked_out(sqlite_app, lias)
    second = worked_out(sqlite_app, lias, **{THRESHOLD: f"{KNOB.low:g}"})
    send(lias, f"{first}/use")
    page = send(lias, f"{second}/use", 409)
    assert "Nothing was changed" in page
    assert "has changed since it was rehearsed. Rehearse it again, then decide." in page
    assert "Use this from now on" not in page
    answer = lias.post(f"{second}/again", headers=SAME)
    work_out(sqlite_app)
    assert "Use this from now on" in see(lias, answer.location)


def test_a_clinic_with_a_draft_is_told_why_it_cannot_use_a_change(sqlite_app, lias):
    address = worked_out(sqlite_app, lias)
    page = see(lias, address)
    assert "your clinic has not approved this version of its pathway yet" in page
    assert "Use this from now on" not in page
    assert "Nothing was changed" in send(lias, f"{address}/use", 409)


def test_numbers_that_are_in_use_already_are_not_offered_again(sqlite_app, approved, lias):
    address = worked_out(sqlite_app, lias)
    send(lias, f"{address}/use")
    again = lias.post(f"{address}/again", headers=SAME).location
    work_out(sqlite_app)
    assert "these numbers are in use already" in see(lias, again)


def test_one_that_could_not_be_worked_out_says_what_to_do(sqlite_app, desk, monkeypatch):
    monkeypatch.setattr(rehearsal, "rehearse", lambda *_: 1 / 0)
    page = see(desk, worked_out(sqlite_app, desk))
    assert "This could not be worked out, and nothing has changed. Rehearse it again;" in page
    assert "could not be worked out" in see(desk, PAGE)


def test_it_is_neither_seen_nor_used_from_another_clinic(sqlite_app, stage, lias):
    address = worked_out(sqlite_app, lias)
    eli = desk_of(sqlite_app, stage.eli)
    see(eli, address, 404)
    for post in ("use", "again"):
        send(eli, f"{address}/{post}", 404)
    assert "Last rehearsals" not in see(eli, PAGE)


def test_one_that_is_not_worked_out_yet_cannot_be_used(lias):
    send(lias, f"{ask(lias)}/use", 404)


def test_no_flag_is_touched_by_a_change(sqlite_app, approved, lias):
    close_a_pain_flag(sqlite_app, approved)
    with sqlite_app.app_context():
        before = [(f.id, f.pathway_version, f.closed_at) for f in flags.of_patient(approved.ana)]
    send(lias, f"{worked_out(sqlite_app, lias)}/use")
    review_all(sqlite_app, MONDAY + timedelta(seconds=5))
    with sqlite_app.app_context():
        after = [(f.id, f.pathway_version, f.closed_at) for f in flags.of_patient(approved.ana)]
    assert after == before
