"""The operator's commands: each says what it did, or in one sentence what to do instead."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys

import pytest
import sqlalchemy as sa

from config import Settings, SettingsError, from_environment
from recovery import cli
from recovery.records import accounts, heartbeats, pathways
from recovery.records.audit import AuditLine
from recovery.records.database import db
from recovery.rounds.scheduler import TIMETABLE
from tests.house.program import ROOT, text
from tests.people import MONDAY, PASSWORD, answers, check_in, set_stage
from tests.rounds.work import open_flags

CLINIC = [
    "add-clinic",
    *("--name", "Hill Clinic"),
    *("--phone", "+49 30 23125 100"),
    *("--emergency-number", "112"),
    *("--out-of-hours-phone", "+49 30 23125 199"),
    *("--lost-card-phone", "+49 30 23125 102"),
    *("--hours", "Mo-Fr 08:00-16:00"),
    *("--closed-day", "2026-12-25"),
    *("--zone", "Europe/Berlin"),
    *("--language", "en"),
    *("--alert-address", "nurses@hill.example"),
    *("--second-alert-address", "lead@hill.example"),
]
CLINICIAN = [
    "add-clinician",
    "--clinic",
    "Hill Clinic",
    "--email",
    "dee@hill.example",
    "--name",
    "Dee",
]


@pytest.fixture
def run(sqlite_app):
    runner = sqlite_app.test_cli_runner()
    return lambda *words, **options: runner.invoke(args=[str(word) for word in words], **options)


def test_a_clinic_and_its_clinician_are_added(run, sqlite_app):
    assert "Hill Clinic is added" in run(*CLINIC).output
    done = run(*CLINICIAN, env={"CLINICIAN_PASSWORD": PASSWORD})
    assert "dee@hill.example" in done.output
    with sqlite_app.app_context():
        clinic = accounts.find_clinic("Hill Clinic")
        assert clinic.closed_days == ["2026-12-25"]
        assert accounts.find_by_email("dee@hill.example").clinic_id == clinic.id


def test_a_clinic_speaks_one_of_the_languages(run):
    refused = run(*CLINIC, "--language", "it")
    assert refused.exit_code == 2
    assert "'en', 'fr', 'es', 'de'" in refused.output


def test_a_clinic_may_say_for_how_long_its_patients_ask_before_lifting(run, sqlite_app):
    for days in (0, 366):
        refused = run(*CLINIC, "--no-lifting-days", days)
        assert refused.exit_code == 1
        assert "a whole number from 1 to 365, or not at all." in refused.output
    run(*CLINIC, "--no-lifting-days", 42)
    with sqlite_app.app_context():
        assert accounts.find_clinic("Hill Clinic").no_lifting_days == 42


@pytest.mark.parametrize(
    "left_out", [word for word in CLINIC if word.startswith("--") and word != "--closed-day"]
)
def test_a_clinic_without_one_of_its_numbers_is_refused(run, left_out):
    place = CLINIC.index(left_out)
    done = run(*CLINIC[:place], *CLINIC[place + 2 :])
    assert done.exit_code
    assert left_out in done.output


def test_hours_that_cannot_be_read_say_how_to_write_them(run):
    words = [("always" if word.startswith("Mo-Fr") else word) for word in CLINIC]
    done = run(*words)
    assert done.exit_code
    assert "write 08:00-16:00" in done.output


def test_a_clinician_of_an_unknown_clinic_is_refused(run):
    done = run(*CLINICIAN, env={"CLINICIAN_PASSWORD": PASSWORD})
    assert done.exit_code
    assert "There is no clinic named Hill Clinic" in done.output


APPROVAL = ("approve-pathway", "--clinic", "Hill Clinic", "--by")


def copies_and_lines(app):
    with app.app_context():
        copies = db.session.scalars(sa.select(pathways.PathwayCopy)).all()
        lines = sa.select(AuditLine).where(AuditLine.action == "pathway approved")
        return copies, db.session.scalars(lines).all()


def test_a_pathway_is_approved_by_name(run, sqlite_app):
    with sqlite_app.app_context():
        lia = set_stage().lia
    done = run(*APPROVAL, "Lead@hill.example")
    assert done.output == "vertebroplasty 2026.3+1 is approved for Hill Clinic by Lia Lead.\n"
    [copy], [line] = copies_and_lines(sqlite_app)
    assert (copy.clinic_id, copy.number, copy.approved_by) == (lia.clinic_id, 1, "Lia Lead")
    assert (line.actor, line.details["number"]) == (lia.actor, 1)


def test_a_pathway_that_is_approved_already_is_not_written_again(run, sqlite_app):
    with sqlite_app.app_context():
        set_stage()
    run(*APPROVAL, "lead@hill.example")
    done = run(*APPROVAL, "lead@hill.example")
    assert done.exit_code == 0
    assert "2026.3+1 is approved for Hill Clinic already; nothing was written.\n" in done.output
    assert list(map(len, copies_and_lines(sqlite_app))) == [1, 1]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([""], "There is no clinician with the address (empty)."),
        (["Mickey Mouse"], "There is no clinician with the address Mickey Mouse."),
        (["eli@harbour.example"], "Nurse Eli is no lead of Hill Clinic."),
        (["dee@hill.example"], "Nurse Dee is no lead of Hill Clinic."),
        (["lead@hill.example", "--pathway", "hip"], "hip: there is no such pathway"),
        (["lead@hill.example", "--clinic", "Hil"], "There is no clinic named Hil."),
    ],
)
def test_nobody_but_a_lead_of_the_clinic_approves_its_pathway(run, sqlite_app, words, says):
    with sqlite_app.app_context():
        set_stage()
    done = run(*APPROVAL, *words)
    assert done.exit_code == 1
    assert done.output.startswith(f"Error: {says}")
    assert copies_and_lines(sqlite_app) == ([], [])


def test_a_card_is_printed_for_a_record_number(run, sqlite_app):
    with sqlite_app.app_context():
        number = set_stage().ana.record_number
    done = run("card", "--record-number", number, "--by", "dee@hill.example")
    assert "http://localhost/c/" in done.output
    assert run("card", "--record-number", number, "--by", "eli@harbour.example").exit_code
    assert run("card", "--record-number", number, "--by", "nobody@hill.example").exit_code


def test_rounds_once_as_of_a_moment_review_what_was_due_and_leave_no_heartbeat(run, sqlite_app):
    with sqlite_app.app_context():
        stage = set_stage()
        check_in(stage.ana, stage.device, answers(3, temperature_c=38.6), MONDAY)
    assert run("rounds", "--once", "--at", MONDAY.isoformat()).exit_code == 0
    with sqlite_app.app_context():
        assert "fever" in open_flags(stage.ana)
        assert db.session.scalars(sa.select(heartbeats.Heartbeat)).all() == []
    assert run("rounds", "--once").exit_code == 0
    with sqlite_app.app_context():
        assert len(db.session.scalars(sa.select(heartbeats.Heartbeat)).all()) == len(TIMETABLE)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--at", "2026-03-02T09:00:00+00:00"], "--once"),
        (["--once", "--at", "yesterday"], "not an ISO instant"),
        (["--once", "--at", "2026-03-02T09:00:00"], "needs its offset"),
    ],
)
def test_rounds_at_an_unreadable_moment_are_refused(run, words, says):
    done = run("rounds", *words)
    assert done.exit_code
    assert says in done.output


PATIENTS = "patient,procedure_date,baseline_pain\nana,2026-01-05,8\n"
GOOD = "patient,date,pain,mobility,temperature_c,warning_signs\nana,2026-01-08,4,3,38.6,\n"


@pytest.fixture
def files(tmp_path):
    def write(checkins=GOOD, patients=PATIENTS):
        (tmp_path / "checkins.csv").write_text(checkins)
        (tmp_path / "patients.csv").write_text(patients)
        out = ("--flags", tmp_path / "flags.csv", "--bands", tmp_path / "bands.csv")
        return ["replay", tmp_path / "checkins.csv", "--patients", tmp_path / "patients.csv", *out]

    return write


def rows(path):
    return list(csv.DictReader(path.read_text().splitlines()))


def test_replay_writes_flags_and_a_band_for_every_day(run, files, tmp_path):
    assert run(*files()).exit_code == 0
    flags = rows(tmp_path / "flags.csv")
    bands = rows(tmp_path / "bands.csv")
    assert list(flags[0]) == ["patient", "date", "rule", "urgency", "reason"]
    assert ("2026-01-08", "fever", "today") in [(r["date"], r["rule"], r["urgency"]) for r in flags]
    assert len(bands) == 90


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("ana,2026-01-09,11,3,36.6,", "pain"),
        ("ana,2026-01-09,4,9,36.6,", "mobility"),
        ("ana,2026-01-09,4,3,380,", "temperature"),
        ("ana,2026-01-09,4,3,36.6,toothache", "toothache"),
        ("ana,9 January,4,3,36.6,", "date"),
        ("ana,2026-01-08,4,3,36.6,", "twice"),
        ("ana,2026-01-04,4,3,36.6,", "before"),
        ("bo,2026-01-09,4,3,36.6,", "bo"),
        ("ana,2026-01-09,4", "fields"),
    ],
)
def test_a_broken_row_is_refused_with_file_and_line_and_nothing_is_written(
    run, files, tmp_path, row, says
):
    done = run(*files(GOOD + row + "\n"))
    assert done.exit_code == 1
    assert "checkins.csv:3:" in done.output.replace(", line 3", ":3:")
    assert says in done.output
    assert not (tmp_path / "flags.csv").exists()
    assert not (tmp_path / "bands.csv").exists()


def test_replay_says_in_one_sentence_which_pathway_or_file_is_not_there(run, files, tmp_path):
    words = files()
    assert run(*words, "--pathway", "hip").output == "Error: hip: there is no such pathway\n"
    for name in ("checkins.csv", "patients.csv"):
        (tmp_path / name).unlink()
    done = run(*words)
    assert done.exit_code == 1
    assert [line.partition(".csv: ")[2] for line in done.output.splitlines()] == [
        "there is no such file"
    ] * 2


def test_a_rehearsal_is_printed_at_once_and_changes_nothing(run, sqlite_app, at):
    at(MONDAY)
    with sqlite_app.app_context():
        set_stage()
    words = ("rehearse", "--clinic", "Hill Clinic")
    done = run(*words, "--threshold", "6", "--change", "rules.gone_quiet.days_most=7")
    assert "1 patient and" in done.output
    assert "too few to judge by" in done.output
    assert re.search(r"Days of silence after which anybody is flagged +6 +7\n", done.output)
    done = run(*words, "--budget", "3")
    assert "too little history to choose a number by, so none is proposed" in done.output
    assert re.search(r"\n7.4 +\d+\.\d \(\d+\.\d to \d+\.\d\) ", done.output)
    assert "\n- A number is chosen and judged on the same history." in done.output
    assert "Ana" not in done.output
    with sqlite_app.app_context():
        clinic = accounts.find_clinic("Hill Clinic")
        assert pathways.version_for(clinic.id, "vertebroplasty") == "2026.3 draft"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "Give either --budget, or --threshold or --change."),
        (("--threshold", 60), "must lie between"),
        (("--change", "rules.fever.limit=39"), "rules.fever.limit cannot be changed"),
        (("--budget", 3, "--clinic", "Hil Clinic"), "There is no clinic named Hil Clinic"),
    ],
)
def test_a_rehearsal_that_cannot_be_held_says_what_to_type(run, sqlite_app, words, says):
    with sqlite_app.app_context():
        set_stage()
    done = run("rehearse", "--clinic", "Hill Clinic", *words)
    assert done.exit_code
    assert says in done.output


def test_the_rule_book_is_printed_whole(run):
    done = run("rule-book")
    assert done.exit_code == 0
    assert done.output == text("docs/rule-book.md")


def test_a_pathway_that_does_not_exist_has_no_rule_book(run):
    done = run("rule-book", "--pathway", "hip")
    assert done.exit_code
    assert done.output == "Error: hip: there is no such pathway\n"


ENVIRONMENT = {
    "SECRET_KEY": "s" * 32,
    "CARD_KEY": "c" * 32,
    "BASE_URL": "https://recovery.clinic.example/",
    "SMTP_URL": "smtp://localhost",
    "MAIL_FROM": "recovery@clinic.example",
}


def test_the_settings_are_read_from_the_environment():
    settings = from_environment(
        {**ENVIRONMENT, "DATABASE_URL": "postgres://db/recovery", "PROXIES": "1"}
    )
    assert settings == Settings(
        "s" * 32,
        "c" * 32,
        "https://recovery.clinic.example",
        "postgresql+psycopg://db/recovery",
        "smtp://localhost",
        "recovery@clinic.example",
        proxies=1,
    )


@pytest.mark.parametrize("name", ENVIRONMENT)
def test_a_missing_setting_stops_the_start_with_the_line_to_add(name):
    rest = {key: value for key, value in ENVIRONMENT.items() if key != name}
    with pytest.raises(SettingsError, match=f"{name}="):
        from_environment(rest)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("BASE_URL", "clinic.example"),
        ("PROXIES", "one"),
        ("SMTP_URL", "smtp://mail:25a"),
        ("SMTP_URL", "mail"),
        ("RMDQ_FOLDER", "/nowhere/lists"),
        ("SMTP_CA_FILE", "/nowhere/ca.pem"),
        ("CHAT_URLS", "mmosts://chat.example/token"),
        ("CHAT_URLS", "on call=mmosts://chat.example/token"),
        ("CHAT_URLS", "Hill Clinic/on call=chat.example"),
        ("CHAT_URLS", "Hill Clinic/on call=mmosts://"),
        ("CHAT_URLS", "Hill Clinic/=mmosts://chat.example/token"),
    ],
)
def test_a_misspelt_setting_stops_the_start_with_the_line_to_add(name, value):
    with pytest.raises(SettingsError, match=f"{name}="):
        from_environment({**ENVIRONMENT, name: value})


CHATS = (
    "Hill/Valley Clinic/on call=mmosts://chat.example/a?b=c; Harbour Clinic/on call=json://x/y ;"
)


def test_each_chat_belongs_to_one_clinic_and_its_address_is_told_to_nobody():
    settings = from_environment({**ENVIRONMENT, "CHAT_URLS": CHATS})
    assert settings.chats_of("Hill/Valley Clinic") == {"on call": "mmosts://chat.example/a?b=c"}
    assert settings.chats_of("Harbour Clinic") == {"on call": "json://x/y"}
    assert settings.chats_of("Valley Clinic") == {}
    secret = "Hill Clinic/on call=SECRET"
    with pytest.raises(SettingsError) as refused:
        from_environment({**ENVIRONMENT, "CHAT_URLS": secret})
    assert "SECRET" not in refused.value.message


def test_a_chat_that_is_named_twice_stops_the_start():
    twice = "Hill Clinic/on call=json://a; Hill Clinic/on call=json://b"
    with pytest.raises(SettingsError, match="twice"):
        from_environment({**ENVIRONMENT, "CHAT_URLS": twice})


@pytest.mark.parametrize(
    "words",
    [
        "flask --app recovery rule-book",
        "/usr/bin/flask --app recovery replay x.csv",
        "flask --debug demo",
        "/lib/flask/__main__.py --app recovery rule-book",
        "flask --app recovery",
        "flask --app recovery --help",
        "flask --app recovery add-clinic --help",
    ],
)
def test_help_demo_replay_and_rule_book_need_no_settings(words):
    assert cli.is_paper_work(words.split())


@pytest.mark.parametrize(
    "words",
    [
        "flask --app recovery rounds",
        "flask --app recovery add-clinic --name demo",
        "gunicorn recovery:create_app() demo",
        "/lib/other/__main__.py --help",
    ],
)
def test_everything_else_needs_settings(words):
    assert not cli.is_paper_work(words.split())


def test_without_settings_help_is_given_and_the_rest_refused_in_one_sentence():
    program = [sys.executable, "-m", "flask", "--app", "recovery"]
    environment = {key: os.environ[key] for key in os.environ.keys() - {*ENVIRONMENT}}

    def typed(*words):
        words = [*program, *words]
        return subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True)

    helped = typed("--help")
    assert (helped.returncode, helped.stderr) == (0, "")
    assert all(name in helped.stdout for name in cli.commands.commands if name != "demo-people")
    refused = typed("rounds", "--once")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("Error: SECRET_KEY is missing. Add a line such as:")
    assert refused.stderr.count("\n") == 1
