"""Staff push: an alert as a notice in each browser in which a clinician has asked for them."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from config import Settings
from recovery.records import clinician_subscriptions
from recovery.records.clinician_subscriptions import ClinicianSubscription
from recovery.records.messages import Message
from recovery.rounds import alerts, web_push
from recovery.rounds.refusals import NotTaken
from recovery.rounds.web_push import Forgotten, Notice

log = logging.getLogger(__name__)
USEFUL_SECONDS = 12 * 3600  # an older alert is repeated at the next opening


def prepare(message: Message, settings: Settings, now: datetime) -> Callable[[], None]:
    """The notice for each of this person's browsers, ready to be posted. The post raises NotTaken."""
    browsers = clinician_subscriptions.live_of(message.clinic_id, UUID(message.recipient))
    if not browsers:
        raise NotTaken("unknown", "no browser of this person shows notices")
    body = json.dumps(alerts.on_a_screen(message, settings.base_url))
    notice = Notice(body, alerts.topic(message), USEFUL_SECONDS)
    return partial(_post_to_each, browsers, notice, settings, now)


def _post_to_each(
    browsers: Sequence[ClinicianSubscription], notice: Notice, settings: Settings, now: datetime
) -> None:
    """One browser that takes it is enough: trying all again would repeat it there."""
    failures = [_post(browser, notice, settings, now) for browser in browsers]
    if all(failures):
        raise NotTaken("unknown", "; ".join(dict.fromkeys(failures)))


def _post(browser: ClinicianSubscription, notice: Notice, settings: Settings, now: datetime) -> str:
    """Why it was not taken, or nothing."""
    try:
        web_push.post(browser.address, notice, settings, now)
    except Forgotten as forgotten:
        clinician_subscriptions.mark_dead(browser, f"gone ({forgotten})", now)
        return "the push service no longer knows the browser"
    except Exception as error:
        log.exception("a notice to browser %s was not taken", browser.id)
        return str(error)
    return ""
