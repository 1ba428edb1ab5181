"""The demo starts everything on a fresh machine, and leaves nothing behind however it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.processes import PROGRAMS, ROOT, free_port, wait_until

pytestmark = pytest.mark.slow


def start(folder, port):
    environment = {
        "PATH": os.environ["PATH"],
        "DEMO_DIR": str(folder),
        "PORT": str(port),
        "DATABASE_URL": "postgresql://nobody@nowhere/ignored",
    }
    command = [str(PROGRAMS / "flask"), "--app", "recovery", "demo"]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def alive(folder):
    """Processes that know the demo's folder, by their environment or command line."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
            state = (process / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if str(folder).encode() in told and state != "Z" and process.name != str(os.getpid()):
            found.append(process.name)
    return found


def is_up(port):
    try:
        with urlopen(f"http://localhost:{port}/health/rounds", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_is_left_after(how, tmp_path):
    port, folder = free_port(), tmp_path / "demo"
    demo = start(folder, port)
    wait_until(lambda: demo.poll() is not None or is_up(port), 120)
    assert demo.poll() is None, demo.communicate()[0]
    assert len(alive(folder)) >= 5  # the supervisor, mail, web with two workers, rounds
    demo.send_signal(how)
    wait_until(lambda: not alive(folder), 5)
    said = demo.communicate()[0]
    assert "nurses" not in said
    assert f"http://localhost:{port}/clinic/" in said


def test_the_end_of_one_child_ends_all_and_demo_json_says_who_there_is(tmp_path):
    port, folder = free_port(), tmp_path / "demo"
    demo = start(folder, port)
    wait_until(lambda: demo.poll() is not None or is_up(port), 120)
    told = json.loads((folder / "demo.json").read_text())
    assert told["url"] == f"http://localhost:{port}"
    assert {c["clinic"] for c in told["clinicians"]} == {p["clinic"] for p in told["patients"]}
    assert len(told["patients"]) >= 38
    assert set(told["clinicians"][0]) == {"name", "email", "password", "clinic", "role"}
    leads = {c["clinic"] for c in told["clinicians"] if c["role"] == "lead"}
    assert leads == {c["clinic"] for c in told["clinicians"]}
    assert [set(each) for each in told["administrators"]] == [{"name", "email", "password"}]
    assert set(told["patients"][0]) == {"name", "clinic", "card_url", "code", "state"}
    states = {patient["state"] for patient in told["patients"]}
    assert {"active", "paused", "in_hospital", "withdrawn"} <= states
    rounds = subprocess.run(
        ["pgrep", "-f", "flask --app recovery rounds"], capture_output=True, text=True, check=True
    ).stdout.split()
    ours = set(rounds) & set(alive(folder))
    for number in ours:
        os.kill(int(number), signal.SIGKILL)
    wait_until(lambda: not alive(folder), 5)
    said, _ = demo.communicate(timeout=5)
    assert demo.returncode == 1
    assert "One part of the demo has ended" in said


def test_a_taken_port_is_one_sentence_and_exit_1(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        demo = start(tmp_path / "demo", taken.getsockname()[1])
        said, _ = demo.communicate(timeout=30)
    assert demo.returncode == 1
    assert said.count("\n") == 1
    assert "is taken" in said


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path):
    kept = tmp_path / "thesis.txt"
    kept.write_text("three years of work")
    demo = start(tmp_path, free_port())
    said, _ = demo.communicate(timeout=30)
    assert demo.returncode == 1
    assert "holds something else" in said
    assert kept.read_text() == "three years of work"
