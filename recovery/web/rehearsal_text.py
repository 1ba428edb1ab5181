"""A rehearsal as plain text, for somebody at a terminal: the same words as on the page, without any patient's name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flask_babel import gettext as _

from recovery.clinical.pathway import Pathway
from recovery.clinical.rehearsal import Ask, Result
from recovery.web import rehearsal_view, rehearsal_words
from recovery.web.rehearsal_view import RehearsalView


def lines(result: Result, ask: Ask, pathway: Pathway) -> Iterator[str]:
    """The rehearsal, line by line."""
    view = rehearsal_view.view(result, ask, pathway, lambda _case: "")
    yield rehearsal_words.asked_for(ask)
    yield view.few or view.history
    yield view.headline
    if view.gives_up:
        yield view.gives_up
    yield view.brackets
    if view.proposes:
        yield from _compared(view)
    if view.grid:
        grid = [(g.number, g.rate, g.later, g.missed, g.aside) for g in view.grid]
        heads = (_("Number"), _("Flags a week"), _("Later"), _("Missed"), "")
        yield from _table(heads, grid)
    yield from ("", _("What a rehearsal does not know"))
    yield from (f"- {each}" for each in view.unknown)


def _compared(view: RehearsalView) -> Iterator[str]:
    now_then = (_("now"), _("then"))
    yield from _table((_("Number"), *now_then), view.numbers)
    yield from _table((_("Flags a week for each 100 patients"), *now_then), view.rates)
    if view.cases:
        found = [(words, str(now), str(then)) for words, now, then in view.found]
        yield from _table((_("Flags with a real outcome"), *now_then), found)
        cases = [
            (f"{case.flagged}, {case.outcome}", case.present, case.proposed) for case in view.cases
        ]
        yield from _table((_("Flagged on"), *now_then), cases)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    lines = [heads, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    yield ""
    for line in lines:
        first, *rest = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        yield "  ".join([first, *rest]).rstrip()
