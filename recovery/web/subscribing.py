"""Reading where a browser says that it can be reached, as its script posts it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from recovery.records import subscriptions
from recovery.records.subscriptions import Address, SubscriptionRefused


def read(posted: Mapping[str, Any], services: Collection[str]) -> Address:
    """The parts of a subscription at one of these push services; raises SubscriptionRefused."""
    match posted:
        case {"endpoint": str(endpoint), "keys": {"p256dh": str(p256dh), "auth": str(auth)}}:
            address = Address(endpoint, p256dh, auth)
        case _:
            raise SubscriptionRefused("not a subscription")
    subscriptions.check(address, services)
    return address
