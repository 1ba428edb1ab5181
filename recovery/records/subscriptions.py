"""Subscriptions: where Web Push reaches a phone, until its push service says that it is gone."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .database import Base, Instant


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
