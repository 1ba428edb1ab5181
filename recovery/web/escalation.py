"""The lead's page about alerts: who is told when nobody looks at a flag, and a test of all of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from recovery.clinical.answers import Problem
from recovery.clinical.clinician_words import URGENCIES
from recovery.clinical.escalation import Plan
from recovery.records import (
    accounts,
    clinician_subscriptions,
    clock,
    digests,
    escalation,
    escalation_plans,
)
from recovery.records.accounts import Clinic
from recovery.web import clinic_frame, escalation_form, guards
from recovery.web import escalation_words as words
from recovery.web.escalation_words import Example, Names
from recovery.web.patient_view import Again
from recovery.web.wording import say

pages = Blueprint("escalation", __name__, url_prefix="/clinic/escalation")


@dataclass(frozen=True)
class Section:
    """One urgency: what would happen, and the form that changes it. again: the form as it stands or was typed."""

    urgency: str
    title: str
    examples: list[Example]
    is_own: bool
    again: Again
    filled: list[int]
    lines: range
    choices: list[tuple[str, str]]

    @property
    def is_wrong(self) -> bool:
        """Whether what was typed could not be kept."""
        return bool(self.again.problems)


@pages.get("")
def show() -> ResponseReturnValue:
    """Every urgency with its steps."""
    return _page(Again())


@pages.post("/<urgency>")
def keep(urgency: str) -> ResponseReturnValue:
    """Keep the steps of one urgency, or show them again as they were typed."""
    _refuse_others(urgency)
    lead, posted = guards.clinician(), request.form.to_dict(flat=False)
    clinic = clinic_frame.own_clinic()
    standing = escalation.plans_of(clinic)[urgency]
    choices = [key for key, _said in names_of(clinic).choices(standing)]
    most = escalation_plans.latest_minutes()
    plan, problems = escalation_form.read(posted, urgency, choices, most)
    if problems:
        return _page(_again(urgency, posted, problems))
    escalation_plans.set_plan(lead, urgency, plan, clock.now())
    return _back(urgency)


@pages.post("/<urgency>/usual")
def use_usual(urgency: str) -> ResponseReturnValue:
    """Give up the clinic's own steps."""
    _refuse_others(urgency)
    escalation_plans.use_usual_plan(guards.clinician(), urgency, clock.now())
    return _back(urgency)


@pages.post("/<urgency>/test")
def test(urgency: str) -> ResponseReturnValue:
    """Send a test to everybody whom the steps name; what becomes of it stands among the messages."""
    _refuse_others(urgency)
    escalation_plans.queue_test(guards.clinician(), urgency, clock.now())
    return redirect(url_for("messages.show"), 303)


@pages.post("/digest")
def digest() -> ResponseReturnValue:
    """Whether the team's addresses get the digest of the day."""
    wants = request.form.get("digest") == "yes"
    digests.choose_for_team(guards.clinician(), wants=wants, now=clock.now())
    return _back("digest")


def _refuse_others(urgency: str) -> None:
    if urgency not in URGENCIES:
        abort(404)


def _again(urgency: str, posted: Mapping[str, list[str]], problems: Iterable[Problem]) -> Again:
    said = [(each.field, say(words.PROBLEMS[each.key], **each.values)) for each in problems]
    return Again(urgency, posted, tuple(said))


def names_of(clinic: Clinic) -> Names:
    """What this clinic may name in its steps, and what its messages name."""
    people = accounts.clinicians_of(clinic.id)
    return Names(
        people={each.id: each.name for each in people},
        chats=tuple(guards.settings().chats_of(clinic.name)),
        can_text=bool(guards.settings().sms_url),
        gone=frozenset(each.id for each in people if each.ended_at is not None),
        reached=frozenset(clinician_subscriptions.reached_in(clinic.id)),
    )


def _page(asked: Again) -> ResponseReturnValue:
    clinic = clinic_frame.own_clinic()
    names, own = names_of(clinic), escalation.own_plans(clinic.id)
    sections = [
        _section(urgency, plan, clinic, names, asked, is_own=urgency in own)
        for urgency, plan in escalation.plans_of(clinic).items()
    ]
    done = request.args.get("done", "")
    return clinic_frame.page(
        "clinic/escalation.html",
        422 if asked.problems else 200,
        sections=sections,
        again=asked,
        done=done if done in (*URGENCIES, "digest") else "",
        team=clinic.alert_addresses,
    )


def _section(
    urgency: str, plan: Plan, clinic: Clinic, names: Names, asked: Again, *, is_own: bool
) -> Section:
    stands = Again(urgency, escalation_form.typed(plan))
    again = asked if asked.form == urgency else stands
    filled = escalation_form.filled_lines(again.typed)
    return Section(
        urgency=urgency,
        title=_(URGENCIES[urgency]),
        examples=words.examples(urgency, plan, clinic.hours, names, clock.now()),
        is_own=is_own,
        again=again,
        filled=filled,
        lines=escalation_form.lines(filled),
        choices=names.choices(plan),
    )


def _back(part: str) -> ResponseReturnValue:
    return redirect(url_for("escalation.show", done=part, _anchor=part), 303)
