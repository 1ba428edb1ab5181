"""What the operator types about clinics and the people who sign in."""

from __future__ import annotations

from typing import Any

import click
from flask.cli import AppGroup, with_appcontext

from recovery.console import in_one_sentence, settings
from recovery.records import accounts, administrators, clinic_settings, clock, people, sign_ins
from recovery.records.accounts import ROLES, AccountError, Passwords
from recovery.records.languages import LANGUAGES
from recovery.records.people import OPERATOR, Newcomer
from recovery.records.sign_ins import LINK_LASTS, Person

commands = AppGroup()


@commands.command("add-clinic")
@click.option("--name", required=True)
@click.option("--phone", required=True, help="The number that patients ring during opening hours.")
@click.option("--emergency-number", required=True, help="Such as 112.")
@click.option("--out-of-hours-phone", required=True, help="The number to ring when it is closed.")
@click.option("--lost-card-phone", required=True, help="The number to ring for a lost card.")
@click.option(
    "--hours", "weekly_hours", required=True, help='Such as "Mo-Fr 08:00-16:00; Sa 09:00-12:00".'
)
@click.option(
    "--closed-day", "closed_days", multiple=True, help="A day such as 2026-12-25; may be repeated."
)
@click.option("--zone", required=True, help="Such as Europe/Berlin.")
@click.option("--language", required=True, type=click.Choice(LANGUAGES))
@click.option("--no-lifting-days", type=int, help="Patients read: ask before lifting.")
@click.option("--alert-address", "alert_addresses", multiple=True, required=True)
@click.option("--second-alert-address", "second_alert_addresses", multiple=True, required=True)
@with_appcontext
@in_one_sentence()
def add_clinic(**columns: Any) -> None:
    """Make a clinic. It cannot start without its numbers, hours and addresses."""
    for name in ("closed_days", "alert_addresses", "second_alert_addresses"):
        columns[name] = list(columns[name])
    clinic_settings.refuse_lifting_days(columns["no_lifting_days"])
    clinic = accounts.add_clinic(clock.now(), **columns)
    click.echo(
        f"{clinic.name} is added. Next: flask --app recovery add-clinician --role lead --clinic '{clinic.name}' ..."
    )


@commands.command("add-clinician")
@click.option("--clinic", "clinic_name", required=True)
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option(
    "--role",
    type=click.Choice(ROLES),
    default=ROLES[0],
    show_default=True,
    help="A lead also settles how the clinic works, and who works there.",
)
@click.password_option(envvar="CLINICIAN_PASSWORD")
@with_appcontext
@in_one_sentence()
def add_clinician(clinic_name: str, email: str, name: str, role: str, password: str) -> None:
    """Give a named person access to a clinic; the password is asked for."""
    passwords = Passwords(settings().argon2_memory_kib, settings().argon2_rounds)
    clinic = accounts.find_clinic(clinic_name)
    people.add_clinician(clinic, Newcomer(email, name, role), password, passwords, clock.now())
    click.echo(f"{name} can sign in at {settings().base_url}/clinic/ with {email}.")


@commands.command("add-administrator")
@click.option("--email", required=True)
@click.option("--name", required=True)
@with_appcontext
@in_one_sentence()
def add_administrator(email: str, name: str) -> None:
    """Give a named person the installation to look after, and print the link with which they set a password.

    An administrator adds clinics and their leads, and sees how rounds and messages do; never a patient.
    """
    _print_link(administrators.add(email, name, clock.now()))


@commands.command("end-administrator")
@click.option("--email", required=True)
@with_appcontext
@in_one_sentence()
def end_administrator(email: str) -> None:
    """End an administrator's account: every sign-in and link of theirs, at once."""
    person = administrators.find_by_email(email)
    if person is None:
        raise AccountError(f"No administrator has the address {email or '(empty)'}.")
    administrators.end(person, OPERATOR, clock.now())
    click.echo(f"The account of {person.name} has ended.")


@commands.command("lost-password")
@click.option("--email", required=True, help="A clinician's or an administrator's.")
@with_appcontext
@in_one_sentence()
def lost_password(email: str) -> None:
    """Print a link with which somebody sets a new password; until then the old one still opens."""
    person = sign_ins.find_by_email(email)
    if person is None:
        raise AccountError(f"Nobody signs in with the address {email or '(empty)'}.")
    _print_link(person)


def _print_link(person: Person) -> None:
    token = sign_ins.new_link(person, OPERATOR, settings().secret_key, clock.now())
    click.echo(f"Give this link to {person.name}. It works once, for {LINK_LASTS.days} days:")
    click.echo(f"{settings().base_url}/clinic/welcome/{token}")
