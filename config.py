"""The settings: the only place that reads the environment; a missing or misspelt one stops the start."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import click

# Whom browsers name as the way to reach them; nobody else is posted to, whatever a phone may claim.
PUSH_SERVICES = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "web.push.apple.com",
    "notify.windows.com",
)


class SettingsError(click.ClickException):
    """A setting is missing or cannot be read; the message holds the line to add, and is all that an operator sees."""


@dataclass(frozen=True)
class Chat:
    """A chat to which one clinic's alerts may go, as apprise takes its address; clinics only ever see its name."""

    clinic: str
    name: str
    url: str


@dataclass(frozen=True)
class Settings:
    """Everything that differs between two installations. URLs as text; costs as argon2 takes them."""

    secret_key: str
    card_key: str
    base_url: str
    database_url: str = "sqlite:///recovery.sqlite"  # in the folder instance/
    smtp_url: str = ""
    mail_from: str = ""
    sms_url: str = ""  # as apprise takes it, with {phone}; empty: no SMS
    chats: tuple[Chat, ...] = ()
    smtp_ca_file: str = ""  # who signed the mail server's certificate; empty: whom all know
    smtp_seconds: int = 20  # for each answer of the mail server
    push_services: tuple[str, ...] = PUSH_SERVICES
    rmdq_folder: str = ""  # holds the weekly list as <language>.txt; empty: no weekly list
    proxies: int = 0
    argon2_memory_kib: int = 19_456
    argon2_rounds: int = 2

    def chats_of(self, clinic: str) -> dict[str, str]:
        """The addresses of a clinic's chats by their names; nobody else's are known there."""
        return {chat.name: chat.url for chat in self.chats if chat.clinic == clinic}


def from_environment(environ: Mapping[str, str]) -> Settings:
    """Read the settings from environment variables; raises SettingsError naming the line to add."""
    return Settings(
        secret_key=_secret(environ, "SECRET_KEY"),
        card_key=_secret(environ, "CARD_KEY"),
        base_url=_origin(environ, "BASE_URL"),
        database_url=_database(environ.get("DATABASE_URL", Settings.database_url)),
        smtp_url=_mail_server(environ, "SMTP_URL"),
        smtp_ca_file=_file(environ, "SMTP_CA_FILE"),
        mail_from=_needed(environ, "MAIL_FROM", "recovery@clinic.example"),
        sms_url=_sms(environ),
        chats=_chats(environ),
        push_services=_push_services(environ),
        rmdq_folder=_folder(environ, "RMDQ_FOLDER"),
        proxies=_count(environ, "PROXIES"),
    )


def demo_place(environ: Mapping[str, str]) -> tuple[str, int]:
    """Folder and port of the demo, from DEMO_DIR and PORT."""
    return environ.get("DEMO_DIR", "instance/demo"), _count(environ, "PORT", "8000")


def for_paper() -> Settings:
    """Settings for commands that touch no database and serve nobody, such as replay; its secrets protect nothing."""
    nothing = secrets.token_hex(32)
    return Settings(nothing, nothing, "http://localhost", database_url="sqlite://")


def _needed(environ: Mapping[str, str], name: str, example: str) -> str:
    value = environ.get(name, "")
    if not value:
        raise SettingsError(f"{name} is missing. Add a line such as: {name}={example}")
    return value


def _secret(environ: Mapping[str, str], name: str) -> str:
    value = _needed(environ, name, "$(openssl rand -hex 32)")
    if len(value) < 32:
        raise SettingsError(
            f"{name} is too short. Add a line such as: {name}=$(openssl rand -hex 32)"
        )
    return value


def _origin(environ: Mapping[str, str], name: str) -> str:
    example = "https://recovery.clinic.example"
    parts = urlsplit(_needed(environ, name, example))
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/"):
        raise SettingsError(f"{name} must be an address without a path. Add: {name}={example}")
    return f"{parts.scheme}://{parts.netloc}"


def _mail_server(environ: Mapping[str, str], name: str) -> str:
    example = "smtp://localhost:25"
    url = _needed(environ, name, example)
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in ("smtp", "smtps") and parts.hostname and parts.port != 0
    except ValueError:  # the port is no number
        is_usable = False
    if not is_usable:
        raise SettingsError(f"{name} must be a mail server. Add a line such as: {name}={example}")
    return url


def _sms(environ: Mapping[str, str]) -> str:
    url = environ.get("SMS_URL", "")
    if url and "{phone}" not in url:
        raise SettingsError("SMS_URL must say where the number goes. Write {phone} in its place.")
    return url


def _chats(environ: Mapping[str, str]) -> tuple[Chat, ...]:
    """Such as "Hill Clinic/on call=mmosts://...; Harbour Clinic/team=..."; a ; within an address is written %3B."""
    parts = [part.strip() for part in environ.get("CHAT_URLS", "").split(";")]
    chats = tuple(_chat(part) for part in parts if part)
    if len({(chat.clinic, chat.name) for chat in chats}) < len(chats):
        raise SettingsError(
            "CHAT_URLS names a chat of a clinic twice. Give each a name of its own."
        )
    return chats


def _chat(part: str) -> Chat:
    whose, _, url = part.partition("=")
    clinic, _, name = (word.strip() for word in whose.rpartition("/"))
    scheme, _, rest = url.strip().partition("://")
    if not (clinic and name and re.fullmatch(r"[a-z0-9]+", scheme) and rest):
        # The address holds a password: it is not repeated.
        raise SettingsError(
            "CHAT_URLS cannot be read. Write it as: CHAT_URLS='Hill Clinic/on call=mmosts://chat.example/TOKEN; ...'"
        )
    return Chat(clinic, name, url.strip())


def _push_services(environ: Mapping[str, str]) -> tuple[str, ...]:
    named = tuple(environ.get("PUSH_SERVICES", "").split())
    return named or PUSH_SERVICES


def _folder(environ: Mapping[str, str], name: str) -> str:
    folder = environ.get(name, "")
    if folder and not Path(folder).is_dir():
        raise SettingsError(
            f"{name} must be a folder that exists. Leave it out, or make it: {name}={folder}"
        )
    return folder


def _file(environ: Mapping[str, str], name: str) -> str:
    path = environ.get(name, "")
    if path and not Path(path).is_file():
        raise SettingsError(
            f"{name} must be a file that exists. Leave it out, or put it there: {name}={path}"
        )
    return path


def _database(url: str) -> str:
    for old in ("postgres://", "postgresql://"):
        if url.startswith(old):
            return "postgresql+psycopg://" + url.removeprefix(old)
    return url


def _count(environ: Mapping[str, str], name: str, usual: str = "0") -> int:
    value = environ.get(name, usual)
    if not value.isdigit():
        raise SettingsError(f"{name} must be a whole number. Add: {name}={usual}")
    return int(value)
