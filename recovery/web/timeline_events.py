"""What happened to a patient, each thing as an event in words: flags, answers, notes, calls, states and procedures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from flask_babel import gettext as _

from recovery.clinical.clinician_words import OUTCOMES, RULES
from recovery.clinical.days import start_of
from recovery.records.audit import AuditLine
from recovery.records.checkins import CheckIn
from recovery.records.contacts import Contact
from recovery.records.flags import Flag, FlagMove
from recovery.records.past import Past
from recovery.records.patients import Procedure
from recovery.records.questionnaires import Questionnaire
from recovery.web import clinic_presenters as say
from recovery.web import clinic_words as words
from recovery.web import timeline_access
from recovery.web.timeline import Event, Telling
from recovery.web.timeline_words import MOVES, OTHER_MOVE, TOLD
from recovery.web.wording import in_a_row, long_day, moment, short_day, together

Told = Callable[[CheckIn], str]
# Each ends what was before: from the acceptance on another clinic follows.
STATES = (
    *("state changed", "says in hospital", "pause ended", "pathway completed"),
    "transfer accepted",
)
OVER = {"close", "end"}  # the moves after which a flag is closed


def others(past: Past, telling: Telling, told: Told, most: int = 0) -> list[Event]:
    """What the chart does not mark. told: what stood on the screen after a check-in.

    most: so many of each kind are enough, the newest; 0: all.
    """
    access = timeline_access.events(past, telling, most)
    return [*_answers(past, telling, told, most), *access]


def marked(past: Past, telling: Telling) -> list[Event]:
    """What the chart marks."""
    return [
        *_flags(past, telling),
        *_notes(past, telling),
        *_calls(past, telling),
        *_course(past, telling),
        *timeline_access.limits(past, telling),
    ]


# Flags.


def _flags(past: Past, telling: Telling) -> Iterator[Event]:
    for flag in past.flags:
        yield _raised(flag, past, telling)
        moves = past.moves.get(flag.id, ())
        later = (each for each in moves if each.move != "raise")
        yield from (_move(each, flag, past, telling) for each in later)
        yield from _without_moves(flag, past, telling, {each.move for each in moves})


def _raised(flag: Flag, past: Past, telling: Telling) -> Event:
    reasons = tuple(map(say.reason, say.latest_reasons(past.findings.get(flag.id, ()))))
    rule, mark = _(RULES[flag.rule]), "flag-closed" if flag.closed_at else "flag-open"
    what = _("Flag raised: %(rule)s", rule=rule)
    return Event(flag.raised_at, flag.raised_on, "flags", what, reasons, "", mark, rule)


def _move(move: FlagMove, flag: Flag, past: Past, telling: Telling) -> Event:
    until = moment(move.until, telling.clinic.zone) if move.until else ""
    what = _(MOVES.get(move.move, OTHER_MOVE), rule=_(RULES[flag.rule]), until=until)
    is_over = move.move in OVER
    said = _closing(flag, past) if is_over else (move.words,)
    return _on_flag(move.at, what, said, telling.by(move.by), telling, is_detail=not is_over)


def _without_moves(flag: Flag, past: Past, telling: Telling, told: set[str]) -> Iterator[Event]:
    """A flag from before moves were kept: when it was first seen, and when closed."""
    rule = _(RULES[flag.rule])
    if flag.seen_at and "see" not in told:
        by = telling.by(flag.seen_by)
        what = _(MOVES["see"], rule=rule)
        yield _on_flag(flag.seen_at, what, (), by, telling, is_detail=True)
    if flag.closed_at and not told & OVER:
        what, by = _(MOVES["close"], rule=rule), telling.by(flag.closed_by)
        yield _on_flag(flag.closed_at, what, _closing(flag, past), by, telling)


def _closing(flag: Flag, past: Past) -> tuple[str, ...]:
    """What came of it: the outcomes, and the words."""
    labels = OUTCOMES[flag.rule]
    outcomes = {row.outcome for row in past.findings.get(flag.id, ()) if row.outcome}
    return together(sorted(str(_(labels.get(key, key))) for key in outcomes)), flag.closing_words


def _on_flag(
    at: datetime,
    what: str,
    said: tuple[str, ...],
    by: str,
    telling: Telling,
    *,
    is_detail: bool = False,
) -> Event:
    words = tuple(filter(None, said))
    return Event(at, telling.day_of(at), "flags", what, words, by, is_detail=is_detail)


# Answers and notes.


def _answers(past: Past, telling: Telling, told: Told, most: int) -> Iterator[Event]:
    for row in past.checkins[-most:]:
        what = _("Answers for %(day)s", day=short_day(row.day))
        if row.revision > 1:
            what = _("%(title)s, correction %(number)s", title=what, number=row.revision - 1)
        by = say.who_answered(row, telling.names)
        said = (brief(row), _("Told: %(advice)s", advice=told(row)))
        yield Event(row.received_at, row.day, "answers", what, said, by)
    for questionnaire in past.questionnaires:
        yield _questionnaire(questionnaire, telling)


def brief(row: CheckIn) -> str:
    """The answers of one check-in in one line."""
    unanswered = _("not answered")
    return in_a_row(
        (
            _("pain %(pain)s", pain=unanswered if row.pain is None else row.pain),
            _("moves %(step)s", step=unanswered if row.mobility is None else row.mobility),
            say.reading(row),
            _("warning signs: %(signs)s", signs=say.signs([row])),
        )
    )


def _questionnaire(row: Questionnaire, telling: Telling) -> Event:
    what = _("Asked who had answered in that month")
    if row.kind == "rmdq":
        what = _("Weekly list: %(total)s", total=row.total)
    by = say.who_answered(row, telling.names)
    return Event(row.received_at, row.day, "answers", what, (), by)


def _notes(past: Past, telling: Telling) -> Iterator[Event]:
    for row in past.checkins:
        if row.note:
            by = say.who_answered(row, telling.names)
            said = (row.note, *_read(row, telling))
            yield Event(row.received_at, row.day, "notes", _("Note"), said, by, "note")


def _read(row: CheckIn, telling: Telling) -> Iterator[str]:
    if row.note_read_at:
        at, by = moment(row.note_read_at, telling.clinic.zone), telling.who(row.note_read_by)
        yield _("Read %(at)s by %(by)s", at=at, by=by)
    else:
        yield _("Not read yet")


# Calls.


def _calls(past: Past, telling: Telling) -> Iterator[Event]:
    for row in past.contacts:
        yield _call(row, telling)


def _call(row: Contact, telling: Telling) -> Event:
    what = _("Call: %(whom)s", whom=_(words.WHOM[row.tried]))
    next_try = row.next_try_at and moment(row.next_try_at, telling.clinic.zone)
    said = (row.words, _("Next try %(at)s", at=next_try) if next_try else "")
    mark = "unreached" if row.whom == "nobody" else "reached"
    day, by = telling.day_of(row.at), telling.by(row.by)
    return Event(row.at, day, "calls", what, tuple(filter(None, said)), by, mark)


# States and procedures.


def _course(past: Past, telling: Telling) -> Iterator[Event]:
    for procedure in past.procedures:
        yield from _procedure(procedure, telling)
    states = [line for line in past.told if line.action in STATES]
    next_of = dict(zip((line.id for line in states), states[1:], strict=False))
    for line in past.told:
        what, by = _state(line.action, line.details), telling.by(line.actor)
        mark, until = "", None
        if _is_away(line):
            after = next_of.get(line.id)
            until = telling.day_of(after.at) if after else telling.patient.paused_until
            mark = "away"
        yield Event(line.at, telling.day_of(line.at), "course", what, (), by, mark, until=until)


def _is_away(line: AuditLine) -> bool:
    """Whether less is heard of the patient from then on."""
    held = line.details.get("state") in ("paused", "in_hospital")
    return held or line.action == "says in hospital"


def _state(action: str, details: dict[str, str]) -> str:
    if action != "state changed":
        return str(_(TOLD[action]))
    state = _(words.STATES.get(details["state"], details["state"]))
    return str(_("State changed: %(state)s", state=state))


def _procedure(procedure: Procedure, telling: Telling) -> Iterator[Event]:
    zone, levels = telling.patient.zone, in_a_row(procedure.levels)
    on = start_of(procedure.performed_on, zone)
    what = _("Procedure: %(levels)s", levels=levels)
    yield Event(on, procedure.performed_on, "course", what)
    if procedure.ended_on:
        day = long_day(procedure.performed_on)
        what = _("The course after the procedure of %(day)s ended", day=day)
        at = start_of(procedure.ended_on, zone) - timedelta(seconds=1)
        yield Event(at, procedure.ended_on, "course", what, mark="ended")
