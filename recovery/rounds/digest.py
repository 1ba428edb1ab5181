"""The digest round: on each day on which a clinic opens, its people are told once how much is open."""

from __future__ import annotations

from datetime import datetime

from recovery.records import digests


def digest_due(now: datetime) -> int:
    """Queue the digests of the clinics that have opened since it last ran; returns for how many people."""
    return sum(digests.queue(clinic, now) for clinic in digests.due_clinics(now))
