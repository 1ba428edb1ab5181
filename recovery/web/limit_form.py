"""Reading what a clinician wants to set for one patient; pure."""

from __future__ import annotations

import re
from datetime import date

from recovery.clinical.answers import Problem
from recovery.clinical.clinician_words import RULES
from recovery.clinical.counted import Counted
from recovery.clinical.limits import KINDS, PAUSABLE, Limit, refusals
from recovery.clinical.pathway import Pathway
from recovery.clinical.reading import Form
from recovery.clinical.sheet import Sheet
from recovery.records.limits import Wanted
from recovery.web.wording import long_day

N_ = str
NN_ = Counted
REASON_MOST = 500
HIGHEST_TARGET = 10
BOXES = ("kind", "number", "rule", "last_day", "reason")  # in their order on the page

PROBLEMS = {
    "not_followed": N_("This patient is not followed: no limit can be set."),
    "kind_missing": N_("Choose what to set."),
    "reason_missing": N_("Write the reason, for whoever looks at this patient next."),
    "last_day_missing": N_("Give the last day."),
    "limit_over": N_("Give a last day that is today or later."),
    "limit_too_long": NN_(
        "It acts for at most %(days)s day. Give %(latest)s or an earlier day.",
        "It acts for at most %(days)s days. Give %(latest)s or an earlier day.",
        "days",
    ),
    "pause_too_long": NN_(
        "A pause lasts at most %(days)s day. Give %(latest)s or an earlier day.",
        "A pause lasts at most %(days)s days. Give %(latest)s or an earlier day.",
        "days",
    ),
    "fever_missing": N_("Type the temperature, such as 37.5."),
    "fever_unreadable": N_("Type the temperature in °C with one decimal, such as 37.5."),
    "fever_limit_not_lower": N_(
        "The pathway flags from %(usual)s °C already. A limit for one patient can only be lower: "
        "type a number below %(usual)s."
    ),
    "fever_limit_too_low": N_(
        "Well people reach temperatures below %(floor)s °C. Type %(floor)s or more."
    ),
    "target_missing": N_("Choose the target."),
    "rule_missing": N_("Choose the rule to pause."),
    "never_paused": N_("Warning signs and fever are never paused. Choose another rule."),
}


def read(
    form: Form, pathway: Pathway, procedure_date: date, today: date
) -> tuple[Wanted | None, tuple[Problem, ...]]:
    """What is wanted from today on, or everything that keeps it from being set."""
    sheet = Sheet(form)
    kind = sheet.choice("kind", KINDS, is_needed=True)
    number = {"fever_limit": _fever, "pain_target": _target}.get(kind or "", _nothing)(sheet)
    rule = _rule(sheet) if kind == "pause" else None
    last_day = _last_day(sheet)
    reason = sheet.needed("reason", REASON_MOST)
    if kind is None:
        return None, tuple(sheet.problems)
    unread = {each.field for each in sheet.problems}
    limit = Limit(kind, today, last_day or today, number, rule)
    found = refusals(limit, pathway, procedure_date)
    problems = [*sheet.problems, *(said(each) for each in found if each.field not in unread)]
    if problems or last_day is None:
        return None, tuple(sorted(problems, key=lambda each: BOXES.index(each.field)))
    return Wanted(kind, last_day, reason, number, rule), ()


def said(problem: Problem) -> Problem:
    """The same with days as people say them."""
    values = {
        name: long_day(value) if isinstance(value, date) else value
        for name, value in problem.values.items()
    }
    return Problem(problem.field, problem.key, values)


def _nothing(_sheet: Sheet) -> None:
    return None


def _fever(sheet: Sheet) -> float | None:
    text = sheet.typed("number").rstrip("°C ").replace(",", ".")
    if re.fullmatch(r"[0-9]{2,3}(\.[0-9])?", text):
        return float(text)
    sheet.problem("number", "fever_unreadable" if text else "fever_missing")
    return None


def _target(sheet: Sheet) -> float | None:
    if not sheet.typed("number"):
        sheet.problem("number", "target_missing")
    return sheet.number("number", HIGHEST_TARGET)


def _rule(sheet: Sheet) -> str | None:
    if sheet.typed("rule") in set(RULES) - set(PAUSABLE):
        sheet.problem("rule", "never_paused")
        return None
    return sheet.choice("rule", PAUSABLE, is_needed=True)


def _last_day(sheet: Sheet) -> date | None:
    if not sheet.typed("last_day"):
        sheet.problem("last_day", "last_day_missing")
    return sheet.day("last_day")
