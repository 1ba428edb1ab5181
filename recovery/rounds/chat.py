"""Chat: a line to a chat of the clinic; its address is a setting of the installation, which no clinic can choose."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from config import Settings
from recovery.records import accounts
from recovery.records.messages import Message
from recovery.rounds import alerts, sms
from recovery.rounds.refusals import NotTaken


def prepare(message: Message, settings: Settings, _now: datetime) -> Callable[[], None]:
    """The line and where it goes, ready to be posted. The post raises NotTaken."""
    clinic = accounts.clinic_of(message.clinic_id)
    where = settings.chats_of(clinic.name).get(message.recipient)
    if where is None:
        raise NotTaken("unknown", "this chat is not set up for the clinic; see CHAT_URLS")
    line = alerts.in_a_line(message, settings.base_url)
    return partial(sms.notify, where, line, "the chat has not taken it; see CHAT_URLS")
