"""Web Push: a notice, encrypted for one phone, handed to that phone's push service."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import partial
from uuid import UUID

from config import Settings
from recovery.records import push_keys, subscriptions
from recovery.records.messages import Message
from recovery.records.subscriptions import Subscription
from recovery.rounds import notices

SEND_SECONDS = 10
SIGNED_FOR = timedelta(hours=12)  # push services refuse more than a day
GONE = (404, 410)


class Gone(Exception):
    """The push service no longer knows this subscription; the text is its status."""

    def __init__(self, subscription: Subscription, status: int) -> None:
        super().__init__(str(status))
        self.subscription = subscription


def prepare(message: Message, settings: Settings, now: datetime) -> Callable[[], None]:
    """The notice and all that goes with it, ready to be posted. The post raises Gone."""
    subscription = subscriptions.of_device(message.clinic_id, UUID(message.recipient))
    if subscription is None or not subscriptions.is_of(
        settings.push_services, subscription.endpoint
    ):
        raise ValueError("no known push service")
    body = json.dumps(notices.on_a_phone(message, settings.base_url, now))
    left = notices.useful_until(message) - now
    ttl, topic = max(1, int(left.total_seconds())), notices.tag_of(message)
    return partial(_post, subscription, body, settings, now, (ttl, topic))


def _post(
    subscription: Subscription,
    body: str,
    settings: Settings,
    now: datetime,
    lasts: tuple[int, str],
) -> None:
    """lasts: for how many seconds a push service keeps it, and whose place it takes there."""
    ttl, topic = lasts
    # They take a third of a second to import, and only the rounds send anything.
    import requests
    from py_vapid import Vapid02
    from pywebpush import WebPushException, webpush

    session = requests.Session()
    session.max_redirects = 0  # whoever is no push service is not posted to by a detour either
    try:
        webpush(
            _as_browsers_say(subscription),
            body,
            vapid_private_key=Vapid02(push_keys.private_key(settings.secret_key)),
            vapid_claims={
                "sub": f"mailto:{parseaddr(settings.mail_from)[1]}",
                "exp": int((now + SIGNED_FOR).timestamp()),
            },
            ttl=ttl,
            # High, so that a phone that lies still on the table shows it now and not when it is next moved.
            headers={"Topic": topic, "Urgency": "high"},
            timeout=SEND_SECONDS,
            requests_session=session,
        )
    except WebPushException as error:
        if error.response is not None and error.response.status_code in GONE:
            raise Gone(subscription, error.response.status_code) from error
        raise
    finally:
        session.close()


def _as_browsers_say(subscription: Subscription) -> dict[str, object]:
    keys = {"p256dh": subscription.p256dh, "auth": subscription.auth}
    return {"endpoint": subscription.endpoint, "keys": keys}
