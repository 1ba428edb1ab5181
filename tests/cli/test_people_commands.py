"""The operator's commands about people: roles, administrators, and a link in place of a lost password."""

from __future__ import annotations

import re

import pytest

from recovery.records import accounts, administrators, people, sign_ins
from tests.people import CHEAP, MONDAY, PASSWORD, set_stage

NURSE = ("add-clinician", "--clinic", "Hill Clinic", "--name", "Flo", "--email", "flo@hill.example")
ADA = ("add-administrator", "--email", "ada@installation.example", "--name", "Ada Admin")


@pytest.fixture
def run(sqlite_app, at):
    at(MONDAY)
    with sqlite_app.app_context():
        set_stage()
    runner = sqlite_app.test_cli_runner()
    return lambda *words, **options: runner.invoke(args=list(words), **options)


def use(app, output):
    """Set a password with the link that a command has printed."""
    token = re.search(r"http://localhost/clinic/welcome/([\w-]+)\n", output)[1]
    key = app.extensions["settings"].secret_key
    with app.app_context():
        return sign_ins.use_link(token, key, PASSWORD, CHEAP, MONDAY).name


@pytest.mark.parametrize(("words", "role"), [((), "clinician"), (("--role", "lead"), "lead")])
def test_somebody_is_added_with_a_role(run, sqlite_app, words, role):
    assert run(*NURSE, *words, env={"CLINICIAN_PASSWORD": PASSWORD}).exit_code == 0
    with sqlite_app.app_context():
        assert accounts.find_by_email("flo@hill.example").role == role


def test_a_role_that_does_not_exist_says_which_there_are(run):
    done = run(*NURSE, "--role", "administrator", env={"CLINICIAN_PASSWORD": PASSWORD})
    assert done.exit_code == 2
    assert "'clinician', 'lead'" in done.output


@pytest.mark.parametrize(
    ("words", "password", "says"),
    [
        ((), "short", "Choose a password of at least 12 characters."),
        (("--email", "dee@hill.example"), PASSWORD, "dee@hill.example is in use already."),
    ],
)
def test_an_account_that_cannot_be_made_says_why(run, words, password, says):
    done = run(*NURSE, *words, env={"CLINICIAN_PASSWORD": password})
    assert done.exit_code == 1
    assert done.output.startswith(f"Error: {says}")


def test_an_administrator_is_added_and_sets_a_password_with_the_printed_link(run, sqlite_app):
    done = run(*ADA)
    assert "Give this link to Ada Admin. It works once, for 7 days:" in done.output
    assert use(sqlite_app, done.output) == "Ada Admin"
    with sqlite_app.app_context():
        assert administrators.find_by_email("ada@installation.example").signed_in_at == MONDAY
    assert "is in use already" in run(*ADA).output


@pytest.mark.parametrize("email", ["DEE@hill.example", "ada@installation.example"])
def test_a_lost_password_is_set_anew_with_a_printed_link(run, sqlite_app, email):
    run(*ADA)
    done = run("lost-password", "--email", email)
    assert use(sqlite_app, done.output) in ("Nurse Dee", "Ada Admin")


@pytest.mark.parametrize("email", ["nobody@hill.example", "", "dee@hill.example"])
def test_nobody_gets_a_link_who_does_not_work_here(run, sqlite_app, email):
    with sqlite_app.app_context():
        if dee := accounts.find_by_email(email):
            people.end(dee, "operator", MONDAY)
    done = run("lost-password", "--email", email)
    assert done.exit_code == 1
    assert done.output == f"Error: Nobody signs in with the address {email or '(empty)'}.\n"


def test_an_administrator_is_let_go_by_a_command(run, sqlite_app):
    run(*ADA)
    done = run("end-administrator", "--email", "ADA@installation.example")
    assert (done.exit_code, done.output) == (0, "The account of Ada Admin has ended.\n")
    with sqlite_app.app_context():
        assert administrators.find_by_email("ada@installation.example") is None


@pytest.mark.parametrize("email", ["ada@installation.example", "dee@hill.example", ""])
def test_who_is_no_administrator_is_not_let_go_as_one(run, email):
    done = run("end-administrator", "--email", email)
    assert done.exit_code == 1
    assert done.output == f"Error: No administrator has the address {email or '(empty)'}.\n"
