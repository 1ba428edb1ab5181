"""The program as others run it: processes of its own, ended with the test whatever happens."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.process import BaseProcess
from pathlib import Path

from gunicorn.app import wsgiapp

from config import Settings

ROOT = Path(__file__).parent.parent
PROGRAMS = Path(sys.executable).parent
PR_SET_PDEATHSIG = 1  # linux/prctl.h

# Every journey starts a server of its own: one that has imported the program is forked, which is far faster.
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["recovery", "tests.processes"])


def environment(settings: Settings) -> dict[str, str]:
    """The environment from which config.py reads these settings (argon2 keeps its real cost)."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        "SECRET_KEY": settings.secret_key,
        "CARD_KEY": settings.card_key,
        "BASE_URL": settings.base_url,
        "DATABASE_URL": settings.database_url,
        "SMTP_URL": settings.smtp_url,
        "MAIL_FROM": settings.mail_from,
        "SMTP_CA_FILE": settings.smtp_ca_file,
        "SMS_URL": settings.sms_url,
        "CHAT_URLS": "; ".join(f"{each.clinic}/{each.name}={each.url}" for each in settings.chats),
        "PUSH_SERVICES": " ".join(settings.push_services),
        "RMDQ_FOLDER": settings.rmdq_folder,
    }


@contextmanager
def running(command: list[str], settings: Settings, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run one of our programs (`flask`, `gunicorn`) for the block; its words go to the log."""
    program, *words = command
    # With pdeathsig no process is left if the tests themselves are killed.
    line = ["setpriv", "--pdeathsig", "TERM", str(PROGRAMS / program), *words]
    with log.open("ab") as output:
        process = subprocess.Popen(
            line,
            cwd=ROOT,
            env=environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        end(process)
        print(f"--- {log.name}\n{log.read_text()}")  # pytest shows it with a failure


@contextmanager
def serving(words: list[str], settings: Settings, log: Path) -> Iterator[BaseProcess]:
    """Run gunicorn with these words for the block, as `running` does, only faster."""
    process = _forks.Process(target=_serve, args=(words, environment(settings), log))
    process.start()
    try:
        yield process
    finally:
        process.terminate()
        process.join(10)
        _tell(process, signal.SIGKILL)
        process.join()
        print(f"--- {log.name}\n{log.read_text()}")


def _serve(words: list[str], settings: dict[str, str], log: Path) -> None:
    os.setsid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(output, stream)
    os.environ.clear()
    os.environ.update(settings)
    sys.argv = ["gunicorn", *words]
    wsgiapp.run()


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and its children, also a stopped one (SIGSTOP): asked first, then made to."""
    for signal_number in (signal.SIGCONT, signal.SIGTERM):
        _tell(process, signal_number)
    with suppress(subprocess.TimeoutExpired):
        process.wait(10)
    _tell(process, signal.SIGKILL)
    process.wait()


def _tell(process: subprocess.Popen[bytes] | BaseProcess, signal_number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal_number)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(condition: Callable[[], object], seconds: float = 10) -> None:
    """Wait until something is so; fails after so many seconds."""
    end_of_patience = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end_of_patience, f"not within {seconds} seconds"
        time.sleep(0.05)
