"""The life of a flag: its states, and the one table of moves from one to the next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from .rule_numbers import FlagNumbers

STATES = ("raised", "seen", "claimed", "contacted", "snoozed", "closed")
OPEN = STATES[:-1]
SEEN = OPEN[1:]

# move -> from which state -> to which. What is not here is not allowed: nobody acts on what they have not seen.
MOVES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "see": {"raised": "seen"} | {state: state for state in SEEN},
        "claim": dict.fromkeys(SEEN, "claimed"),
        "release": {"claimed": "raised", "contacted": "raised"},
        "expire": {"claimed": "raised", "contacted": "raised"},
        "attempt": dict.fromkeys(SEEN, "claimed") | {"snoozed": "snoozed"},
        "reach": dict.fromkeys(SEEN, "contacted") | {"snoozed": "snoozed"},
        "snooze": dict.fromkeys(SEEN, "snoozed"),
        "wake": {"snoozed": "raised"},
        "break_through": dict.fromkeys(SEEN, "raised"),
        "close": dict.fromkeys(SEEN, "closed"),
        "end": dict.fromkeys(OPEN, "closed"),
    }
)
BY_COMPUTER = ("expire", "wake", "break_through", "end")


class NotAllowed(ValueError):
    """There is no such move from this state."""


def after(state: str, move: str) -> str:
    """The state after a move; raises NotAllowed."""
    if state not in MOVES[move]:
        raise NotAllowed(f"{move} from {state}")
    return MOVES[move][state]


def claimed_until(urgency: str, now: datetime, numbers: FlagNumbers) -> datetime:
    """When a claim that nothing follows ends."""
    return now + timedelta(minutes=numbers.claim_minutes.of(urgency))


def claimed_for_next_try(
    urgency: str, next_try_at: datetime, now: datetime, numbers: FlagNumbers
) -> datetime:
    """When the claim of who tried in vain ends: after the next try, which delays it no longer than a snooze could."""
    later = min(next_try_at, snoozed_at_most(urgency, now, numbers))
    return claimed_until(urgency, later, numbers)


def snoozed_at_most(urgency: str, now: datetime, numbers: FlagNumbers) -> datetime:
    """The latest end of a snooze; now itself if this urgency is never put off."""
    return now + timedelta(hours=numbers.snooze_hours.of(urgency))


def diagram() -> str:
    """The table as a Mermaid state diagram; the moves that the computer makes are marked."""
    lines = ["stateDiagram-v2", "    [*] --> raised: raise*"]
    for before in OPEN:
        ends: dict[str, list[str]] = {}
        for move, steps in MOVES.items():
            if before in steps:
                ends.setdefault(steps[before], []).append(_marked(move))
        lines += [f"    {before} --> {end}: {', '.join(moves)}" for end, moves in ends.items()]
    return "\n".join([*lines, "    closed --> [*]"])


def _marked(move: str) -> str:
    words = move.replace("_", " ")
    return f"{words}*" if move in BY_COMPUTER else words
