"""Messages to a clinic's people in words: what each is, and what has become of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from recovery.clinical.clinician_words import URGENCIES
from recovery.records.messages import Message
from recovery.web.clinic_words import STATES
from recovery.web.escalation_words import Names
from recovery.web.wording import capital, moment, say

N_ = str  # marks a text for extraction

FAILURES = {
    "email": {
        "unreachable": N_("The mail server cannot be reached."),
        "later": N_("The mail server does not take it now."),
        "refused": N_("The mail server refuses it for good. Mend the address."),
        "unknown": N_("The e-mail could not be sent."),
    },
    "sms": {"unknown": N_("The SMS provider has not taken it.")},
    "chat": {"unknown": N_("The chat has not taken it.")},
    "push": {"unknown": N_("No browser of this person has taken it.")},
}
WITHHELD = {
    "flag closed": N_("Not sent: the flag had been closed."),
    "flag seen": N_("Not sent: the flag had been seen."),
    "flag claimed": N_("Not sent: the flag had been claimed."),
    "flag contacted": N_("Not sent: somebody had been reached about the flag."),
    "flag snoozed": N_("Not sent: the flag had been snoozed."),
    "followed by another clinic": N_("Not sent: another clinic follows the patient."),
    "too late for its day": N_("Not sent: its day was over."),
    "nothing open": N_("Not sent: nothing was open any more."),
}


@dataclass(frozen=True)
class Line:
    """One message. state: what has become of it; aside: what the other side said, or how often it was tried."""

    what: str
    urgency: str
    queued: str
    way: str
    state: str
    aside: tuple[str, ...]
    is_failing: bool


def line(message: Message, names: Names, zone: str, now: datetime) -> Line:
    """A message as the page lists it."""
    is_open = message.sent_at is None and message.withheld_at is None
    is_failing = is_open and message.failure != ""
    return Line(
        what=_what(message),
        urgency=message.urgency if message.purpose == "alert" else "",
        queued=moment(message.queued_at, zone),
        way=capital(names.way((message.channel, message.recipient))),
        state=_state(message, zone, now),
        aside=tuple(_asides(message, zone, is_failing=is_failing)),
        is_failing=is_failing,
    )


def _what(message: Message) -> str:
    if message.purpose == "digest":
        return str(_("Digest of the day"))
    if message.purpose == "test":
        return str(_("Test"))
    return say(URGENCIES[message.urgency])


def _state(message: Message, zone: str, now: datetime) -> str:
    if message.sent_at is not None:
        return str(_("Sent %(when)s", when=moment(message.sent_at, zone)))
    if message.withheld_because is not None:
        return _withheld(message.withheld_because)
    if message.failure:
        return say(FAILURES[message.channel].get(message.failure, _any_failure()))
    if message.leased_until and message.leased_until > now:
        return str(_("Is being sent"))
    return str(_("Waits to be sent"))


def _any_failure() -> str:
    return N_("It could not be sent.")


def _withheld(because: str) -> str:
    about, _space, state = because.partition(" ")
    if about == "patient" and state in STATES:
        return str(_("Not sent: the patient's state is “%(state)s”.", state=say(STATES[state])))
    return say(WITHHELD.get(because, N_("Not sent.")))


def _asides(message: Message, zone: str, *, is_failing: bool) -> list[str]:
    said = []
    if is_failing:
        when = moment(message.due_at, zone)
        said += [_("Next try %(when)s", when=when)]
        # Other ways answer with addresses that are nobody's to read.
        answered = message.channel == "email" and message.last_error
        said += [_("What came back: %(said)s", said=message.last_error)] if answered else []
    if message.tries > 1:
        tries = ngettext("%(num)s try", "%(num)s tries", message.tries)
        said += [tries if is_failing else _("%(tries)s: it may have come twice", tries=tries)]
    return [str(each) for each in said]
