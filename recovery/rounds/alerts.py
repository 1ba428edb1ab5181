"""Alerts: what a clinic's people read by each way, about a flag or as a test; the urgency and nothing personal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from recovery.clinical.clinician_words import URGENCIES
from recovery.records import accounts
from recovery.records.messages import Message


def in_a_mail(message: Message, base_url: str) -> tuple[str, list[str]]:
    """Subject and paragraphs."""
    with _in_the_clinics_language(message):
        return _title(message), [_sentence(message), address(base_url), *repeat(message)]


def in_a_line(message: Message, base_url: str) -> str:
    """One short text, for an SMS or a chat."""
    with _in_the_clinics_language(message):
        return " ".join([f"{_title(message)}.", *repeat(message), address(base_url)])


def on_a_screen(message: Message, base_url: str) -> dict[str, Any]:
    """The payload of a notice, in the declarative shape of Web Push."""
    with _in_the_clinics_language(message):
        locale = get_locale()
        notification = {
            "title": _title(message),
            "body": " ".join([_("Tap to open the worklist."), *repeat(message)]),
            "lang": str(locale).replace("_", "-"),
            "dir": locale.text_direction if locale else "auto",
            "navigate": address(base_url),
            "tag": topic(message),
            "renotify": True,
        }
    return {"web_push": 8030, "notification": notification}


def topic(message: Message) -> str:
    """A later notice takes the place of one of its own urgency alone: nothing covers an emergency."""
    return f"{message.purpose}-{message.urgency}"


def address(base_url: str) -> str:
    """Where the worklist stands."""
    return f"{base_url}/clinic/"


def _title(message: Message) -> str:
    if message.purpose == "test":
        return _("Test of the alerts")
    title = _("Flag for review: %(urgency)s", urgency=_(URGENCIES[message.urgency]))
    return _("Not seen yet: %(subject)s", subject=title) if message.step else title


def _sentence(message: Message) -> str:
    if message.purpose == "test":
        return _("This is a test. Alerts reach you this way. There is nothing to do.")
    return _("A flag waits for review: %(urgency)s.", urgency=_(URGENCIES[message.urgency]))


def repeat(message: Message) -> list[str]:
    """What was claimed before may have arrived, although nobody could note it."""
    if message.tries < 2:
        return []
    return [_("This may be a repeat: an earlier try could not be confirmed.")]


@contextmanager
def _in_the_clinics_language(message: Message) -> Iterator[None]:
    with force_locale(accounts.clinic_of(message.clinic_id).language):
        yield
