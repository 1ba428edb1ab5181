"""A PostgreSQL server for the tests alone: made in a temporary folder, gone with the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

OTHERS_LEAVE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
FILLED = """
SELECT format('%I', relname) FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
  AND pg_relation_size(oid) > 0 AND relname <> 'alembic_version'
"""

# Nothing here must survive a power cut, so nothing waits for the disk.
HURRY = "-c fsync=off -c full_page_writes=off -c autovacuum=off"

# The server lives as long as our end of its standard input: it stops even if the tests are killed.
# It listens on a socket in its own folder: no port that somebody else might hold.
SERVE = f"""
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses='' {HURRY} >"$2/log" 2>&1 &
read -r _
kill -INT $!
wait $!
rm -rf "$2"
"""


@contextmanager
def server() -> Iterator[str]:
    """Run a server of our own; gives the URL of its first database."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data = str(folder / "data")
    initdb = [str(programs / "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    subprocess.run([*_as_postgres(), *initdb, "--no-sync"], check=True, stdout=subprocess.DEVNULL)
    shell = [*_as_postgres(), "sh", "-c", SERVE, "sh", str(programs), str(folder)]
    # A session of its own: Ctrl-C is for the tests, which then end the server in order.
    with subprocess.Popen(shell, stdin=subprocess.PIPE, start_new_session=True):
        url = f"postgresql+psycopg://postgres@/postgres?host={folder}"
        _wait_until_ready(url, folder / "log")
        yield url


def create(server_url: str, name: str) -> str:
    """Create a database; gives its URL."""
    _command(server_url, f'CREATE DATABASE "{name}"')
    return server_url.replace("/postgres?", f"/{name}?")


def empty(url: str) -> None:
    """Empty every table that holds anything, whoever is still connected: far faster than a copy of the database."""
    with psycopg.connect(_plain(url), autocommit=True) as connection:
        connection.execute(OTHERS_LEAVE)
        filled = [row[0] for row in connection.execute(FILLED)]
        if filled:
            connection.execute(f"TRUNCATE {', '.join(filled)} CASCADE".encode())


def _command(url: str, command: str) -> None:
    with psycopg.connect(_plain(url), autocommit=True) as connection:
        connection.execute(command.encode())


def _plain(url: str) -> str:
    return url.replace("+psycopg", "")


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parts[-2]))
    if not found:
        raise RuntimeError("PostgreSQL is missing. Please run: make test")
    return found[-1]


def _as_postgres() -> list[str]:
    """PostgreSQL refuses to run as root."""
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


def _wait_until_ready(url: str, log: Path) -> None:
    for _ in range(300):
        try:
            psycopg.connect(_plain(url)).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")
