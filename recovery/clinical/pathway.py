"""The pathway: every clinical number as plain data, read from its TOML file and checked before use."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from importlib import resources
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from .bounds import PathwayError, at, refuse_beyond, refuse_looser
from .rule_numbers import (
    CohortNumbers,
    EscalationNumbers,
    FlagNumbers,
    LimitNumbers,
    Milestones,
    QuestionnaireNumbers,
    Rules,
)
from .sensitivity import Sensitivity


@dataclass(frozen=True, slots=True)
class Questions:
    """What can be answered, and for which day. Temperatures in Cel unless named Fahrenheit."""

    pain_max: int
    mobility_max: int
    temperature_accept_low: float
    temperature_accept_high: float
    temperature_plain_low: float
    temperature_plain_high: float
    temperature_confirm_low: float
    temperature_confirm_high: float
    fahrenheit_low: float
    fahrenheit_high: float
    note_max_characters: int
    back_fill_days: int
    given_at_days_back: int
    given_at_minutes_ahead: int
    rung_by_hour: int
    still_after_hours: int


@dataclass(frozen=True, slots=True)
class Published:
    """The published curve: floor + fall * exp(-day / days) from day 1, `baseline` on day 0."""

    baseline: float
    floor: float
    fall: float
    days: float
    sd_from_day: tuple[int, ...]
    sd: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Trajectory:
    """The own forecast: a prior over floor, early and slow part of the fall, and how answers scatter."""

    published: Published
    highest: int
    early_days: float
    slow_days: float
    mean: tuple[float, ...]
    per_baseline_point: tuple[float, ...]
    sd: tuple[float, ...]
    correlation: tuple[float, ...]
    day_sd: float
    day_sd_weight: float
    least_day_sd: float
    alike_from_day_to_day: float
    model_sd: float
    settled_day: int
    bounded_at: float
    bounded_least: float
    wild_at: float
    central_80: float


@dataclass(frozen=True, slots=True)
class Trajectories:
    """What is expected of each of the two daily numbers."""

    pain: Trajectory
    mobility: Trajectory


@dataclass(frozen=True, slots=True)
class AdviceRow:
    """One row of the advice table: its conditions (all must hold), and what the patient is told.

    A number may be written as the path of another one ("rules.fever.limit"), so that both move together.
    """

    key: str
    level: str
    whom: str
    also: tuple[str, ...] = ()
    any_sign: tuple[str, ...] = ()
    all_signs: tuple[str, ...] = ()
    leg_weakness: tuple[str, ...] = ()
    temperature_from: float | None = None
    temperature_below: float | None = None
    temperature_instead: str | None = None
    pain_from: int | None = None
    day_from: int | None = None
    day_to: int | None = None
    paracetamol: bool | None = None
    pain_place: str | None = None
    pain_onset: str | None = None
    fall: bool | None = None


@dataclass(frozen=True, slots=True)
class Pathway:
    """One plan after one kind of procedure. status says who may use it; version goes with every flag."""

    name: str
    version: str
    status: str
    questions: Questions
    questionnaires: QuestionnaireNumbers
    trajectory: Trajectories
    rules: Rules
    milestones: Milestones
    limits: LimitNumbers
    flags: FlagNumbers
    escalation: EscalationNumbers
    sensitivity: Sensitivity
    cohort: CohortNumbers
    advice: tuple[AdviceRow, ...]


@cache
def read_default(name: str) -> Mapping[str, Any]:
    """The packaged pathway as it stands in its file."""
    return tomllib.loads(read_text(name))


@cache
def read_text(name: str) -> str:
    """The packaged file's text, read once: an upgrade under a running process must not mix two versions."""
    path = resources.files(__package__) / "pathways" / f"{name}.toml"
    if not re.fullmatch(r"[a-z_]+", name) or not path.is_file():
        raise PathwayError(f"{name}: there is no such pathway")
    return path.read_text(encoding="utf-8")


def load(default: Mapping[str, Any], overrides: Mapping[str, Any] | None = None) -> Pathway:
    """The pathway with a clinic's own numbers laid over it; raises PathwayError with the bad number's path."""
    table = _laid_over(default, overrides or {}, "")
    plain = {**table, **table.get("pathway", {})}
    plain.pop("pathway", None)
    plain["advice"] = [_resolved(row, table) for row in plain.get("advice", ())]
    pathway: Pathway = _built(Pathway, plain, "")
    refuse_looser(default, table)
    refuse_beyond(default, table, pathway.sensitivity)
    return pathway


def _laid_over(default: Mapping[str, Any], over: Mapping[str, Any], path: str) -> dict[str, Any]:
    result = dict(default)
    for key, value in over.items():
        here = f"{path}{key}"
        if key not in default:
            raise PathwayError(f"{here}: the pathway has no such number")
        nested = isinstance(value, Mapping) and isinstance(default[key], Mapping)
        result[key] = _laid_over(default[key], value, f"{here}.") if nested else value
    return result


def _resolved(row: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, Any]:
    points = ("temperature_from", "temperature_below", "pain_from", "day_from", "day_to")
    return {
        key: at(table, value) if key in points and isinstance(value, str) else value
        for key, value in row.items()
    }


def _built(kind: Any, value: Any, path: str) -> Any:
    """`value` as the type that a dataclass asks for, or a PathwayError naming where it does not fit."""
    if is_dataclass(kind):
        return _record(kind, value, path)
    if isinstance(kind, UnionType):
        return _built(get_args(kind)[0], value, path)
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise PathwayError(f"{path}: must be a list")
        return tuple(_built(get_args(kind)[0], each, path) for each in value)
    fits = isinstance(value, (int, float) if kind is float else kind)
    if not fits or (isinstance(value, bool) and kind is not bool):
        raise PathwayError(f"{path}: {value!r} is not {kind.__name__}")
    return value


def _record(kind: Any, value: Any, path: str) -> Any:
    if not isinstance(value, Mapping):
        raise PathwayError(f"{path}: must be a table")
    prefix = f"{path}." if path else ""
    types = get_type_hints(kind)
    unknown = sorted(set(value) - set(types))
    needed = [each.name for each in fields(kind) if each.default is MISSING]
    missing = [name for name in needed if name not in value]
    if unknown or missing:
        word = "unknown" if unknown else "missing"
        raise PathwayError(f"{prefix}{(unknown or missing)[0]}: {word}")
    return kind(**{key: _built(types[key], each, prefix + key) for key, each in value.items()})
