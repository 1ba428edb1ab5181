"""The console: what all that an operator types has in common."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import current_app

from config import Settings
from recovery.clinical import rehearsal as asked
from recovery.clinical.bounds import PathwayError
from recovery.records import accounts
from recovery.records.accounts import AccountError, Clinician


def settings() -> Settings:
    """The settings of the running app."""
    found: Settings = current_app.extensions["settings"]
    return found


@contextmanager
def in_one_sentence() -> Iterator[None]:
    """What an operator can mend is told in its own words, without a traceback."""
    try:
        yield
    except (AccountError, PathwayError, asked.BadAsk) as error:
        raise click.ClickException(str(error)) from error


def clinician_at(email: str) -> Clinician:
    """The clinician with this address. Raises AccountError."""
    found = accounts.find_by_email(email)
    if found is None:
        raise AccountError(f"There is no clinician with the address {email or '(empty)'}.")
    return found
