"""Writes docs/flag-life-cycle.md from the table of moves that the program runs on; a test holds them together."""

from __future__ import annotations

from pathlib import Path

from recovery.clinical.clinician_words import URGENCIES
from recovery.clinical.life_cycle import diagram
from recovery.records.pathways import VERTEBROPLASTY, packaged

PAGE = Path(__file__).resolve().parent.parent / "docs" / "flag-life-cycle.md"


TEXT = """\
# The life of a flag

Written by `tools/life_cycle.py` from the table in `recovery/clinical/life_cycle.py`; there is no
other move. The computer makes the moves with a star by itself; all others are made by a clinician.
Each is kept with who and when. Whoever acts on a flag that nobody has seen has seen it.

```mermaid
{diagram}
```

- **claim**: somebody has taken it. If it is not closed in time the claim expires, also after a call
  that reached somebody, and the flag waits for everybody. So it does when it is given back.
- **attempt**: nobody answered, or a message was left; whoever tried has it until after the next
  try, though never longer than it could be put off, and the time for a claim.
- **snooze**: one flag is put off with a reason and the day of its return; something graver breaks
  through.
- **close**: with an outcome for each reason, and whether the flag was useful. A silence that an
  answer ends closes by itself.

| Urgency | A claim holds for | Put off at most for |
|---|---|---|
{rows}
"""


def page() -> str:
    """The page: the diagram, and how long each urgency may be claimed or put off."""
    return TEXT.format(diagram=diagram(), rows="\n".join(map(_row, URGENCIES)))


def _row(urgency: str) -> str:
    numbers = packaged(VERTEBROPLASTY).flags
    minutes = numbers.claim_minutes.of(urgency)
    return f"| {URGENCIES[urgency]} | {minutes} min | {_hours(numbers.snooze_hours.of(urgency))} |"


def _hours(hours: int) -> str:
    return f"{hours} h" if hours else "never"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
