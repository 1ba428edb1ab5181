"""Small cells: which numbers of a table may leave the clinic without telling something of a few patients; pure.

Fewer than five patients are never told apart, nor told by subtraction. How many stand behind a number is given as "at
least 5, 10, 15 ...": two such numbers differ by 0, 5, 10 ..., so that no difference tells of one to four. Nobody is
told why a number is hidden: because it is small, or because a small one could be worked out from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

FEWEST = 5


class Cell(NamedTuple):
    """One part of a table with a total: the amounts that add up to it, and of how many patients each of them tells."""

    patients: tuple[int, ...]
    amounts: tuple[int, ...]

    @property
    def is_small(self) -> bool:
        """Whether it tells of a few; an amount of none tells of nobody."""
        return any(0 < each < FEWEST for each in self.patients)


def at_least(patients: int) -> int | None:
    """How many stand behind a number, rounded down to fives; None for too few to tell anything of."""
    return patients // FEWEST * FEWEST or None


def hidden(cells: Mapping[str, Cell]) -> frozenset[str]:
    """The parts that stay hidden beside their total: the small ones, and of the others the smallest that are needed.

    What is hidden together is the total less what is shown. It must be two parts or more, and no small amount, so
    that each of them may still be anything from nothing to a number that is not small.
    """
    small = {name for name, cell in cells.items() if cell.is_small}
    others = sorted((name for name in cells if name not in small), key=lambda name: cells[name])
    while small and others and not _is_safe([cells[name] for name in small]):
        small.add(others.pop(0))
    return frozenset(small)


def _is_safe(together: Sequence[Cell]) -> bool:
    sums = map(sum, zip(*(cell.amounts for cell in together), strict=True))
    return len(together) > 1 and not any(0 < each < FEWEST for each in sums)


def nested(whole: int, parts: Sequence[int]) -> list[int | None]:
    """Numbers of which each counts some of those before it, the first some of the whole; None where hidden.

    Shown are those that are not small and leave no small rest of the one shown before. Of the whole, no rest at all
    counts as small too, as does a part of nobody: either would tell the same of everybody.
    """
    shown = list[int | None]()
    for part in parts:
        before = [each for each in shown if each is not None]
        rest = (before[-1] if before else whole) - part
        is_large = rest >= FEWEST or (rest == 0 and bool(before))
        shown.append(part if part >= FEWEST and is_large else None)
    return shown
