"""What a journey needs: the real server, the rounds, a mailbox, people at a phone or a desk."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from config import Settings
from tests import mail
from tests.conftest import settings_for
from tests.journeys.chromium import CALM, CHROMIUM, DESK, PHONE, close
from tests.journeys.line import Line, line_to
from tests.journeys.pocket import Pocket
from tests.processes import free_port, running, serving, wait_until

# What axe judges by colour: all that another colour scheme can change.
COLOURS = ["color-contrast", "link-in-text-block"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.journey)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Journeys run on SQLite; on PostgreSQL too if marked, or with --every-combination."""
    if "database_url" in metafunc.fixturenames:
        every = metafunc.config.getoption("every_combination")
        both = every or metafunc.definition.get_closest_marker("both_databases")
        kinds = ["sqlite", "postgresql"] if both else ["sqlite"]
        metafunc.parametrize("database_url", kinds, indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def mailbox() -> Iterator[mail.Mailbox]:
    """Every e-mail that the product sends: `mailbox.wait_for(1)`."""
    with mail.server() as mailbox:
        yield mailbox


@pytest.fixture
def settings(database_url: str, mailbox: mail.Mailbox) -> Settings:
    """The journey's own site; the fixture `app` opens the same database, to set the stage."""
    base_url = f"http://localhost:{free_port()}"
    return replace(settings_for(database_url), base_url=base_url, smtp_url=mailbox.url)


@pytest.fixture
def program() -> str:
    """What the server runs; a test may have its own."""
    return "recovery:create_app()"


@pytest.fixture
def site(settings: Settings, program: str, tmp_path: Path) -> Iterator[str]:
    """The address of the real server, with two workers."""
    bind = settings.base_url.replace("http://localhost", "127.0.0.1")
    words = ["--workers", "2", "--no-control-socket", "--bind", bind]
    words += ["--access-logfile", "-", program]
    with serving(words, settings, tmp_path / "gunicorn.log") as server:
        wait_until(lambda: not server.is_alive() or _answers(settings.base_url), seconds=30)
        assert server.is_alive(), (tmp_path / "gunicorn.log").read_text()
        yield settings.base_url


@pytest.fixture
def rounds(settings: Settings, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The rounds, running."""
    command = ["flask", "--app", "recovery", "rounds"]
    with running(command, settings, tmp_path / "rounds.log") as process:
        yield process


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CALM)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Open a window as another person would: `visit(**PHONE)`. At the end no page may complain."""
    contexts, complaints = [], []

    def complain(message: ConsoleMessage) -> None:
        # A page that answers 401, 404 or 422 is often what the journey is about.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            complaints.append(message.text)

    def stay_home(request: Request) -> None:
        if not request.url.startswith((site, "data:", "blob:")):
            complaints.append(f"asked a stranger: {request.url}")

    def open_window(**options: object) -> Page:
        context = browser.new_context(base_url=site, **options)
        contexts.append(context)
        context.on("console", complain)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("request", stay_home)
        return context.new_page()

    yield open_window
    complained = list(complaints)  # a test's own scripts may fail on the blank page of the end
    for context in contexts:
        close(context)
    assert complained == []


@pytest.fixture
def phone(visit: Callable[..., Page]) -> Page:
    """A patient's phone."""
    return visit(**PHONE)


@pytest.fixture
def phone_without_scripts(visit: Callable[..., Page]) -> Page:
    """A phone on which JavaScript is off."""
    return visit(**PHONE, java_script_enabled=False)


@pytest.fixture
def line(site: str) -> Iterator[Line]:
    """The line between a phone and the clinic; it can be cut."""
    with line_to(site) as line:
        yield line


@pytest.fixture
def pocket(browser: Browser, line: Line) -> Iterator[Pocket]:
    """A phone in somebody's pocket: `pocket.page`, with a line or without, switched off and on again."""
    pocket = Pocket(browser, line)
    yield pocket
    pocket.close()
    assert pocket.complaints == []


@pytest.fixture
def desk(visit: Callable[..., Page]) -> Page:
    """A clinician's screen."""
    return visit(**DESK)


@pytest.fixture
def look(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Look at a page in dark and light: `look(page, "today")`. axe must find nothing."""
    folder = request.config.getoption("screenshots")

    def look_at(page: Page, name: str) -> None:
        for scheme, rules in (("dark", COLOURS), ("light", None)):
            page.emulate_media(color_scheme=scheme)
            axe_clean(page, rules)
            if folder:
                width = page.viewport_size["width"]
                page.screenshot(path=Path(folder) / f"{name}-{width}-{scheme}.png", full_page=True)

    return look_at


def axe_clean(page: Page, rules: list[str] | None = None) -> None:
    """No accessibility rule that axe can test is broken on this page; rules: only these."""
    only = {"runOnly": rules} if rules else {}
    found = Axe().run(page, options={"resultTypes": ["violations"], **only})
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


def _answers(url: str) -> bool:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=2)
    try:
        connection.request("GET", "/health")
        connection.getresponse()
    except OSError:
        return False
    finally:
        connection.close()
    return True
