"""From findings to flags: raised once, added to, escalated, quiet after closing, and never quiet about danger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

import pytest

from recovery.clinical.course import Closure, Finding
from recovery.clinical.triage import Decision, OpenFlag, decide
from tests.clinical.courses import DAY_0, PATHWAY


def finding(rule: str, urgency: str, reason: str = "", day: int = 10, **values: float) -> Finding:
    told = {"day": day, **values}
    return Finding(rule, urgency, reason or rule, told, DAY_0 + timedelta(days=day))


def an_open(rule: str, urgency: str, *known: Finding) -> dict[str, OpenFlag]:
    return {rule: OpenFlag(rule, urgency, True, {(k.reason, k.day): k.values for k in known})}


def decided(
    findings: Sequence[Finding],
    open_flags: dict[str, OpenFlag] | None = None,
    closures: Sequence[Closure] = (),
    held: bool = False,
) -> tuple[Decision, ...]:
    return decide(findings, open_flags or {}, closures, PATHWAY, held)


def closure(rule: str, urgency: str, raised: int) -> Closure:
    raised_on = DAY_0 + timedelta(days=raised)
    return Closure(rule, datetime.combine(raised_on, time(18), UTC), raised_on, urgency)


@pytest.mark.parametrize(
    ("urgency", "alert"),
    [("emergency", True), ("today", True), ("next_working_day", False), ("routine", False)],
)
def test_a_flag_is_raised_and_alerts_when_it_cannot_wait(urgency: str, alert: bool) -> None:
    (made,) = decided([finding("pain_worsening", urgency)])
    assert (made.kind, made.urgency, made.alert, made.unsee) == ("raise", urgency, alert, False)


def test_a_flag_takes_the_worst_urgency_of_its_findings() -> None:
    two = [finding("fever", "next_working_day", "felt_hot", 9), finding("fever", "today")]
    (made,) = decided(two)
    assert (made.urgency, len(made.findings)) == ("today", 2)


def test_nothing_new_is_nothing_to_do() -> None:
    old = finding("fever", "today")
    assert decided([old], an_open("fever", "today", old)) == ()
    assert decided([]) == ()


def test_a_further_bad_day_only_adds_to_a_seen_flag() -> None:
    old, new = finding("fever", "today"), finding("fever", "today", day=11)
    (made,) = decided([old, new], an_open("fever", "today", old))
    assert made == Decision("fever", "add", "today", (new,), alert=False, unsee=False)


def test_a_higher_urgency_alerts_again_and_must_be_seen_again() -> None:
    old = finding("pain_worsening", "next_working_day")
    new = finding("pain_worsening", "today", "pain_jump", 11)
    (made,) = decided([old, new], an_open("pain_worsening", "next_working_day", old))
    assert (made.urgency, made.alert, made.unsee) == ("today", True, True)


def test_a_better_day_never_lowers_an_open_flag() -> None:
    old = finding("pain_worsening", "today", "pain_jump")
    new = finding("pain_worsening", "next_working_day", day=11)
    (made,) = decided([old, new], an_open("pain_worsening", "today", old))
    assert (made.urgency, made.alert) == ("today", False)


def test_a_sign_that_is_not_yet_in_the_flag_alerts_and_must_be_seen() -> None:
    wound, chills = (finding("warning_sign", "today", sign) for sign in ("wound", "chills"))
    (made,) = decided([wound, chills], an_open("warning_sign", "today", wound))
    assert (made.findings, made.alert, made.unsee) == ((chills,), True, True)


def test_the_same_sign_on_another_day_only_adds() -> None:
    old = finding("warning_sign", "today", "wound")
    new = finding("warning_sign", "today", "wound", 11)
    (made,) = decided([old, new], an_open("warning_sign", "today", old))
    assert (made.kind, made.alert, made.unsee) == ("add", False, False)


@pytest.mark.parametrize(("rule", "value"), [("fever", "temperature"), ("pain_worsening", "pain")])
def test_a_worse_value_of_the_same_day_is_news_and_a_better_one_is_not(
    rule: str, value: str
) -> None:
    mild, bad = (finding(rule, "today", **{value: number}) for number in (6.0, 6.5))
    (made,) = decided([bad], an_open(rule, "today", mild))
    assert made == Decision(rule, "add", "today", (bad,), alert=False, unsee=False, is_worse=True)
    assert decided([mild], an_open(rule, "today", bad)) == ()


def test_one_silence_is_one_finding_however_long_it_lasts() -> None:
    old, later = (finding("gone_quiet", "routine", "quiet", day, days=day) for day in (10, 11))
    assert decided([later], an_open("gone_quiet", "routine", old)) == ()
    graver = finding("gone_quiet", "today", "quiet_after_danger", 12)
    (made,) = decided([later, graver], an_open("gone_quiet", "routine", old))
    assert (made.findings, made.alert) == ((graver,), True)


def test_one_milestone_is_one_finding_and_the_next_one_another() -> None:
    first, later, next_one = (
        finding("not_improving", "routine", "still_severe", day, milestone=milestone)
        for day, milestone in ((14, 14), (15, 14), (60, 60))
    )
    flag = an_open("not_improving", "routine", first)
    assert decided([first, later], flag) == ()
    (made,) = decided([first, later, next_one], flag)
    assert (made.kind, made.findings) == ("add", (next_one,))


def test_it_is_quiet_for_a_week_from_the_raising() -> None:
    before = [closure("pain_worsening", "next_working_day", 10)]
    assert decided([finding("pain_worsening", "next_working_day", day=16)], closures=before) == ()
    assert decided([finding("pain_worsening", "next_working_day", day=17)], closures=before)


def test_a_worse_finding_breaks_the_quiet() -> None:
    before = [closure("not_improving", "routine", 10)]
    assert decided([finding("not_improving", "next_working_day", day=11)], closures=before)
    assert decided([finding("not_improving", "today", day=11)], closures=before)


@pytest.mark.parametrize("rule", ["warning_sign", "fever"])
def test_danger_is_never_quiet_and_never_held(rule: str) -> None:
    before = [closure(rule, "emergency", 10)]
    for urgency in ("next_working_day", "today"):
        assert decided([finding(rule, urgency, day=11)], closures=before, held=True)


def test_another_rules_closing_keeps_nothing_quiet() -> None:
    before = [closure("mobility_loss", "next_working_day", 10)]
    assert decided([finding("pain_worsening", "next_working_day", day=11)], closures=before)


def test_a_paused_patients_pain_waits() -> None:
    assert decided([finding("pain_worsening", "today")], held=True) == ()
