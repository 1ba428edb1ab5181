"""The weekly lists so far, for the patient: what could not be done, in plain words and as a chart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from recovery.records.questionnaires import Questionnaire
from recovery.web import weekly_chart
from recovery.web.weekly_chart import Totals
from recovery.web.weekly_turn import Turn
from recovery.web.wording import long_day


@dataclass(frozen=True)
class PatientsWeeks:
    """What the page of progress shows; rows: (day, how many lines), the newest first."""

    sentences: tuple[str, ...]
    chart: Markup
    rows: tuple[tuple[str, int], ...]


def weeks(turn: Turn) -> PatientsWeeks | None:
    """The lists since the procedure; None without any. Never a praise or a verdict (safety 7)."""
    if not turn.rows:
        return None
    sentences = tuple(_sentences(turn.rows))
    chart = weekly_chart.draw(
        totals(
            turn,
            title=_("What you could not do"),
            description=" ".join(sentences),
            scale_words=_("Lines ticked"),
        )
    )
    rows = tuple((long_day(row.day), row.total or 0) for row in reversed(turn.rows))
    return PatientsWeeks(sentences, chart, rows)


def totals(turn: Turn, title: str, description: str, scale_words: str) -> Totals:
    """The last total of each day, by days since the procedure."""
    start = turn.procedure.performed_on
    by_day = {(row.day - start).days: row.total or 0 for row in turn.rows}
    return Totals(
        title=title,
        description=description,
        points=sorted(by_day.items()),
        last_day=max(turn.pathway.milestones.pathway_days, *by_day),
        lines=turn.pathway.questionnaires.weekly_lines,
        scale_words=scale_words,
        axis_words=_("Weeks"),
    )


def _sentences(rows: Sequence[Questionnaire]) -> Iterator[str]:
    """The last list, and beside it the first."""
    yield _ticked(rows[-1])
    if len(rows) > 1:
        yield _ticked(rows[0])


def _ticked(row: Questionnaire) -> str:
    day = long_day(row.day)
    if not row.total:
        return str(_("On %(day)s you ticked no line.", day=day))
    return str(
        ngettext(
            "On %(day)s you ticked %(num)s line.",
            "On %(day)s you ticked %(num)s lines.",
            row.total,
            day=day,
        )
    )
