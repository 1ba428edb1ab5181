"""What a digest says: how much is open in a clinic, by urgency, in numbers alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _

from recovery.clinical.clinician_words import URGENCIES
from recovery.records import accounts, digests
from recovery.records.digests import Digest
from recovery.records.messages import Message
from recovery.rounds import alerts

N_ = str  # marks a text for extraction
REST = (
    N_("Claimed, and nobody has acted in time: %(count)s"),
    N_("Snoozed: %(count)s"),
    N_("Notes that nobody has read: %(count)s"),
    N_("Patients whose answers the computer could not check: %(count)s"),
    N_("Patients who say that they are in hospital, which nobody has confirmed: %(count)s"),
    N_("Alerts that could not be delivered: %(count)s"),
)


def in_a_mail(message: Message, base_url: str, now: datetime) -> tuple[str, list[str]]:
    """Subject and paragraphs."""
    with force_locale(accounts.clinic_of(message.clinic_id).language):
        counts = "\n".join(_counts(digests.of_clinic(message.clinic_id, now)))
        lines = [_("This is open on the worklist now:"), counts, alerts.address(base_url)]
        return _("Open on the worklist today"), [*lines, *alerts.repeat(message)]


def _counts(digest: Digest) -> Iterator[str]:
    for urgency, (count, unseen) in digest.flags.items():
        said = {"urgency": _(URGENCIES[urgency]), "count": count, "unseen": unseen}
        yield _("%(urgency)s: %(count)s, of these not seen by anybody: %(unseen)s", **said)
    rest = (
        digest.overdue_claims,
        digest.resting,
        digest.unread_notes,
        digest.unchecked,
        digest.in_hospital,
        digest.undelivered,
    )
    for text, number in zip(REST, rest, strict=True):
        if number:
            yield _(text, count=number)
