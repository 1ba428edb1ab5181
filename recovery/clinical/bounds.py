"""How far a clinic's copy of a pathway may go: never looser than the packaged one, its knobs within their ranges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .sensitivity import Sensitivity

# A clinic's copy is never looser here than the packaged plan (safety 14); its pages offer the knobs alone.
NEVER_CHANGED = ("rules.warning_sign", "rules.fever")
ONLY_LOWERED = (
    "rules.fever.limit",
    "rules.fever.limit_late",
    "rules.fever.limit_repeated",
    "rules.fever.rise",
    "limits.pause_days",
    *(
        f"flags.{name}.{urgency}"
        for name in ("claim_minutes", "snooze_hours")
        for urgency in ("emergency", "today", "next_working_day", "routine")
    ),
)


class PathwayError(ValueError):
    """A pathway file holds something that cannot be used; the message opens with its path."""


def refuse_looser(default: Mapping[str, Any], table: Mapping[str, Any]) -> None:
    """Danger cannot be made less of, only more (safety 14)."""
    for path in ONLY_LOWERED:
        if at(table, path) > at(default, path):
            raise PathwayError(f"{path}: can only be lowered")
    for rule in NEVER_CHANGED:
        for key, value in at(default, rule).items():
            if f"{rule}.{key}" not in ONLY_LOWERED and at(table, f"{rule}.{key}") != value:
                raise PathwayError(f"{rule}.{key}: cannot be changed")


def refuse_beyond(
    default: Mapping[str, Any], table: Mapping[str, Any], sensitivity: Sensitivity
) -> None:
    """A clinic turns its knobs within their ranges, and the flag budget pain_worsening alone (safety 14)."""
    if table["sensitivity"] != default["sensitivity"]:
        raise PathwayError("sensitivity: cannot be changed")
    for knob in sensitivity.knobs:
        if knob.path.startswith(NEVER_CHANGED):
            raise PathwayError(f"{knob.path}: warning signs and fever have no sensitivity")
        value = at(table, knob.path)
        if not knob.low <= value <= knob.high:
            limits = f"must lie between {knob.low:g} and {knob.high:g}"
            raise PathwayError(f"{knob.path}: {limits}, and {value:g} does not")
    turned = sensitivity.knob(sensitivity.budget_knob)
    if turned is None or turned.rule != "pain_worsening":
        raise PathwayError("sensitivity.budget_knob: the flag budget touches pain_worsening only")


def at(table: Mapping[str, Any], path: str) -> Any:
    """The value at a path such as "rules.fever.limit"; raises PathwayError."""
    value: Any = table
    for key in path.split("."):
        if not isinstance(value, Mapping) or key not in value:
            raise PathwayError(f"{path}: missing")
        value = value[key]
    return value
