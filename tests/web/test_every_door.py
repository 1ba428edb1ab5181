"""Every page of clinic A, asked for by everybody for whom it is not: nothing is there, or one is asked who one is.

The whole URL map is walked, whatever stands in it. A new page is closed to others unless OPEN says otherwise, and a new
kind of id in an address needs a filler in clinic_a.py: the id of something that belongs to clinic A.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

import recovery
from recovery.records import accounts
from recovery.records.audit import AuditLine
from recovery.records.database import db
from recovery.web import guards
from tests.people import a_device, a_lead, a_patient, an_administrator
from tests.web.clinic_a import CHOICES, furnish, secrets_of
from tests.web.desk import SAME, desk_of, see, words

# Which groups of pages are open to whom; "own" are those of one's own clinic or phone, which name nothing of clinic A.
ANYBODYS = {
    *("health", "assets", "cards", "pwa", "install", "sign_in", "clinic_welcome", "clinic_worker"),
    "",
}
OPEN = {
    "nobody": ANYBODYS,
    "a phone of clinic A": ANYBODYS | {"own phone"},
    "a phone of clinic B": ANYBODYS | {"own phone"},
    "a lead of clinic B": ANYBODYS | {"own clinic"},
    "an administrator": ANYBODYS | {"clinic_me", "clinic_installation"},
}

# What a lead alone does; whatever else stands behind guards.leads_only is walked as well.
FOR_LEADS = {
    "clinic_settings.save",
    "clinic_settings.lifting",
    "clinic_people.show",
    "clinic_people.add",
    "clinic_people.role",
    "clinic_people.link",
    "clinic_people.end",
    "languages.approve",
    "rehearsal.use",
}
pytestmark = pytest.mark.slow
ASKED_WHO_ONE_IS = re.compile(r"/clinic/sign-in(\?|$)|/card(\?|$)")


@pytest.fixture
def clinic_a(sqlite_app, stage):
    with sqlite_app.app_context():
        return furnish(stage, sqlite_app.extensions["settings"].secret_key)


@pytest.fixture
def browser_of(sqlite_app, stage, clinic_a):
    """A fresh browser of somebody: a page may sign them out."""

    def phone(nurse, patient):
        client = sqlite_app.test_client()
        with sqlite_app.app_context():
            client.set_cookie("device", a_device(nurse, patient)[1])
        return client

    with sqlite_app.app_context():
        ada = an_administrator()
        gus = a_lead(accounts.clinic_of(stage.eli.clinic_id), "Gus Gale")
        bea = a_patient(gus, "Bea Marsh")
    browsers = {
        "nobody": sqlite_app.test_client,
        "a phone of clinic A": lambda: phone(stage.dee, clinic_a.bo),
        "a phone of clinic B": lambda: phone(gus, bea),
        "a lead of clinic B": lambda: desk_of(sqlite_app, gus),
        "a clinician of clinic A": lambda: desk_of(sqlite_app, stage.dee),
        "an administrator": lambda: desk_of(sqlite_app, ada),
    }
    return lambda who: browsers[who]()


def doors(app, clinic_a) -> Iterator[tuple]:
    """Each rule, method and address of the program, filled in with the ids of clinic A's things."""
    for rule in app.url_map.iter_rules():
        for name in rule.arguments - {*clinic_a.ids, *CHOICES}:
            pytest.fail(f"{rule}: what is <{name}>? Give it an id of clinic A in clinic_a.py")
        with app.test_request_context():
            filled = {**clinic_a.ids, **CHOICES}
            address = rule.build({name: filled[name] for name in rule.arguments})[1]
        # OPTIONS finds one of the rules that share an address, and is answered with their methods alone.
        for method in sorted(rule.methods - {"OPTIONS"}):
            yield rule, method, address


def is_open(who, rule) -> bool:
    """Whether OPEN lets somebody in."""
    blueprint = rule.endpoint.rpartition(".")[0]
    if blueprint in OPEN[who]:
        return True
    if rule.rule.startswith("/clinic"):
        names_clinic_a = bool(rule.arguments - {*CHOICES})
        is_outside = blueprint == "clinic_installation"
        return "own clinic" in OPEN[who] and not names_clinic_a and not is_outside
    return "own phone" in OPEN[who] and (who == "a phone of clinic A" or not rule.arguments)


def is_refused(answer, method) -> bool:
    """Not there, or sent to where one says who one is; a script and a post are told that they may not."""
    if answer.status_code in (301, 302, 303):
        return bool(ASKED_WHO_ONE_IS.match(answer.location))
    is_told = method not in guards.SAFE_METHODS or answer.mimetype.endswith("json")
    return answer.status_code in ({401, 403, 404} if is_told else {404})


