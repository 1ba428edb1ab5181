"""The supervisor: web, rounds and a mail catcher on this machine alone; when one ends, or it does, all end."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from types import FrameType
from typing import Any

import click

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAMS = Path(sys.executable).parent
MARKER = "this-folder-belongs-to-the-demo"
STOP_SECONDS = 4


class Refused(Exception):
    """The demo cannot start; the message is a sentence that says what to do."""


@dataclass(frozen=True)
class Place:
    """Where the demo runs: its folder and its three ports' addresses."""

    folder: Path
    port: int
    mail_port: int

    @property
    def url(self) -> str:
        """The address that people open."""
        return f"http://localhost:{self.port}"


def main(environ: Mapping[str, str], folder: Path, port: int) -> int:
    """Run the demo until INT, TERM or the end of a child; the exit status."""
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell in the background has INT ignored
        signal.signal(number, _interrupt)
    children: list[subprocess.Popen[bytes]] = []
    try:
        place = prepare(folder, port)
        environment = {**environ, **_settings(place)}
        _tell(place, _make_people(environment))
        children += [_start(command, environment, place) for command in _commands(place)]
        while all(child.poll() is None for child in children):
            time.sleep(0.2)
        click.echo(
            f"One part of the demo has ended, so all of it ends. See the logs in {place.folder}"
        )
        return 1
    except Refused as refusal:
        click.echo(refusal, err=True)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        _stop(children)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def prepare(folder: Path, port: int) -> Place:
    """Take the ports and an empty folder; raises Refused."""
    if not _is_free(port):
        raise Refused(
            f"Port {port} is taken. Stop what uses it, or choose another: PORT=8001 make demo"
        )
    folder = folder.resolve()
    if folder.exists() and any(folder.iterdir()) and not (folder / MARKER).exists():
        raise Refused(
            f"{folder} holds something else. Empty it, or choose another: DEMO_DIR=... make demo"
        )
    if folder.exists():
        rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARKER).touch()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return Place(folder, port, probe.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _settings(place: Place) -> dict[str, str]:
    return {
        "SECRET_KEY": secrets.token_hex(32),
        "CARD_KEY": secrets.token_hex(32),
        "BASE_URL": place.url,
        "DATABASE_URL": f"sqlite:///{place.folder / 'demo.sqlite'}",
        "SMTP_URL": f"smtp://127.0.0.1:{place.mail_port}",
        "MAIL_FROM": "recovery@demo.example",
        "PROXIES": "0",
    }


def _make_people(environment: Mapping[str, str]) -> dict[str, Any]:
    click.echo("Making up two clinics and their patients ...")
    _flask(environment, "db", "upgrade")
    made: dict[str, Any] = json.loads(_flask(environment, "demo-people"))
    return made


def _flask(environment: Mapping[str, str], *words: str) -> str:
    command = [str(PROGRAMS / "flask"), "--app", "recovery", *words]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Refused(f"The demo could not be prepared:\n{done.stderr}")
    return done.stdout


def _commands(place: Place) -> list[tuple[str, list[str]]]:
    gunicorn = ["gunicorn", "recovery:create_app()", "--bind", f"127.0.0.1:{place.port}"]
    catcher = ["aiosmtpd", "-n", "-l", f"127.0.0.1:{place.mail_port}"]
    return [
        ("mail", [*catcher, "-c", "aiosmtpd.handlers.Mailbox", str(place.folder / "mail")]),
        (
            "web",
            [
                *gunicorn,
                "--workers",
                "2",
                "--threads",
                "1",
                "--graceful-timeout",
                "2",
                "--no-control-socket",
            ],
        ),
        ("rounds", ["flask", "--app", "recovery", "rounds"]),
    ]


def _start(
    named: tuple[str, list[str]], environment: Mapping[str, str], place: Place
) -> subprocess.Popen[bytes]:
    name, (program, *words) = named
    # The kernel ends the child when we die, even by SIGKILL. A session of its own keeps Ctrl-C ours to handle.
    line = ["setpriv", "--pdeathsig", "TERM", str(PROGRAMS / program), *words]
    with (place.folder / f"{name}.log").open("ab") as log:
        return subprocess.Popen(
            line, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )


def _tell(place: Place, made: dict[str, Any]) -> None:
    told = {"url": place.url, **made}
    (place.folder / "demo.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    click.echo(f"\nClinicians  {place.url}/clinic/")
    for clinician in told["clinicians"]:
        who = f"{clinician['name']}, {clinician['role']}, {clinician['clinic']}"
        click.echo(f"  {who}: {clinician['email']}  {clinician['password']}")
    for person in told["administrators"]:
        who = f"{person['name']}, administrator of the installation"
        click.echo(f"  {who}: {person['email']}  {person['password']}")
    click.echo("\nPatients, each by their card")
    for patient in told["patients"][:6]:
        click.echo(f"  {patient['name']} ({patient['state']}): {patient['card_url']}")
        if "helper" in patient:
            click.echo(f"  {patient['helper']}, who helps: {patient['helper_card_url']}")
    click.echo(f"\nAll of them: {place.folder / 'demo.json'}   Mail: {place.folder / 'mail'}")
    click.echo("Stop with Ctrl-C.")


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
