"""Clinicians' subscriptions: in which browsers a clinician is shown alerts, until the push service forgets one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from . import audit
from .accounts import Clinician
from .database import Base, Instant, db, writing
from .patients import NotFound
from .subscriptions import Address


class ClinicianSubscription(Base):
    """One browser's Web Push subscription (RFC 8030, 8291): endpoint, and its keys as base64url."""

    __tablename__ = "clinician_subscriptions"

    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    clinician_id: Mapped[UUID]
    endpoint: Mapped[str] = mapped_column(sa.String(1000))
    p256dh: Mapped[str] = mapped_column(sa.String(120))
    auth: Mapped[str] = mapped_column(sa.String(40))
    subscribed_at: Mapped[datetime] = mapped_column(Instant)
    dead_at: Mapped[datetime | None] = mapped_column(Instant)
    dead_because: Mapped[str | None] = mapped_column(sa.String(60))

    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["clinic_id", "clinician_id"], ["clinicians.clinic_id", "clinicians.id"]
        ),
        sa.UniqueConstraint("clinic_id", "endpoint"),
        sa.CheckConstraint("(dead_at IS NULL) = (dead_because IS NULL)", name="dead_pair"),
        sa.Index(None, "clinic_id", "clinician_id"),
    )

    @property
    def address(self) -> Address:
        """As the browser has told it."""
        return Address(self.endpoint, self.p256dh, self.auth)


def keep(clinician: Clinician, address: Address, now: datetime) -> ClinicianSubscription:
    """Keep where this browser is reached; one whose endpoint was called gone stays dead until it has a new one."""
    kept = _at(clinician, address.endpoint)
    if kept is not None and kept.address == address:
        return kept
    with writing() as session:
        _take_away(address.endpoint)
        kept = ClinicianSubscription(
            clinic_id=clinician.clinic_id,
            clinician_id=clinician.id,
            endpoint=address.endpoint,
            p256dh=address.p256dh,
            auth=address.auth,
            subscribed_at=now,
        )
        session.add(kept)
        audit.note(clinician.clinic_id, clinician.actor, "browser subscribed", now)
    return kept


def _at(clinician: Clinician, endpoint: str) -> ClinicianSubscription | None:
    query = _of(clinician).where(ClinicianSubscription.endpoint == endpoint)
    return db.session.scalar(query.execution_options(populate_existing=True))


def _take_away(endpoint: str) -> None:
    """One browser shows the alerts of whoever asked for them last, of whatever clinic."""
    gone = sa.delete(ClinicianSubscription).where(ClinicianSubscription.endpoint == endpoint)
    db.session.execute(gone)


def end(clinician: Clinician, endpoint: str, now: datetime) -> None:
    """This browser shows this clinician no alerts any more; one that is not kept is none."""
    _end(_of(clinician).where(ClinicianSubscription.endpoint == endpoint), clinician, now)


def end_by_id(clinician: Clinician, browser_id: UUID, now: datetime) -> None:
    """The same from the list of one's own browsers; raises NotFound."""
    query = _of(clinician).where(ClinicianSubscription.id == browser_id)
    if db.session.scalar(query) is None:
        raise NotFound(browser_id)
    _end(query, clinician, now)


def _end(query: sa.Select[ClinicianSubscription], clinician: Clinician, now: datetime) -> None:
    with writing() as session:
        browser = session.scalar(query)
        if browser is not None:
            session.delete(browser)
            audit.note(clinician.clinic_id, clinician.actor, "browser unsubscribed", now)


def mark_dead(browser: ClinicianSubscription, because: str, now: datetime) -> None:
    """Nothing reaches this browser any more; written once."""
    with writing() as session:
        session.execute(
            sa.update(ClinicianSubscription)
            .where(
                ClinicianSubscription.clinic_id == browser.clinic_id,
                ClinicianSubscription.id == browser.id,
                ClinicianSubscription.dead_at.is_(None),
            )
            .values(dead_at=now, dead_because=because)
        )


def of_clinician(clinician: Clinician) -> list[ClinicianSubscription]:
    """Every browser that this clinician has subscribed, also dead ones, the latest first."""
    return list(db.session.scalars(_of(clinician).order_by(_latest_first())))


def _of(clinician: Clinician) -> sa.Select[ClinicianSubscription]:
    return sa.select(ClinicianSubscription).where(
        ClinicianSubscription.clinic_id == clinician.clinic_id,
        ClinicianSubscription.clinician_id == clinician.id,
    )


def live_of(clinic_id: UUID, clinician_id: UUID) -> list[ClinicianSubscription]:
    """The browsers in which a clinician who still works there is reached."""
    query = _live(clinic_id).where(ClinicianSubscription.clinician_id == clinician_id)
    return list(db.session.scalars(query.order_by(_latest_first())))


def reached_in(clinic_id: UUID) -> set[UUID]:
    """The clinicians of a clinic of whom at least one browser is reached."""
    return {each.clinician_id for each in db.session.scalars(_live(clinic_id))}


def _live(clinic_id: UUID) -> sa.Select[ClinicianSubscription]:
    same = (Clinician.clinic_id == ClinicianSubscription.clinic_id) & (
        Clinician.id == ClinicianSubscription.clinician_id
    )
    return (
        sa.select(ClinicianSubscription)
        .join(Clinician, same)
        .where(
            ClinicianSubscription.clinic_id == clinic_id,
            ClinicianSubscription.dead_at.is_(None),
            Clinician.ended_at.is_(None),
        )
    )


def _latest_first() -> sa.ColumnElement[datetime]:
    return ClinicianSubscription.subscribed_at.desc()
