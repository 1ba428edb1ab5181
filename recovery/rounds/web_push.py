"""Web Push: a payload, encrypted and signed for one browser, handed to that browser's push service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr

from config import Settings
from recovery.records import push_keys, subscriptions
from recovery.records.subscriptions import Address

SEND_SECONDS = 10
SIGNED_FOR = timedelta(hours=12)  # push services refuse more than a day
GONE = (404, 410)


class Forgotten(Exception):
    """The push service no longer knows this browser; the text is its status."""


@dataclass(frozen=True)
class Notice:
    """A payload (JSON), what it takes the place of, and for how many seconds it is worth being shown."""

    body: str
    topic: str
    useful_seconds: int


def post(address: Address, notice: Notice, settings: Settings, now: datetime) -> None:
    """Hand it over; raises Forgotten, or what the push service answers instead."""
    # They take a third of a second to import, and only the rounds send anything.
    import requests
    from py_vapid import Vapid02
    from pywebpush import WebPushException, webpush

    if not subscriptions.is_of(settings.push_services, address.endpoint):
        raise ValueError("no known push service")
    session = requests.Session()
    session.max_redirects = 0  # whoever is no push service is not posted to by a detour either
    try:
        webpush(
            _as_browsers_say(address),
            notice.body,
            vapid_private_key=Vapid02(push_keys.private_key(settings.secret_key)),
            vapid_claims={
                "sub": f"mailto:{parseaddr(settings.mail_from)[1]}",
                "exp": int((now + SIGNED_FOR).timestamp()),
            },
            ttl=notice.useful_seconds,
            # High, so that a phone that lies still on the table shows it now and not when it is next moved.
            headers={"Topic": notice.topic, "Urgency": "high"},
            timeout=SEND_SECONDS,
            requests_session=session,
        )
    except WebPushException as error:
        if error.response is not None and error.response.status_code in GONE:
            raise Forgotten(str(error.response.status_code)) from error
        raise
    finally:
        session.close()


def _as_browsers_say(address: Address) -> dict[str, object]:
    keys = {"p256dh": address.p256dh, "auth": address.auth}
    return {"endpoint": address.endpoint, "keys": keys}
