"""SMS: a line to a phone number, by whatever provider the clinic's apprise address names."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import partial

from config import Settings
from recovery.records.messages import Message
from recovery.rounds import notices


class NotTaken(Exception):
    """The provider has not taken the SMS; apprise says no more than that."""


def prepare(message: Message, settings: Settings, _now: datetime) -> Callable[[], None]:
    """The line and where it goes, ready to be posted. The post raises NotTaken."""
    number = re.sub(r"[^0-9+]", "", message.recipient)
    where = settings.sms_url.replace("{phone}", number)
    return partial(_post, where, notices.in_an_sms(message, settings.base_url))


def _post(where: str, line: str) -> None:
    import apprise  # it knows some hundred providers, and only the rounds send anything

    provider = apprise.Apprise()
    if not (provider.add(where) and provider.notify(body=line)):
        raise NotTaken("the SMS provider has not taken it; see SMS_URL")
