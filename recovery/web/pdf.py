"""How a PDF is made without harm: tagged, fetching nothing, and never two at a time on one machine."""

from __future__ import annotations

import fcntl
import os
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from flask import current_app

TOKENS = "tokens.css"
WAIT_SECONDS = 5.0
LOOK_AGAIN_SECONDS = 0.05
VARIANT = "pdf/ua-1"  # with tags, a language and a title, so that a screen reader can read it


class Busy(RuntimeError):
    """Somebody else's PDF is being made."""


@contextmanager
def one_at_a_time(wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """A PDF takes some 100 MB and a second of one core: all processes of the machine wait for each other.

    The lock hangs on a file that every process has, and the kernel lets go of it when its holder dies. Raises Busy.
    """
    held = os.open(_folder() / TOKENS, os.O_RDONLY)
    try:
        _wait_for(held, time.monotonic() + wait_seconds)
        yield
    finally:
        os.close(held)


def _wait_for(held: int, latest: float) -> None:
    while True:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= latest:
                raise Busy from None
        time.sleep(LOOK_AGAIN_SECONDS)


def pdf(html: str, sheet: str, wait_seconds: float = WAIT_SECONDS) -> bytes:
    """The pages as a tagged PDF, styled by this sheet; raises Busy if another one is not done in time."""
    with one_at_a_time(wait_seconds):
        return _written(_laid_out(html, sheet))


def on_one_page(tries: Iterable[str], sheet: str, wait_seconds: float) -> bytes:
    """The first of these that fits one page, else the last; raises Busy."""
    with one_at_a_time(wait_seconds):
        for html in tries:
            document = _laid_out(html, sheet)
            if len(document.pages) == 1:
                break
        return _written(document)


def _laid_out(html: str, sheet: str) -> Any:
    from weasyprint import CSS, HTML  # heavy, and hardly ever needed

    looks = [CSS(string=style(sheet))]
    return HTML(string=html, url_fetcher=_fetch_nothing).render(
        stylesheets=looks, pdf_variant=VARIANT
    )


def _written(document: Any) -> bytes:
    made: bytes = document.write_pdf(pdf_variant=VARIANT)
    return made


def with_style(html: str, *sheets: str) -> str:
    """Each drawing carries its styles itself: those of the page do not reach into it."""
    styles = "".join(map(style, sheets))
    return re.sub(r"<svg\b[^>]*>", lambda found: f"{found[0]}<style>{styles}</style>", html)


@cache
def style(name: str) -> str:
    """A style sheet for light paper, its colours written out: drawings on paper know no variables."""
    tokens, sheet = (_for_light((_folder() / each).read_text("utf-8")) for each in (TOKENS, name))
    colours = dict(re.findall(r"(--[\w-]+):\s*([^;]+);", tokens + sheet))
    return re.sub(r"var\((--[\w-]+)\)", lambda found: colours[found[1]], sheet)


def _folder() -> Path:
    return Path(current_app.static_folder or "") / "css"


def _for_light(css: str) -> str:
    """Without what holds only in the dark, with forced colours or on a narrow screen."""
    return re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", css)


def _fetch_nothing(url: str) -> NoReturn:
    raise ValueError(f"a patient's pages fetch nothing: {url}")
