"""Push: reminders as notices on patients' phones; what goes to staff stands in staff_push.py."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from config import Settings
from recovery.records import subscriptions
from recovery.records.messages import TO_PATIENTS, Message
from recovery.records.subscriptions import Subscription
from recovery.rounds import notices, staff_push, web_push
from recovery.rounds.web_push import Forgotten, Notice


class Gone(Exception):
    """The push service no longer knows this subscription; the text is its status."""

    def __init__(self, subscription: Subscription, status: str) -> None:
        super().__init__(status)
        self.subscription = subscription


def prepare(message: Message, settings: Settings, now: datetime) -> Callable[[], None]:
    """The notice and all that goes with it, ready to be posted. The post raises Gone."""
    if message.purpose not in TO_PATIENTS:
        return staff_push.prepare(message, settings, now)
    subscription = subscriptions.of_device(message.clinic_id, UUID(message.recipient))
    if subscription is None:
        raise ValueError("no known push service")
    body = json.dumps(notices.on_a_phone(message, settings.base_url, now))
    left = notices.useful_until(message) - now
    notice = Notice(body, notices.tag_of(message), max(1, int(left.total_seconds())))
    return partial(_post, subscription, notice, settings, now)


def _post(subscription: Subscription, notice: Notice, settings: Settings, now: datetime) -> None:
    try:
        web_push.post(subscription.address, notice, settings, now)
    except Forgotten as forgotten:
        raise Gone(subscription, str(forgotten)) from forgotten
