"""Chance: how far a count may lie from what is usual; pure."""

from __future__ import annotations

from math import sqrt

Z = 1.96  # of the central 95 %


def poisson_range(count: int) -> tuple[float, float]:
    """Between what the usual number lies when so many were counted, with 95 % certainty (Byar's approximation).

    It takes each event to be independent of the others; where they come together the true range is wider.
    """
    return _byar(count, -Z), _byar(count + 1, Z)


def _byar(count: int, z: float) -> float:
    if count == 0:
        return 0.0
    return count * (1 - 1 / (9 * count) + z / (3 * sqrt(count))) ** 3