def ask(browser, method, address, clinic_a):
    """Ask with every id of clinic A that a form might hold."""
    keys = ("code", "token")  # they open to whoever holds them
    ids = {name: each for name, each in clinic_a.ids.items() if name not in keys}
    ids |= {"phone": ids["device_id"], "helper": ids["card_id"]}
    if method in guards.SAFE_METHODS:
        return browser.open(address, method=method, query_string=ids, buffered=True)
    return browser.open(address, method=method, data=ids, headers=SAME, buffered=True)


def text_of(answer) -> str:
    """What can be read of an answer, also in a PDF."""
    if answer.mimetype == "application/pdf" and answer.data:
        return " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
    return answer.get_data().decode(errors="replace")


@pytest.mark.parametrize("who", OPEN)
def test_nobody_gets_at_what_is_clinic_as(sqlite_app, stage, clinic_a, browser_of, who):
    hidden = secrets_of(stage)
    if who == "a phone of clinic A":
        del hidden["Bo"]  # it is his own
    for rule, method, address in doors(sqlite_app, clinic_a):
        answer = ask(browser_of(who), method, address, clinic_a)
        said = f"{who}: {method} {rule} ({rule.endpoint}) is {answer.status_code}"
        assert answer.status_code < 500, said
        assert is_open(who, rule) or is_refused(answer, method), said
        told = words(text_of(answer)) + str(answer.headers)
        assert [each for each in set.union(*hidden.values()) if each in told] == [], said


@pytest.mark.parametrize("who", ["nobody", "a phone of clinic B", "a lead of clinic B"])
def test_and_nobody_changes_anything_there(sqlite_app, stage, clinic_a, browser_of, who):
    before = lines_of(sqlite_app, stage)
    for rule, method, address in doors(sqlite_app, clinic_a):
        if method not in guards.SAFE_METHODS and rule.endpoint != "clinic_welcome.submit":
            ask(browser_of(who), method, address, clinic_a)
    assert lines_of(sqlite_app, stage) == before


def lines_of(app, stage) -> int:
    """How much the audit of clinic A holds: whatever changes or shows something there adds a line."""
    with app.app_context():
        lines = sa.select(sa.func.count()).where(AuditLine.clinic_id == stage.clinic.id)
        return db.session.scalar(lines)


def test_what_a_lead_settles_is_not_there_for_a_clinician(sqlite_app, clinic_a, browser_of):
    walked = set()
    for rule, method, address in doors(sqlite_app, clinic_a):
        with sqlite_app.app_context():
            if guards.guard_of(rule.endpoint) is not guards.leads_only:
                continue
        walked.add(rule.endpoint)
        answer = ask(browser_of("a clinician of clinic A"), method, address, clinic_a)
        assert answer.status_code == 404, f"{method} {rule}"
    assert walked >= FOR_LEADS


def test_a_clinicians_pages_are_not_there_for_an_administrator_nor_the_reverse(
    sqlite_app, clinic_a, browser_of
):
    for who, is_theirs in (
        ("an administrator", lambda rule: rule.endpoint.startswith("clinic_installation.")),
        ("a lead of clinic B", lambda rule: not rule.endpoint.startswith("clinic_installation.")),
    ):
        for rule, method, address in doors(sqlite_app, clinic_a):
            blueprint = rule.endpoint.rpartition(".")[0]
            is_clinics = rule.rule.startswith("/clinic") and blueprint not in ANYBODYS
            if is_clinics and blueprint != "clinic_me" and not is_theirs(rule):
                answer = ask(browser_of(who), method, address, clinic_a)
                assert answer.status_code == 404, f"{who}: {method} {rule}"


def test_what_is_looked_for_does_stand_on_the_pages_of_those_in_whose_care_it_is(
    sqlite_app, stage, clinic_a, browser_of
):
    desk = browser_of("a clinician of clinic A")
    page = see(desk, f"/clinic/patients/{clinic_a.bo.id}") + see(desk, "/clinic/patients")
    assert (
        secrets_of(stage)["Bo"] - {each for each in secrets_of(stage)["Bo"] if each in page}
        == set()
    )
    assert stage.ana.name in page


def test_an_address_with_an_unknown_kind_of_id_fails_the_walk(sqlite_app, clinic_a):
    app = recovery.create_app(sqlite_app.extensions["settings"])
    app.add_url_rule("/clinic/things/<thing_id>", "clinician.thing", lambda thing_id: "")
    with pytest.raises(pytest.fail.Exception, match="what is <thing_id>"):
        list(doors(app, clinic_a))
