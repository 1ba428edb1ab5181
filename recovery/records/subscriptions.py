"""Subscriptions: where Web Push reaches a phone, until its push service says that it is gone."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy.orm import Mapped, mapped_column

from . import audit
from .database import Base, Instant, db, writing
from .devices import Device
from .patients import Patient, lock

LONGEST_ENDPOINT = 1000
AUTH_BYTES = 16
AT_HOME = ("localhost", "127.0.0.1")
# Nothing that two readers of an address could read in two ways, such as a backslash or a name before an @.
PLAIN_ADDRESS = re.compile(r"https?://[a-z0-9.-]+(:[0-9]+)?(/[!-Z\]-~]*)?", re.ASCII)


class SubscriptionRefused(ValueError):
    """A phone sent a subscription to which nothing could be posted, or which names no known push service."""


@dataclass(frozen=True)
class Address:
    """Where and with which keys (base64url) a browser says that it can be reached."""

    endpoint: str
    p256dh: str
    auth: str


class Subscription(Base):
    """The one Web Push subscription of a device (RFC 8030, 8291): endpoint, and its keys as base64url."""

    __tablename__ = "subscriptions"

    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    device_id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID]
    endpoint: Mapped[str] = mapped_column(sa.String(1000))
    p256dh: Mapped[str] = mapped_column(sa.String(120))
    auth: Mapped[str] = mapped_column(sa.String(40))
    subscribed_at: Mapped[datetime] = mapped_column(Instant)
    dead_at: Mapped[datetime | None] = mapped_column(Instant)
    dead_because: Mapped[str | None] = mapped_column(sa.String(60))

    __table_args__ = (
        sa.ForeignKeyConstraint(["clinic_id", "device_id"], ["devices.clinic_id", "devices.id"]),
        sa.ForeignKeyConstraint(["clinic_id", "patient_id"], ["patients.clinic_id", "patients.id"]),
        sa.UniqueConstraint("clinic_id", "endpoint"),
        sa.CheckConstraint("(dead_at IS NULL) = (dead_because IS NULL)", name="dead_pair"),
        sa.Index(None, "clinic_id", "patient_id"),
    )

    @property
    def address(self) -> Address:
        """As the browser has told it."""
        return Address(self.endpoint, self.p256dh, self.auth)


def check(address: Address, services: Collection[str]) -> None:
    """Refuse what no browser would send: whoever could name any address would make us post there.

    services: the push services' hosts, which stand for all hosts below them too. Raises SubscriptionRefused.
    """
    if not is_of(services, address.endpoint):
        raise SubscriptionRefused("no known push service")
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(address.p256dh))
        auth = _bytes(address.auth)
    except ValueError as error:
        raise SubscriptionRefused("unusable key") from error
    if len(auth) != AUTH_BYTES:
        raise SubscriptionRefused("unusable key")


def is_of(services: Collection[str], endpoint: str) -> bool:
    """Whether an endpoint belongs to one of these push services; only our own machine may do without https."""
    try:
        url = urlsplit(endpoint)
        is_usual = url.scheme == "https" and url.port in (None, 443)
    except ValueError:
        return False
    host = url.hostname or ""
    if len(endpoint) > LONGEST_ENDPOINT or not PLAIN_ADDRESS.fullmatch(endpoint):
        return False
    if host in AT_HOME:
        return host in services and url.scheme in ("http", "https")
    return is_usual and any(host == name or host.endswith(f".{name}") for name in services)


def _bytes(text: str) -> bytes:
    padded = text.encode("ascii") + b"=" * (-len(text) % 4)
    return b64decode(padded, altchars=b"-_", validate=True)


def keep(device: Device, address: Address, now: datetime) -> Subscription:
    """Keep where this device is reached, and nobody else there; a dead one stays dead until it has a new endpoint."""
    kept = of_device(device.clinic_id, device.id)
    if kept is not None and kept.address == address:
        return kept
    with writing() as session:
        lock(device.key)
        _take_away(device, address.endpoint)
        kept = of_device(device.clinic_id, device.id) or Subscription(
            clinic_id=device.clinic_id, device_id=device.id, patient_id=device.patient_id
        )
        kept.endpoint, kept.p256dh, kept.auth = address.endpoint, address.p256dh, address.auth
        kept.subscribed_at, kept.dead_at, kept.dead_because = now, None, None
        session.add(kept)
        audit.note(device.clinic_id, device.actor, "subscribed", now, device.patient_id)
    return kept


def _take_away(device: Device, endpoint: str) -> None:
    """One browser belongs to one connected device, also when it is handed on to a patient of another clinic."""
    others = sa.or_(Subscription.clinic_id != device.clinic_id, Subscription.device_id != device.id)
    db.session.execute(sa.delete(Subscription).where(Subscription.endpoint == endpoint, others))


def of_device(clinic_id: UUID, device_id: UUID) -> Subscription | None:
    """The subscription of one device, as the database has it now."""
    key = (clinic_id, device_id)
    return db.session.get(Subscription, key, populate_existing=True)


def mark_dead(subscription: Subscription, because: str, now: datetime) -> None:
    """Nothing reaches this phone any more; written once, and only if it was not renewed meanwhile."""
    with writing() as session:
        session.execute(
            sa.update(Subscription)
            .where(
                Subscription.clinic_id == subscription.clinic_id,
                Subscription.device_id == subscription.device_id,
                Subscription.endpoint == subscription.endpoint,
                Subscription.dead_at.is_(None),
            )
            .values(dead_at=now, dead_because=because)
        )


def _live(query: sa.Select[Subscription]) -> sa.Select[Subscription]:
    """Those of connected devices that are not known to be dead."""
    same = (Device.clinic_id == Subscription.clinic_id) & (Device.id == Subscription.device_id)
    return query.join(Device, same).where(Subscription.dead_at.is_(None), Device.ended_at.is_(None))


def live_of(patient: Patient) -> list[Subscription]:
    """Where a patient's and the helpers' connected phones are reached, in a fixed order."""
    query = sa.select(Subscription).where(
        Subscription.clinic_id == patient.clinic_id, Subscription.patient_id == patient.id
    )
    return list(db.session.scalars(_live(query).order_by(Subscription.device_id)))


def of_patient(patient: Patient) -> dict[UUID, Subscription]:
    """Every subscription of a patient's devices, also dead ones, by the device's id."""
    query = sa.select(Subscription).where(
        Subscription.clinic_id == patient.clinic_id, Subscription.patient_id == patient.id
    )
    return {each.device_id: each for each in db.session.scalars(query)}


def reached(clinic_id: UUID) -> sa.Select[UUID]:
    """The patients of a clinic of whom at least one phone is reached, as a part of a query."""
    query = sa.select(Subscription).where(Subscription.clinic_id == clinic_id)
    return _live(query).with_only_columns(Subscription.patient_id)


def reached_in(clinic_id: UUID) -> set[UUID]:
    """The same, found."""
    return set(db.session.scalars(reached(clinic_id)))
