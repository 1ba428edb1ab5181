"""What limits do to a day's findings: a pain target adds some, a pause holds some back until it ends (safety 14)."""

from __future__ import annotations

from .answers import Day
from .course import NEVER_HELD, URGENT, Finding, State, Value, counted_reports
from .limits import is_paused, lowest

Findings = tuple[Finding, ...]


def above_target(state: State, day: Day) -> Findings:
    """Two running reports above the pain target that a clinician set for this patient: next working day.

    Both lie on days of the target and after the first days, in which pain is common (safety 9).
    Does not catch: pain at or below the target, however much worse it got; the other pain findings do.
    """
    if not state.course.limits:
        return ()
    target = lowest(state.course.limits, "pain_target", day.date)
    if target is None or target.number is None:
        return ()
    first = (target.first_day - state.course.procedure_date).days
    first = max(first, state.pathway.rules.pain_worsening.silent_days + 1)
    reports = counted_reports(state, "pain_worsening")
    pains = [(r.number, r.pain) for r in reports if r.pain is not None and r.number >= first]
    running = pains[-state.pathway.limits.target_reports :]
    above = [pain for _number, pain in running if pain > target.number]
    if len(above) < state.pathway.limits.target_reports or running[-1][0] != day.number:
        return ()
    values: dict[str, Value] = {
        "pain": above[-1],
        "before": above[-2] if len(above) > 1 else above[-1],
        "target": round(target.number),
        "day": day.number,
    }
    urgency, reason = "next_working_day", "pain_above_target"
    return (Finding("pain_worsening", urgency, reason, values, day.date),)


def hold(state: State, day: Day) -> tuple[Findings, Findings]:
    """Of what the rules say on this day: the findings that are told, and those that pauses hold back.

    Held back: findings below `today` of a paused rule. After the pause what stays true is told: a milestone on
    the first day, any other finding with the first answer, if that is as bad and the rule itself is silent.
    """
    found = state.findings
    held = [each for each in found if _is_held(state, each, day)]
    told = [each for each in found if each not in held]
    known = {_key(each) for each in found}  # told or held anew, with the numbers of today
    earlier = [e for e in state.held_back if _key(e) not in known and _stands(state, e)]
    waiting = [each for each in earlier if _waits(state, each, day)]
    late = [e for e in earlier if e not in waiting and _is_as_bad(state, e, day)]
    return (*told, *(_told_late(state, e, day) for e in late)), (*held, *waiting)


def _is_held(state: State, finding: Finding, day: Day) -> bool:
    if finding.urgency in URGENT or finding.rule in NEVER_HELD:
        return False
    return is_paused(state.course.limits, finding.rule, day.date)


def _key(finding: Finding) -> tuple[str, Value | None]:
    return finding.reason, finding.values.get("milestone")


def _stands(state: State, finding: Finding) -> bool:
    """Whether nothing has dealt with it since: no closing, and no better answers around its milestone."""
    closure = state.closed.get(finding.rule)
    if closure is not None and closure.closed_at.date() > finding.day:
        return False
    return finding.values.get("milestone") not in state.judged


def _waits(state: State, finding: Finding, day: Day) -> bool:
    """Whether it is still paused, or the first answer after the pause has not come."""
    if is_paused(state.course.limits, finding.rule, day.date):
        return True
    answer = _answer(finding)
    return answer is not None and _answered(state, answer, day) is None


def _is_as_bad(state: State, finding: Finding, day: Day) -> bool:
    if "milestone" in finding.values:
        return True
    answer = _answer(finding)
    now = _answered(state, answer, day) if answer else None
    if answer is None or now is None:
        return False  # a silence is told again on each silent day
    if answer == "mobility":
        usual = float(finding.values.get("usual", finding.values.get("baseline", 0)))
        return usual - now >= state.pathway.rules.mobility_loss.drop
    return now >= float(finding.values[answer])


def _answer(finding: Finding) -> str | None:
    """Which of the daily numbers it is about; a milestone is about none of them alone."""
    if "milestone" in finding.values:
        return None
    return next((name for name in ("mobility", "pain") if name in finding.values), None)


def _answered(state: State, answer: str, day: Day) -> int | None:
    report = state.reports[-1] if state.reports else None
    if report is None or report.number != day.number:
        return None
    return report.mobility if answer == "mobility" else report.pain


def _told_late(state: State, finding: Finding, day: Day) -> Finding:
    """Told on this day with its own numbers, and until when it was held back."""
    pauses = [each for each in state.course.limits if each.rule == finding.rule]
    until = max(each.last_day for each in pauses if each.last_day < day.date)
    values = {**finding.values, "paused_until": until.isoformat()}
    return Finding(finding.rule, finding.urgency, finding.reason, values, day.date)
