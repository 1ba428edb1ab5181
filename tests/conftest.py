"""The stage for every test: an empty database of either kind, the program on it, a still clock."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path

import flask_migrate
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from jinja2.bccache import Bucket, BytecodeCache

import recovery
from config import Settings
from recovery.records.database import db
from tests import postgres

# The same examples every time, however slow the machine: a red test is never luck.
hypothesis_settings.register_profile("steady", deadline=None, derandomize=True)
hypothesis_settings.load_profile("steady")


class Compiled(BytecodeCache):
    """Every test has a program of its own; its templates are compiled once for all of them."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {"bytecode_cache": Compiled()}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("recovery")
    group.addoption("--every-combination", action="store_true", help="journeys on both databases")
    group.addoption("--screenshots", metavar="FOLDER", help="keep pictures of the pages seen")


def settings_for(database_url: str) -> Settings:
    """Settings under which nothing is secret, nothing can be sent, and a password costs no time."""
    return Settings(
        secret_key="x" * 32,
        card_key="y" * 32,
        base_url="http://localhost",
        database_url=database_url,
        smtp_url="smtp://127.0.0.1:1",
        mail_from="recovery@clinic.example",
        argon2_memory_kib=64,
        argon2_rounds=1,
    )


def migrate(database_url: str) -> None:
    """Bring an empty database to today's tables."""
    app = recovery.create_app(settings_for(database_url))
    with app.app_context():
        flask_migrate.upgrade()
    let_go(app)


def let_go(app: Flask) -> None:
    """Close the program's connections."""
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of our own."""
    with postgres.server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_migrated(postgres_url: str) -> str:
    """A migrated database that the tests use one after the other."""
    url = postgres.create(postgres_url, "migrated")
    migrate(url)
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "recovery.sqlite"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def sqlite_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the SQLite database of one test after the other lies."""
    return tmp_path_factory.mktemp("sqlite")


@pytest.fixture
def sqlite_url(sqlite_template: Path, sqlite_folder: Path) -> str:
    """An empty, migrated SQLite database."""
    for left in sqlite_folder.iterdir():
        left.unlink()
    return f"sqlite:///{shutil.copy(sqlite_template, sqlite_folder)}"


@pytest.fixture
def postgresql_url(postgres_migrated: str) -> Iterator[str]:
    """An empty, migrated PostgreSQL database."""
    yield postgres_migrated
    postgres.empty(postgres_migrated)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty, migrated database: the test runs once on each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def settings(database_url: str) -> Settings:
    return settings_for(database_url)


@pytest.fixture(scope="session")
def made_once() -> Callable[[Settings], Flask]:
    """The program with these settings, made once: to compile its routes takes longer than most tests do."""
    return cache(recovery.create_app)


@contextmanager
def lent(made_once: Callable[[Settings], Flask], settings: Settings) -> Iterator[Flask]:
    """The program for one test, which leaves nothing in it for the next."""
    app = made_once(settings)
    yield app
    let_go(app)
    app.extensions["settings"] = settings


# No fixture holds an app context open: Flask-Login keeps the user there, for every client.
@pytest.fixture
def app(made_once: Callable[[Settings], Flask], settings: Settings) -> Iterator[Flask]:
    """The program, on each database in turn."""
    with lent(made_once, settings) as app:
        yield app


@pytest.fixture
def sqlite_app(made_once: Callable[[Settings], Flask], sqlite_url: str) -> Iterator[Flask]:
    """The program on SQLite, for tests to which the database makes no difference."""
    with lent(made_once, settings_for(sqlite_url)) as app:
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without scripts."""
    return app.test_client()


@pytest.fixture
def at() -> Iterator[Callable[[datetime], None]]:
    """Stop the clock: `at(datetime(2026, 3, 1, 9, tzinfo=UTC))`; call it again to move it."""
    with ExitStack() as stopped:

        def stop(instant: datetime) -> None:
            assert instant.tzinfo, "an instant needs a zone"
            stopped.close()
            stopped.enter_context(time_machine.travel(instant, tick=False))

        yield stop
