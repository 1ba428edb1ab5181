"""The contact log of one patient: every try to reach somebody, who made it, what was said, and when the next is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _

from recovery.records.contacts import Contact
from recovery.web import clinic_words as words
from recovery.web.wording import moment


@dataclass(frozen=True)
class ContactLine:
    """One try in words. next_try: empty if somebody was reached."""

    when: str
    whom: str
    by: str
    words: str
    next_try: str
    was_reached: bool


def contact_log(rows: Iterable[Contact], names: Mapping[UUID, str], zone: str) -> list[ContactLine]:
    """Every try, in the order given."""
    return [_line(row, names, zone) for row in rows]


def _line(row: Contact, names: Mapping[UUID, str], zone: str) -> ContactLine:
    return ContactLine(
        when=moment(row.at, zone),
        whom=_(words.WHOM[row.tried]),
        by=_("by %(name)s", name=names.get(row.by, _("somebody unnamed"))),
        words=row.words,
        next_try=moment(row.next_try_at, zone) if row.next_try_at else "",
        was_reached=row.whom != "nobody",
    )
