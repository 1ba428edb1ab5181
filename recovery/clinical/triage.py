"""From findings to flags: raise, add to the open one, escalate and stay quiet, as one pure function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .course import NEVER_HELD, RULES, URGENCIES, URGENT, Closure, Finding, Value, worst
from .pathway import Pathway
from .rule_numbers import Rules


@dataclass(frozen=True, slots=True)
class OpenFlag:
    """An open flag as triage sees it. known: by reason and day, the values of every finding that it holds."""

    rule: str
    urgency: str
    is_seen: bool
    known: Mapping[tuple[str, date], Mapping[str, Value]]


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with one rule's new findings. kind: raise or add. unsee: a clinician must look again.

    is_worse: graver than anything in the flag, so that it ends a snooze.
    """

    rule: str
    kind: str
    urgency: str
    findings: tuple[Finding, ...]
    alert: bool
    unsee: bool
    is_worse: bool = False


def decide(
    findings: Sequence[Finding],
    open_flags: Mapping[str, OpenFlag],
    closures: Sequence[Closure],
    pathway: Pathway,
    held: bool,
) -> tuple[Decision, ...]:
    """One decision for each rule that has something new to say.

    held: the patient is paused, in hospital, withdrawn, completed or deceased; danger goes through all the same.
    """
    rules = NEVER_HELD if held else RULES
    decisions = (
        _decided(
            rule, [each for each in findings if each.rule == rule], open_flags, closures, pathway
        )
        for rule in rules
    )
    return tuple(decision for decision in decisions if decision is not None)


def _decided(
    rule: str,
    findings: Sequence[Finding],
    open_flags: Mapping[str, OpenFlag],
    closures: Sequence[Closure],
    pathway: Pathway,
) -> Decision | None:
    flag = open_flags.get(rule)
    if flag is not None:
        new = [each for each in findings if _is_new(each, flag)]
        return _added(flag, new) if new else None
    loud = [each for each in findings if not _is_quiet(each, closures, pathway.rules)]
    if not loud:
        return None
    urgency = worst(each.urgency for each in loud)
    return Decision(rule, "raise", urgency, tuple(loud), alert=urgency in URGENT, unsee=False)


def _is_new(finding: Finding, flag: OpenFlag) -> bool:
    """Whether it is graver than the flag, worse than the same finding in it, or not in it at all."""
    if URGENCIES.index(finding.urgency) > URGENCIES.index(flag.urgency):
        return True
    kept = [v for (reason, day), v in flag.known.items() if _is_same(finding, reason, day, v)]
    return all(_is_worse(finding.values, values) for values in kept)


def _is_same(finding: Finding, reason: str, day: date, values: Mapping[str, Value]) -> bool:
    """One silence and one milestone are told day after day, and stay one finding; all else is told of its day."""
    milestone = finding.values.get("milestone")
    if finding.rule == "gone_quiet" or milestone is not None:
        return (reason, values.get("milestone")) == (finding.reason, milestone)
    return (reason, day) == (finding.reason, finding.day)


def _is_worse(values: Mapping[str, Value], kept: Mapping[str, Value]) -> bool:
    """A later answer of the same day can be worse."""
    return any(float(values.get(n, 0)) > float(kept.get(n, 0)) for n in ("temperature", "pain"))


def _added(flag: OpenFlag, new: Sequence[Finding]) -> Decision:
    """A further bad day only adds; a higher urgency or a sign not yet in the flag alerts again."""
    urgency = worst([flag.urgency, *(each.urgency for each in new)])
    known = {reason for reason, _ in flag.known}
    new_sign = flag.rule == "warning_sign" and any(each.reason not in known for each in new)
    again = urgency != flag.urgency or new_sign
    is_worse = again or any(_is_worse_than_all(each, flag) for each in new)
    return Decision(flag.rule, "add", urgency, tuple(new), again, again, is_worse)


def _is_worse_than_all(finding: Finding, flag: OpenFlag) -> bool:
    """Whether it says something new, or the same with a higher temperature or more pain than ever."""
    kept = [values for (reason, _), values in flag.known.items() if reason == finding.reason]
    return all(_is_worse(finding.values, values) for values in kept)


def _is_quiet(finding: Finding, closures: Sequence[Closure], rules: Rules) -> bool:
    """Shortly after a flag of this rule was closed, nothing below today is raised unless it is worse."""
    if finding.rule in NEVER_HELD or finding.urgency in URGENT:
        return False
    slow = finding.rule == "not_improving"
    days = rules.not_improving.quiet_days if slow else rules.quiet_days
    return any(
        closure.rule == finding.rule
        and finding.day < closure.raised_on + timedelta(days=days)
        and URGENCIES.index(finding.urgency) <= URGENCIES.index(closure.urgency)
        for closure in closures
    )
