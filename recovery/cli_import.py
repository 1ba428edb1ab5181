"""What the operator types to enrol many patients from a file; the same rules as on the page, at once."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import click
from flask import Flask
from flask.cli import with_appcontext

from recovery.clinical import import_file
from recovery.clinical.import_file import UnreadableFile
from recovery.console import in_one_sentence
from recovery.records import accounts, clock, import_staging, import_work, imports, pathways
from recovery.records.accounts import AccountError, Clinician
from recovery.records.imports import Import, NotConfirmable
from recovery.rounds import imports as rounds
from recovery.web import enrolment_import_view as presented
from recovery.web import enrolment_import_words

AT_ONCE = 200


def add_commands(app: Flask) -> None:
    """Add the command to the app's own."""
    app.cli.add_command(import_patients)


@click.command("import-patients")
@click.argument(
    "path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--clinic", "clinic_name", required=True)
@click.option(
    "--by", "email", required=True, help="The e-mail address of the clinician who enrols them."
)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@with_appcontext
@in_one_sentence()
def import_patients(path: Path, clinic_name: str, email: str, dry_run: bool) -> None:
    """Enrol every patient of a CSV file, or nobody; each line that is not right is named with its reason."""
    person = _clinician(clinic_name, email)
    with path.open("rb") as file:
        row = _staged(person, path, file)
    if row is None:
        return
    try:
        rounds.check(row, clock.now)
        problems = list(_problems(row, path))
        if not problems and not dry_run and row.new:
            _enrol(person, row)
        is_done = row.state == "applied" or (dry_run and row.state == "checked" and not problems)
        for line in _told(row, problems, is_done):
            click.echo(line, err=not is_done)
    finally:
        imports.drop(row, person.actor, clock.now())
    if not is_done:
        sys.exit(1)


def _enrol(person: Clinician, row: Import) -> None:
    """Enrol them all; if anything has changed since the check it stays as it is."""
    with suppress(NotConfirmable):
        imports.confirm(person, row, row.new, clock.now())
        import_work.enrol(row, clock.now())


def _clinician(clinic_name: str, email: str) -> Clinician:
    """Who enrols them, in a clinic where patients may be enrolled; raises AccountError."""
    clinic, found = accounts.find_clinic(clinic_name), accounts.find_by_email(email)
    if found is None:
        raise AccountError(f"There is no clinician with the address {email or '(empty)'}.")
    if found.clinic_id != clinic.id:
        raise AccountError(f"{found.name} is no clinician of {clinic.name}.")
    if not pathways.may_enrol(clinic):
        raise AccountError(f"Nobody is enrolled before {clinic.name} has approved its pathway.")
    return found


def _staged(person: Clinician, path: Path, file: BinaryIO) -> Import | None:
    """The file taken in, for us alone; None when the very same file was enrolled before."""
    try:
        found = import_file.survey(file)
        earlier = imports.same_file(person, found.sha256)
        if earlier and earlier.state == "applied":
            click.echo(f"{path} was enrolled before. Nothing was changed.")
            return None
        lines = import_file.lines(file, found)
        return import_staging.stage(
            person, path.name[:200], found, lines, clock.now(), at_once=True
        )
    except UnreadableFile as error:
        raise click.ClickException(f"{path}: {presented.refusal(error)}") from error


def _problems(row: Import, path: Path) -> Iterator[str]:
    """Every bad line, a few at a time."""
    last = 0
    while bad := imports.bad_rows(row, last, AT_ONCE):
        last = bad[-1].line
        for line in map(presented.bad_line, bad):
            for wrong in line.complaints:
                place = f"{path}, line {line.number}" + (
                    f", {wrong.column}" if wrong.column else ""
                )
                yield f"{place}: {wrong.sentence}" + (f" ({wrong.typed})" if wrong.typed else "")


def _told(row: Import, problems: list[str], is_done: bool) -> list[str]:
    if not is_done and not problems and row.state != "refused":
        return ["Nobody is enrolled: something has changed meanwhile. Please run this again."]
    told = [*problems, *enrolment_import_words.said(row)]
    if is_done and row.state == "checked":
        told.append("This was a dry run: nothing was done.")
    return told
