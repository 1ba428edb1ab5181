"""Sensitivity: which numbers a clinic may change and how far, their words, and a change as overrides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# Marks a text for extraction; it is translated where it is shown.
N_ = str

Change = Mapping[str, float]

KNOBS = {
    "rules.pain_worsening.threshold": (
        N_("Evidence needed for a flag of worsening pain"),
        N_("A higher number raises fewer flags on the whole, and some of them later."),
    ),
    "rules.mobility_loss.reports": (
        N_("Reports of moving less, one after the other, that make a flag"),
        N_("With more reports fewer flags are raised on the whole, and later."),
    ),
    "rules.gone_quiet.days_most": (
        N_("Days of silence after which anybody is flagged"),
        N_("Who answers daily is flagged sooner, whatever stands here."),
    ),
}


@dataclass(frozen=True, slots=True)
class Knob:
    """One number that a clinic may change, by its path; more of it raises fewer flags on the whole.

    Not for each patient: a flag that comes later is closed later, and another may then be raised after it.
    """

    path: str
    low: float
    high: float
    step: float

    @property
    def rule(self) -> str:
        """The rule that it belongs to."""
        return self.path.split(".")[1]

    @property
    def grid(self) -> tuple[float, ...]:
        """The values that are offered, the most sensitive first."""
        steps = round((self.high - self.low) / self.step)
        return tuple(round(self.low + self.step * number, 6) for number in range(steps + 1))


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The knobs, which of them a flag budget turns, and how a rehearsal reads a clinic's history."""

    history_days: int
    closed_after_days: int
    late_days: int
    few_patient_weeks: int
    budget_most: int
    budget_knob: str
    real_outcomes: tuple[str, ...]
    knobs: tuple[Knob, ...]

    def knob(self, path: str) -> Knob | None:
        """The knob with this path, None for a number that no clinic may change."""
        return next((each for each in self.knobs if each.path == path), None)


def value_at(pathway: object, path: str) -> float:
    """The number that stands at a path of a loaded pathway."""
    found: Any = pathway
    for name in path.split("."):
        found = getattr(found, name)
    number: float = found
    return number


def laid_over(overrides: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """A clinic's overrides with a change laid over them."""
    result = dict(overrides)
    for path, value in change.items():
        *tables, last = path.split(".")
        table = result
        for name in tables:
            table[name] = dict(table.get(name, {}))
            table = table[name]
        table[last] = value
    return result


def flat(overrides: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every number of the overrides with its path."""
    for name, value in overrides.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value
