"""Reading the steps that a lead posts for one urgency, line by line; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from recovery.clinical.answers import Problem
from recovery.clinical.escalation import ALWAYS, OPEN_HOURS, Plan, Step, Way, refusals
from recovery.clinical.reading import Form
from recovery.clinical.sheet import Sheet
from recovery.web.escalation_words import key_of

MOST_STEPS = 12
SPARE_LINES = 2
HIGHEST = 9_999


def read(
    form: Form, urgency: str, choices: Collection[str], minutes_most: int
) -> tuple[Plan, tuple[Problem, ...]]:
    """The steps in their order, or everything that keeps them from being kept; a line without a way is none."""
    sheet = Sheet(form)
    lines = {n: _step(sheet, n, choices) for n in range(MOST_STEPS) if not _is_left_out(sheet, n)}
    if sheet.problems:
        return (), tuple(sheet.problems)
    steps = {n: step for n, step in lines.items() if step is not None}
    order = sorted(steps, key=lambda n: steps[n].after_minutes)
    plan = tuple(steps[n] for n in order)
    return plan, tuple(_at_their_lines(refusals(urgency, plan, minutes_most), order))


def _is_left_out(sheet: Sheet, n: int) -> bool:
    is_blank = not any(sheet.typed(f"{name}-{n}") for name in ("minutes", "way", "to"))
    return is_blank or sheet.is_ticked(f"remove-{n}")


def _step(sheet: Sheet, n: int, choices: Collection[str]) -> Step | None:
    minutes, way = _minutes(sheet, n), _way(sheet, n, choices)
    when = OPEN_HOURS if sheet.is_ticked(f"open-{n}") else ALWAYS
    return None if minutes is None or way is None else Step(minutes, *way, when)


def _minutes(sheet: Sheet, n: int) -> int | None:
    if not sheet.typed(f"minutes-{n}"):
        sheet.problem(f"minutes-{n}", "minutes_missing")
    return sheet.number(f"minutes-{n}", HIGHEST)


def _way(sheet: Sheet, n: int, choices: Collection[str]) -> Way | None:
    if not sheet.typed(f"way-{n}"):
        sheet.problem(f"way-{n}", "way_missing")
    chosen = sheet.choice(f"way-{n}", choices) or ""
    channel, _, to = chosen.partition(":")
    if channel in ("email", "sms"):
        to = sheet.email(f"to-{n}") if channel == "email" else sheet.phone(f"to-{n}")
        if not sheet.typed(f"to-{n}"):
            sheet.problem(f"to-{n}", "to_missing")
    return (channel, to) if channel else None


def _at_their_lines(problems: tuple[Problem, ...], order: list[int]) -> Iterator[Problem]:
    """The rules count steps in their order, the page in that of its lines."""
    for problem in problems:
        name, _, place = problem.field.partition("-")
        field = f"{name}-{order[int(place)]}" if place else name
        yield Problem(field, problem.key, problem.values)


def typed(plan: Plan) -> dict[str, list[str]]:
    """What would be posted for a plan that stands."""
    boxes: dict[str, list[str]] = {}
    for n, step in enumerate(plan):
        is_typed = step.channel in ("email", "sms")
        boxes |= {
            f"minutes-{n}": [str(step.after_minutes)],
            f"way-{n}": [key_of(step.way)],
            f"to-{n}": [step.to if is_typed else ""],
            f"open-{n}": ["yes"] if step.when == OPEN_HOURS else [],
        }
    return boxes


def filled_lines(form: Form) -> list[int]:
    """The lines in which something stands."""
    boxes = ("minutes", "way", "to")
    return [n for n in range(MOST_STEPS) if any("".join(form.get(f"{b}-{n}", ())) for b in boxes)]


def lines(filled: list[int]) -> range:
    """The lines of the page: those that are filled, and some more to fill in."""
    return range(min(max(filled, default=-1) + 1 + SPARE_LINES, MOST_STEPS))
