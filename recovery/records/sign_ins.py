"""Signing in, for clinicians and administrators alike: by password, by the link that sets one, and out everywhere."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from functools import cache
from typing import TypeVar

import sqlalchemy as sa
from argon2.exceptions import VerifyMismatchError

from . import accounts, administrators
from .accounts import AccountError, Clinician, Passwords, new_token
from .administrators import Administrator, note_of
from .database import db, writing

Person = Clinician | Administrator
Someone = TypeVar("Someone", Clinician, Administrator)
PASSWORD_MIN_CHARACTERS = 12
LINK_LASTS = timedelta(days=7)


class LinkEnded(LookupError):
    """The link leads nowhere: it was used, a newer one was made, its time is over, or it never was one."""


class ShortPassword(AccountError):
    """The password has fewer characters than it needs."""


class WrongPassword(ValueError):
    """The password that was typed is not this person's."""


@cache
def _nobodys_hash(passwords: Passwords) -> str:
    """What an unknown address is checked against, made once, so that it costs as much as a known one."""
    return passwords.hasher.hash(secrets.token_hex(16))


def sign_in(email: str, password: str, passwords: Passwords, now: datetime) -> Person | None:
    """The person whose address and password these are, or None after the same work."""
    person = find_by_email(email)
    stored = person.password_hash if person else ""
    if not _is_right(stored, password, passwords) or person is None:
        return None
    with writing():
        if not _still_opens(_held(person), stored):
            return None
        person.signed_in_at = now
        note_of(person, person.actor, "signed in", now)
    return person


def _still_opens(held: Person, stored: str) -> bool:
    # Checking a password takes a while; who changed it meanwhile did so to keep others out.
    return held.ended_at is None and held.password_hash == stored


def _is_right(stored: str, password: str, passwords: Passwords) -> bool:
    try:
        passwords.hasher.verify(stored or _nobodys_hash(passwords), password)
    except VerifyMismatchError:
        return False
    return bool(stored)


def find_by_email(email: str) -> Person | None:
    """Whoever works under this address, or None."""
    return accounts.find_by_email(email) or administrators.find_by_email(email)


def find_by_token(token: str) -> Person | None:
    """Whoever's sign-in carries this token, or None."""
    return _first_working("session_token", token)


def new_link(person: Person, by: str, key: str, now: datetime) -> str:
    """The token of a one-time link with which this person sets a password; an earlier link ends.

    The token is returned once, never kept. Until it is used, the password of before still opens. by: an actor.
    """
    token = secrets.token_urlsafe(32)
    with writing():
        held = _held(person)
        held.link_hash, held.link_until = _link_hash(token, key), now + LINK_LASTS
        note_of(person, by, "link made", now)
    return token


def find_by_link(token: str, key: str, now: datetime) -> Person:
    """Whose link this is. Raises LinkEnded."""
    person = _first_working("link_hash", _link_hash(token, key))
    if person is None or person.link_until is None or person.link_until < now:
        raise LinkEnded
    return person


def use_link(token: str, key: str, password: str, passwords: Passwords, now: datetime) -> Person:
    """Set a password with a link, which ends with it, and let its owner in. Raises ShortPassword or LinkEnded."""
    # First: to hash for a link that leads nowhere would only cost.
    found = find_by_link(token, key, now)
    hashed = hash_of(password, passwords)
    with writing():
        person = _held(found)
        if person.link_hash != _link_hash(token, key):  # used, or replaced, meanwhile
            raise LinkEnded
        _keep(person, hashed, now)
        person.signed_in_at = now
    return person


def _held(person: Person) -> Person:
    """The row as it stands now, and nobody else changes it before the transaction ends."""
    if isinstance(person, Clinician):
        row = sa.select(Clinician).where(Clinician.id == person.id)
        return _locked(row.where(Clinician.clinic_id == person.clinic_id))
    return _locked(sa.select(Administrator).where(Administrator.id == person.id))


def _locked(row: sa.Select[Someone]) -> Someone:
    query = row.with_for_update(key_share=True).execution_options(populate_existing=True)
    return db.session.scalars(query).one()


def _link_hash(token: str, key: str) -> str:
    return hmac.new(key.encode(), f"link:{token}".encode(), hashlib.sha256).hexdigest()


def _first_working(column: str, value: str) -> Person | None:
    clinician, administrator = (
        (getattr(kind, column) == value, kind.ended_at.is_(None))
        for kind in (Clinician, Administrator)
    )
    return db.session.scalar(sa.select(Clinician).where(*clinician)) or db.session.scalar(
        sa.select(Administrator).where(*administrator)
    )


def set_password(person: Person, password: str, passwords: Passwords, now: datetime) -> None:
    """From now on this password opens, and no earlier sign-in or link does. Raises ShortPassword."""
    hashed = hash_of(password, passwords)
    with writing():
        _keep(_held(person), hashed, now)


def hash_of(password: str, passwords: Passwords) -> str:
    """What is kept of a password; it takes a while, so never inside a transaction. Raises ShortPassword."""
    if len(password) < PASSWORD_MIN_CHARACTERS:
        raise ShortPassword(f"Choose a password of at least {PASSWORD_MIN_CHARACTERS} characters.")
    return passwords.hasher.hash(password)


def _keep(person: Person, hashed: str, now: datetime) -> None:
    person.password_hash, person.session_token = hashed, new_token()
    person.link_hash, person.link_until = None, None
    note_of(person, person.actor, "password set", now)


def change_password(
    person: Person, old: str, new: str, passwords: Passwords, now: datetime
) -> None:
    """The same by somebody who knows the one of before. Raises WrongPassword or ShortPassword."""
    stored = person.password_hash
    if not _is_right(stored, old, passwords):
        raise WrongPassword
    hashed = hash_of(new, passwords)
    with writing():
        if not _still_opens(_held(person), stored):
            raise WrongPassword
        _keep(person, hashed, now)


def sign_out_everywhere(person: Person, now: datetime) -> None:
    """Every sign-in of this person ends at once."""
    with writing():
        _held(person).session_token = new_token()
        note_of(person, person.actor, "signed out everywhere", now)
