"""The stories: how each made-up patient's days go, as answers for a day; believable, and nobody's."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from random import Random

from recovery.clinical.answers import Answers

Story = Callable[[Random, int, int, int], Answers | None]


def _pain(dice: Random, baseline: int, day: int, share_left: float) -> int:
    """Pain that falls at once and then slowly, to `share_left` of what it was, with a day-to-day scatter."""
    floor = baseline * share_left
    level = floor + (baseline - floor) * (0.3 * math.exp(-day) + 0.35 * math.exp(-day / 20))
    return max(0, min(10, round(dice.gauss(level, 0.8))))


def _usual(dice: Random, day: int, pain: int) -> Answers:
    mobility = max(0, min(5, round(dice.gauss(4.6 - pain * 0.35, 0.5))))
    temperature = round(dice.gauss(36.5, 0.2), 1) if dice.random() < 0.6 else None
    return Answers(
        pain=pain,
        mobility=mobility,
        temperature_c=temperature,
        temperature_instead=None if temperature else "no_thermometer",
        warning_signs=frozenset(),
        paracetamol=dice.random() < 0.3,
        answered_by="patient" if dice.random() < 0.8 else "with_help",
    )


def recovers(dice: Random, day: int, _today: int, baseline: int) -> Answers | None:
    """Most people: better at once, then slowly better still; a day is missed now and then."""
    if day and dice.random() < 0.12:
        return None
    return _usual(dice, day, _pain(dice, baseline, day, 0.25))


def slowly(dice: Random, day: int, _today: int, baseline: int) -> Answers | None:
    """Better, but late and little."""
    if dice.random() < 0.12:
        return None
    return _usual(dice, day, _pain(dice, baseline, day, 0.6))


def not_better(dice: Random, day: int, _today: int, baseline: int) -> Answers | None:
    """No better than before the procedure."""
    return _usual(dice, day, _pain(dice, baseline, day, 0.98))


def worsens(dice: Random, day: int, today: int, baseline: int) -> Answers | None:
    """Recovers well until a few days ago; then sudden pain in a new place."""
    answers = recovers(dice, day, today, baseline) or _usual(dice, day, 3)
    if day < today - 2:
        return answers
    pain = min(10, (answers.pain or 0) + 5)
    return replace(
        answers, pain=pain, mobility=1, pain_place="new", pain_onset="sudden", fall=False
    )


def creeps_up(dice: Random, day: int, today: int, baseline: int) -> Answers | None:
    """Recovers well; then the pain creeps up over two weeks."""
    answers = recovers(dice, day, today, baseline) or _usual(dice, day, 2)
    rise = max(0, day - (today - 11)) * 0.45
    return replace(answers, pain=min(10, (answers.pain or 0) + round(rise)))


def fever(dice: Random, day: int, today: int, baseline: int) -> Answers | None:
    """Recovers well; today a temperature of 38.4."""
    answers = recovers(dice, day, today, baseline)
    if day < today:
        return answers
    return replace(answers or _usual(dice, day, 4), temperature_c=38.4, temperature_instead=None)


def leg(dice: Random, day: int, today: int, baseline: int) -> Answers | None:
    """Recovers; since this morning one leg is weak."""
    answers = recovers(dice, day, today, baseline)
    if day < today:
        return answers
    answers = answers or _usual(dice, day, 4)
    return replace(answers, warning_signs=frozenset({"leg_weakness"}), leg_weakness="one")


def chest(dice: Random, day: int, today: int, baseline: int) -> Answers | None:
    """Recovers; today short of breath."""
    answers = recovers(dice, day, today, baseline)
    if day < today:
        return answers
    return replace(
        answers or _usual(dice, day, 4), warning_signs=frozenset({"chest_pain_or_breathless"})
    )


def falls_silent(dice: Random, day: int, today: int, baseline: int) -> Answers | None:
    """Answers daily, and then no more."""
    return recovers(dice, day, today, baseline) if day < today - 6 else None


def silent_after_worse(dice: Random, day: int, today: int, baseline: int) -> Answers | None:
    """Gets worse, and then answers no more."""
    return worsens(dice, day, today - 5, baseline) if day < today - 5 else None


def never(_dice: Random, _day: int, _today: int, _baseline: int) -> Answers | None:
    """Has not connected a phone."""
    return None


def says_nothing(_dice: Random, _day: int, _today: int, _baseline: int) -> Answers | None:
    """Has connected a phone and never answered."""
    return None


def less_able(dice: Random, day: int, today: int, baseline: int) -> Answers | None:
    """The pain is the same, but for some days the chair is as far as it goes."""
    answers = recovers(dice, day, today, baseline)
    return replace(answers, mobility=0) if answers and day >= today - 3 else answers


def tells(dice: Random, day: int, today: int, baseline: int) -> Answers | None:
    """Recovers well and has something to ask."""
    answers = recovers(dice, day, today, baseline)
    if day < today:
        return answers
    words = "The plaster came off this morning. May I take a shower?"
    return replace(answers or _usual(dice, day, 2), note=words)
