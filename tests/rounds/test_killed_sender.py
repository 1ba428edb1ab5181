"""Rounds processes that are killed in the middle: no step is lost, and what may come twice says so."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

import recovery
from recovery.records.database import db
from recovery.records.messages import Message
from recovery.records.sending import LEASE
from recovery.rounds import delivery, escalation
from tests import mail
from tests.conftest import let_go, settings_for
from tests.house.program import ROOT
from tests.people import MONDAY, answers, check_in, set_stage
from tests.rounds.work import review_all

STEP_TIME = MONDAY + timedelta(minutes=15)
TEAM, LEAD = "nurses@hill.example", "lead@hill.example"
# What a process does last, and how often the message at hand then arrives in all.
DEATHS = {
    "between queued and committed": ("before", "INSERT INTO messages", [1, 1]),
    "between queued and claimed": ("after", "INSERT INTO messages", [1, 1]),
    "between claimed and sent": ("after", "SET leased_until", [1, 1]),
    "between sent and recorded": ("before", "SET sent_at", [2, 1]),
    "between recorded and the next": ("after", "SET sent_at", [1, 1]),
}


@pytest.fixture
def mailbox():
    with mail.server() as running:
        yield running


@pytest.fixture
def emergency(database_url):
    """Ana has chest pain; a quarter of an hour later nobody has looked, and nothing has been sent yet."""
    app = recovery.create_app(settings_for(database_url))
    with app.app_context():
        stage = set_stage()
        check_in(stage.ana, stage.device, answers(3, ("chest_pain_or_breathless",)), MONDAY)
        review_all(MONDAY)
        db.session.commit()
        yield stage
        db.session.rollback()
    let_go(app)


def send(url, mailbox, *death):
    """A rounds process of its own, until it is done or dead."""
    words = [sys.executable, "-m", "tests.rounds.sender", url, mailbox.url, STEP_TIME.isoformat()]
    return subprocess.run([*words, *death], cwd=ROOT, timeout=120, check=False).returncode


@pytest.mark.parametrize("death", DEATHS)
def test_a_killed_process_loses_no_step_and_repeats_at_most_the_one_at_hand(
    database_url, emergency, mailbox, death
):
    when, words, wanted = DEATHS[death]
    assert send(database_url, mailbox, when, words) == -signal.SIGKILL
    settings = replace(settings_for(database_url), smtp_url=mailbox.url)
    for now in (STEP_TIME, STEP_TIME + LEASE, STEP_TIME + 2 * LEASE, STEP_TIME + 60 * LEASE):
        escalation.escalate_due(now)
        delivery.deliver_due(settings, lambda now=now: now)
    assert [mailbox.to().count(address) for address in (TEAM, LEAD)] == wanted
    repeats = [text for text in mailbox.messages if "may be a repeat" in text.get_content()]
    assert len(repeats) == (1 if death.startswith("between claimed") else sum(wanted) - 2)
    assert all(each.sent_at for each in db.session.scalars(sa.select(Message)))


def test_a_process_that_is_left_in_peace_sends_each_step_once(database_url, emergency, mailbox):
    assert send(database_url, mailbox) == 0
    assert sorted(mailbox.to()) == sorted([TEAM, LEAD])
    assert send(database_url, mailbox) == 0
    assert len(mailbox.messages) == 2
