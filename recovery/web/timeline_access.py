"""What was set, given out and sent for a patient, each thing as an event in words: limits, cards, phones, messages."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _

from recovery.records.messages import Message
from recovery.records.past import Past
from recovery.web import clinic_words as words
from recovery.web import limit_presenters
from recovery.web.timeline import Event, Telling
from recovery.web.timeline_words import CHANNELS, NOT_SENT, OTHER_PURPOSE, PURPOSES
from recovery.web.wording import moment, say


def events(past: Past, telling: Telling, most: int) -> list[Event]:
    """Cards, phones and messages; most: so many messages are enough, the newest; 0: all."""
    return [*_cards(past, telling), *_phones(past, telling), *_messages(past, telling, most)]


def limits(past: Past, telling: Telling) -> Iterator[Event]:
    """Limits set, and those ended before their last day."""
    for row in past.limits:
        said = limit_presenters.said(row)
        what, day = _("Limit set: %(limit)s", limit=said), row.first_day
        by, mark = telling.by(row.set_by), "limit"
        over = min(row.last_day, telling.day_of(row.ended_at)) if row.ended_at else row.last_day
        yield Event(row.set_at, day, "limits", what, (row.reason,), by, mark, until=over)
        if row.ended_at:
            what, by = _("Limit ended: %(limit)s", limit=said), telling.by(row.ended_by)
            yield Event(row.ended_at, telling.day_of(row.ended_at), "limits", what, by=by)


def _cards(past: Past, telling: Telling) -> Iterator[Event]:
    for card in past.cards:
        holder = _(
            "%(name)s (%(holder)s)", name=card.holder_name, holder=_(words.HOLDERS[card.holder])
        )
        what, by = _("Card issued: %(holder)s", holder=holder), telling.by(card.issued_by)
        yield Event(card.issued_at, telling.day_of(card.issued_at), "cards", what, by=by)
        if card.ended_at:
            what = _("Card ended: %(holder)s", holder=holder)
            if card.is_lost:
                what = _("Card lost: %(holder)s", holder=holder)
            by = telling.by(card.ended_by)
            yield Event(card.ended_at, telling.day_of(card.ended_at), "cards", what, by=by)


def _phones(past: Past, telling: Telling) -> Iterator[Event]:
    holders = {card.id: card.holder_name for card in past.cards}
    for device in past.devices:
        said = _(
            "%(label)s of %(name)s",
            label=device.label or _("Phone"),
            name=holders.get(device.card_id, ""),
        )
        what = _("Phone connected: %(phone)s", phone=said)
        at = device.connected_at
        yield Event(at, telling.day_of(at), "cards", what)
        if device.ended_at:
            what, by = _("Phone ended: %(phone)s", phone=said), telling.by(device.ended_by)
            yield Event(device.ended_at, telling.day_of(device.ended_at), "cards", what, by=by)


def _messages(past: Past, telling: Telling, most: int) -> Iterator[Event]:
    for row in past.last_messages(most) if most else past.messages:
        purpose = _(PURPOSES.get(row.purpose, OTHER_PURPOSE))
        channel = _(CHANNELS.get(row.channel, row.channel))
        what = _("%(purpose)s %(channel)s", purpose=purpose, channel=channel)
        at = row.sent_at or row.withheld_at or row.queued_at
        said = (_became(row, telling),)
        yield Event(at, telling.day_of(at), "messages", what, said)


def _became(row: Message, telling: Telling) -> str:
    """Whether it went out."""
    if row.sent_at:
        return str(_("sent"))
    if row.withheld_at:
        return _not_sent(row)
    if row.last_error:
        due = moment(row.due_at, telling.clinic.zone)
        return str(_("could not be sent, is tried again %(at)s", at=due))
    return str(_("waits to be sent"))


def _not_sent(row: Message) -> str:
    """Why it never went out: nothing reached the patient, or nobody wanted it any more."""
    if row.withheld_because in NOT_SENT:
        return say(NOT_SENT[row.withheld_because])
    return str(_("could not be sent") if row.last_error else _("not sent: no longer wanted"))
