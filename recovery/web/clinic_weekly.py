"""What clinicians read of questionnaires: the weekly totals, who answered, and why the weekly list is off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from flask_babel import gettext as _
from markupsafe import Markup

from recovery.clinical.counted import Counted
from recovery.clinical.pathway import Pathway
from recovery.clinical.questionnaires import MONTHLY, ItemsError
from recovery.records.languages import LANGUAGES, locale_of
from recovery.records.questionnaires import Questionnaire
from recovery.web import clinic_presenters as say
from recovery.web import guards, weekly_chart, weekly_course, weekly_items
from recovery.web.weekly_turn import Turn
from recovery.web.wording import language_name, short_day

N_ = str
NN_ = Counted

WHY_OFF = {
    "no_file": N_("The weekly list is off: no items in %(language)s."),
    "unreadable": N_("The weekly list is off: %(file)s cannot be read."),
    "not_utf8": N_("The weekly list is off: %(file)s is not written in UTF-8."),
    "wrong_count": NN_(
        "The weekly list is off: %(file)s holds %(found)s line.",
        "The weekly list is off: %(file)s holds %(found)s lines.",
        "found",
    ),
    "twice": N_(
        "The weekly list is off: in %(file)s line %(second)s says the same as line %(first)s."
    ),
}
NAME_A_FOLDER = N_(
    "Put the %(lines)s lines into a file %(file)s, in a folder that the setting RMDQ_FOLDER names."
)
FILL_THE_FOLDER = N_(
    "Put the %(lines)s lines into %(file)s, in the folder of the setting RMDQ_FOLDER."
)
SAID = {
    1: N_("Says on %(day)s: somebody else answered for the patient in that month."),
    0: N_("Says on %(day)s: nobody else answered for the patient in that month."),
    None: N_("Asked on %(day)s who had answered in that month, and preferred not to say."),
}


@dataclass(frozen=True)
class ClinicsWeeks:
    """What the patient page shows. off: why the list is off. said: who answered, the newest first.

    beside_pain: what was said last, if it changes how the pain reads.
    rows: (day after the procedure, date, total, who answered), the newest first.
    """

    off: str
    next_words: str
    is_due: bool
    said: tuple[str, ...]
    beside_pain: str
    words: str
    chart: Markup | None
    rows: tuple[tuple[int, str, int, str], ...]


def weeks(turn: Turn, names: Mapping[UUID, str]) -> ClinicsWeeks:
    """Everything since the procedure. turn: of the weekly list; names: clinicians, and helpers by their devices."""
    words, monthly = _words(turn) if turn.rows else "", replace(turn, kind=MONTHLY).rows
    said = tuple(_said(monthly, names))
    return ClinicsWeeks(
        off=why_off(locale_of(turn.patient.language).language, turn.pathway),
        next_words=_("Asked from %(day)s on, until it is answered.", day=short_day(turn.due_on)),
        is_due=turn.is_due,
        said=said,
        beside_pain=said[0] if monthly and monthly[-1].total else "",
        words=words,
        chart=_drawn(turn, words) if turn.rows else None,
        rows=tuple(_rows(turn, names)),
    )


def why_off(language: str, pathway: Pathway) -> str:
    """Why the list is off in a language, and what to do; empty when it is on."""
    try:
        weekly_items.items_in(language, pathway)
    except ItemsError as error:
        named = {"language": language_name(language), "file": weekly_items.file_name(language)}
        to_do = FILL_THE_FOLDER if guards.settings().rmdq_folder else NAME_A_FOLDER
        lines = pathway.questionnaires.weekly_lines
        return f"{_(WHY_OFF[error.key], **named, **error.values)} {_(to_do, lines=lines, **named)}"
    return ""


def by_language(pathway: Pathway) -> list[tuple[str, str]]:
    """For each language of patients' pages: why the list is off, empty when it is on."""
    return [(language_name(each), why_off(each, pathway)) for each in LANGUAGES]


def _words(turn: Turn) -> str:
    """The last total, and the first beside it; nothing calls a difference important, as E3 names none."""
    most, last, first = turn.pathway.questionnaires.weekly_lines, turn.rows[-1], turn.rows[0]
    said = _(
        "Day %(day)s: %(total)s of %(most)s.", day=_day(turn, last), total=last.total, most=most
    )
    if first is last:
        return str(said)
    before = _("First, day %(day)s: %(total)s.", day=_day(turn, first), total=first.total)
    return f"{said} {before}"


def _day(turn: Turn, row: Questionnaire) -> int:
    return (row.day - turn.procedure.performed_on).days


def _drawn(turn: Turn, words: str) -> Markup:
    title = _("Roland-Morris total since the procedure")
    return weekly_chart.draw(weekly_course.totals(turn, title, words, _("Total")))


def _rows(turn: Turn, names: Mapping[UUID, str]) -> Iterator[tuple[int, str, int, str]]:
    for row in reversed(turn.rows):
        yield _day(turn, row), short_day(row.day), row.total or 0, say.who_answered(row, names)


def _said(rows: Sequence[Questionnaire], names: Mapping[UUID, str]) -> Iterator[str]:
    for row in reversed(rows):
        said = str(_(SAID[row.total], day=short_day(row.day)))
        if row.device_id and row.device_id in names:
            said += " " + str(_("Said on the phone of %(name)s.", name=names[row.device_id]))
        yield said
