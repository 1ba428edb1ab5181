"""Anybody: made-up courses that nobody thought of, for the tests of what holds for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from hypothesis import strategies as st

from recovery.clinical.answers import (
    LEG_WEAKNESS,
    PAIN_ONSET,
    PAIN_PLACE,
    SIGNS,
    TEMPERATURE_INSTEAD,
    Entry,
)
from recovery.clinical.course import RULES, URGENCIES, Closure, Course
from recovery.clinical.limits import PAUSABLE, Limit
from tests.clinical.courses import DAY_0, at, entry

LAST_DAY = 40
History = Mapping[int, Sequence[Entry]]


def on(number: int) -> date:
    return DAY_0 + timedelta(days=number)


CELSIUS = st.integers(345, 410).map(lambda tenths: tenths / 10)
USUAL_CELSIUS = st.sampled_from([36.0, 36.2, 36.5, 37.1, 37.3, 37.6])
SIGNS_TICKED = st.sampled_from([(), (), (), *((sign,) for sign in SIGNS), ("chills", "wound")])
SAID = st.fixed_dictionaries(
    {"signs": SIGNS_TICKED},
    optional={
        "pain": st.integers(0, 10),
        "mobility": st.integers(0, 5),
        "temperature_c": USUAL_CELSIUS | CELSIUS,
        "temperature_instead": st.sampled_from([None, None, *TEMPERATURE_INSTEAD]),
        "leg_weakness": st.sampled_from(LEG_WEAKNESS),
        "pain_place": st.sampled_from([None, None, *PAIN_PLACE]),
        "pain_onset": st.sampled_from([None, None, *PAIN_ONSET]),
        "fall": st.sampled_from([None, None, True]),
        "paracetamol": st.booleans(),
        "incomplete": st.booleans(),
    },
)
LATE_DAYS = st.sampled_from([0, 0, 0, 1, 4])
SPELLS = st.lists(st.tuples(st.integers(1, 9), st.none() | SAID), max_size=7)
BY_HOUR = st.dictionaries(st.integers(0, 22), st.tuples(LATE_DAYS, SAID), max_size=2)
SINGLE_DAYS = st.dictionaries(st.integers(0, LAST_DAY), BY_HOUR, max_size=6)


@st.composite
def histories(draw: st.DrawFn) -> dict[int, tuple[Entry, ...]]:
    """Spells of equal days, silent ones too, broken by single days with up to two entries, some of them late."""
    said = [each for length, said in draw(SPELLS) for each in [said] * length][: LAST_DAY + 1]
    history = {n: (entry(n, **each),) for n, each in enumerate(said) if each is not None}
    for n, by_hour in draw(SINGLE_DAYS).items():
        told = sorted(by_hour.items(), key=lambda each: each[0])
        history[n] = tuple(entry(n, hour, late, **each) for hour, (late, each) in told)
    return history


HOURS = st.integers(0, 23)


@st.composite
def closings(draw: st.DrawFn, hours: st.SearchStrategy[int] = HOURS) -> Closure:
    """Any flag, whether or not one would have been raised, closed at any time."""
    closed = draw(st.integers(0, LAST_DAY))
    raised_on = on(draw(st.integers(0, closed)))
    rule, urgency = draw(st.sampled_from(RULES)), draw(st.sampled_from(URGENCIES))
    return Closure(rule, at(closed, draw(hours)), raised_on, urgency)


@st.composite
def limits(draw: st.DrawFn) -> Limit:
    """Any limit or pause for one patient."""
    first = draw(st.integers(0, LAST_DAY))
    last = on(first + draw(st.integers(0, 13)))
    pause = Limit("pause", on(first), last, rule=draw(st.sampled_from(PAUSABLE)))
    fever = Limit("fever_limit", on(first), last, draw(st.sampled_from([37.0, 37.5])))
    target = Limit("pain_target", on(first), last, draw(st.integers(0, 10)))
    return draw(st.sampled_from([pause, fever, target]))


COURSES = st.builds(
    Course,
    st.just(DAY_0),
    baseline_pain=st.none() | st.integers(0, 10),
    baseline_mobility=st.none() | st.integers(0, 5),
    procedure_at=st.sampled_from([None, None, at(0, 9)]),
    followed_from=st.sampled_from([None, None, on(5)]),
    connected=st.booleans(),
    limits=st.lists(limits(), max_size=2).map(tuple),
)
CLOSURES = st.lists(closings(), max_size=3)
