"""SMS: a line to a phone number, by whatever provider the clinic's apprise address names."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import partial

from config import Settings
from recovery.records.messages import TO_PATIENTS, Message
from recovery.rounds import alerts, notices
from recovery.rounds.refusals import NotTaken


def prepare(message: Message, settings: Settings, _now: datetime) -> Callable[[], None]:
    """The line and where it goes, ready to be posted. The post raises NotTaken."""
    if not settings.sms_url:
        raise NotTaken("unknown", "no SMS provider is set up; see SMS_URL")
    number = re.sub(r"[^0-9+]", "", message.recipient)
    where = settings.sms_url.replace("{phone}", number)
    say = notices.in_an_sms if message.purpose in TO_PATIENTS else alerts.in_a_line
    said = "the SMS provider has not taken it; see SMS_URL"
    return partial(notify, where, say(message, settings.base_url), said)


def notify(where: str, line: str, otherwise: str) -> None:
    """Hand a line to a provider; raises NotTaken, as apprise says no more than that it was not taken."""
    import apprise  # it knows some hundred providers, and only the rounds send anything

    provider = apprise.Apprise()
    if not (provider.add(where) and provider.notify(body=line)):
        raise NotTaken("unknown", otherwise)
