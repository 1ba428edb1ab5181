"""Notices: what a reminder says on a phone, in an e-mail and in an SMS; never a word about health or a name.

A stranger may read a locked phone, and a family shares a mailbox.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from recovery.records import accounts, reminders
from recovery.records.messages import Message

TAG = "reminder"  # a later one takes the place of one that still stands


def on_a_phone(message: Message, base_url: str, now: datetime) -> dict[str, Any]:
    """The payload: the declarative shape of Web Push, which browsers show by themselves and our worker reads too.

    A browser that runs no worker opens the page on which "later" can be chosen.
    """
    patient = reminders.patient_of(message)
    with force_locale(reminders.language_of(message)):
        locale = get_locale()
        later = {"hour": _("In 1 hour"), "evening": _("This evening"), "tomorrow": _("Tomorrow")}
        notification = {
            "title": _title(),
            "body": _("Tap to open them."),
            "lang": str(locale).replace("_", "-"),
            "dir": locale.text_direction if locale else "auto",
            "navigate": f"{base_url}/today",
            "tag": TAG,
            "renotify": True,
            "actions": [
                {
                    "action": f"later-{when}",
                    "title": later[when],
                    "navigate": f"{base_url}/reminders",
                }
                for when in reminders.offers(patient, now)
            ],
        }
    return {"web_push": 8030, "notification": notification}


def in_a_mail(message: Message, base_url: str) -> tuple[str, list[str]]:
    """Subject and paragraphs."""
    phone = accounts.clinic_of(message.clinic_id).phone
    with force_locale(reminders.language_of(message)):
        return _title(), [
            _("Your questions for today wait for you. Open them on your phone:"),
            f"{base_url}/today",
            _("Have you answered already? Then there is nothing to do."),
            _("Does it not open? Ring %(phone)s.", phone=phone),
            _("To get no more of these e-mails, open this page:"),
            f"{base_url}/reminders",
        ]


def in_an_sms(message: Message, base_url: str) -> str:
    """One short line."""
    with force_locale(reminders.language_of(message)):
        return f"{_title()}: {base_url}/today"


def _title() -> str:
    return _("Time for today's questions")
