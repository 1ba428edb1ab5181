"""What the operator types: `flask --app recovery ...`."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup, ScriptInfo, with_appcontext

import config
from recovery import cli_people
from recovery.clinical import rehearsal as asked
from recovery.clinical import replay as history_replay
from recovery.clinical.rule_book import rule_book
from recovery.console import clinician_at, in_one_sentence, settings
from recovery.demo import people, supervisor
from recovery.records import accounts, cards, clock, codes, pathways, patients
from recovery.records.accounts import AccountError
from recovery.records.pathways import NotAdoptable
from recovery.rounds import rehearsal, scheduler
from recovery.web import rehearsal_text

commands = AppGroup()
# These serve nobody, and must run on a machine without any settings.
PAPER_WORK = ("demo", "replay", "rule-book")


def is_paper_work(words: list[str]) -> bool:
    """Whether the command line asks `flask` for help, or for a command that needs no settings."""
    program, *rest = words
    path = Path(program)
    if path.name != "flask" and path.parts[-2:] != ("flask", "__main__.py"):
        return False
    while rest and rest[0].startswith("-"):
        rest = rest[2:] if rest[0] in ("--app", "-A", "--env-file", "-e") else rest[1:]
    return not rest or rest[0] in PAPER_WORK or "--help" in rest


def add_commands(app: Flask) -> None:
    """Add our commands to the app's own."""
    for group in (commands, cli_people.commands):
        for command in group.commands.values():
            app.cli.add_command(command)


@commands.command("approve-pathway")
@click.option("--clinic", "clinic_name", required=True)
@click.option(
    "--by", "email", required=True, help="The e-mail address of the lead who approves it."
)
@click.option("--pathway", "name", default=pathways.VERTEBROPLASTY, show_default=True)
@with_appcontext
@in_one_sentence()
def approve_pathway(clinic_name: str, email: str, name: str) -> None:
    """Keep that a lead approves the pathway for their clinic; before that nobody can be enrolled."""
    clinic, clinician = accounts.find_clinic(clinic_name), clinician_at(email)
    if clinician.clinic_id != clinic.id or not clinician.is_lead:
        raise AccountError(f"{clinician.name} is no lead of {clinic.name}.")
    try:
        pathways.approve(clinician, name, clock.now())
        done = f"is approved for {clinic.name} by {clinician.name}."
    except NotAdoptable:
        done = f"is approved for {clinic.name} already; nothing was written."
    click.echo(f"{name} {pathways.version_for(clinic.id, name)} {done}")


@commands.command("card")
@click.option("--record-number", required=True)
@click.option(
    "--by", "email", required=True, help="The e-mail address of the clinician who issues it."
)
@with_appcontext
@in_one_sentence()
def card(record_number: str, email: str) -> None:
    """Issue a new card for a patient and print its code and link; the earlier code ends."""
    clinician = clinician_at(email)
    try:
        patient = patients.find_by_record_number(clinician, record_number)
    except patients.NotFound as error:
        raise click.ClickException(
            f"There is no record number {record_number} in this clinic."
        ) from error
    code = cards.issue(clinician, patient, patient.name, settings().card_key, clock.now())
    click.echo(f"{codes.spaced(code)}\n{settings().base_url}/c/{code}")


@commands.command("rounds")
@click.option("--once", is_flag=True, help="Run every round once and stop.")
@click.option(
    "--at", "moment", metavar="ISO", help="With --once: as of this instant; writes no heartbeat."
)
@click.pass_obj
def rounds(asked_by: ScriptInfo, once: bool, moment: str | None) -> None:
    """Run the scheduler: reviews, alerts and delivery, until it is stopped."""
    if moment and not once:
        raise click.UsageError("--at goes with --once.")
    if once:
        scheduler.run_once(settings(), _instant(moment) if moment else None)
    else:
        scheduler.serve(asked_by.load_app())


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(
            f"{text} is not an ISO instant such as 2026-11-21T08:00:00+01:00."
        ) from error
    if instant.tzinfo is None:
        raise click.BadParameter(f"{text} needs its offset, such as {text}+01:00.")
    return instant


@commands.command("replay")
@click.argument("checkins", type=click.Path(path_type=Path))
@click.option("--patients", "patients_path", type=click.Path(path_type=Path), required=True)
@click.option("--flags", "flags_path", type=click.Path(path_type=Path), required=True)
@click.option("--bands", "bands_path", type=click.Path(path_type=Path))
@click.option("--pathway", "name", default=pathways.VERTEBROPLASTY, show_default=True)
@click.option("--closed-after", default=7, show_default=True, type=click.IntRange(min=1))
@in_one_sentence()
def replay(
    checkins: Path,
    patients_path: Path,
    flags_path: Path,
    bands_path: Path | None,
    name: str,
    closed_after: int,
) -> None:
    """Run the rules over history: CHECKINS.csv day by day, seeing only what was known then."""
    pathway = pathways.packaged(name)
    errors = history_replay.run(
        checkins, patients_path, flags_path, bands_path, pathway, closed_after
    )
    for error in errors:
        click.echo(error, err=True)
    if errors:
        sys.exit(1)


@commands.command("rule-book")
@click.option("--pathway", "name", default=pathways.VERTEBROPLASTY, show_default=True)
@in_one_sentence()
def print_rule_book(name: str) -> None:
    """Print every rule beside its numbers and their sources, as Markdown."""
    click.echo(rule_book(name), nl=False)


@commands.command("rehearse")
@click.option("--clinic", "clinic_name", required=True)
@click.option("--threshold", type=float, help="The evidence needed for a flag of worsening pain.")
@click.option("--budget", type=float, help="Pain flags a week per 100 patients, to be fitted.")
@click.option("--change", "changes", multiple=True, metavar="PATH=VALUE", help="May be repeated.")
@click.option("--pathway", "name", default=pathways.VERTEBROPLASTY, show_default=True)
@with_appcontext
@in_one_sentence()
def rehearse(
    clinic_name: str,
    threshold: float | None,
    budget: float | None,
    changes: tuple[str, ...],
    name: str,
) -> None:
    """Show what other numbers would have raised on a clinic's own history; changes nothing."""
    ask = asked.of_words(threshold, budget, changes, pathways.packaged(name).sensitivity)
    clinic = accounts.find_clinic(clinic_name)
    result = rehearsal.work_out(clinic, name, ask, clock.now())
    for line in rehearsal_text.lines(result, ask, pathways.packaged(name)):
        click.echo(line)


@commands.command("demo")
def demo() -> None:
    """Run the product with made-up patients on this machine, until Ctrl-C."""
    folder, port = config.demo_place(os.environ)
    sys.exit(supervisor.main(os.environ, Path(folder), port))


@commands.command("demo-people", hidden=True)
def demo_people() -> None:
    """Fill an empty database with the demo's made-up people and print them as JSON."""
    click.echo(json.dumps(people.make(settings(), clock.now())))
