"""Logs: what servers write about requests, without the keys in their paths and without whom somebody searched for."""

from __future__ import annotations

import logging
import re

# A patient's card, and the link with which a colleague sets a password.
CODE_IN_A_PATH = re.compile(r"(/c/|/clinic/welcome/)[^\s?\"']+")
# Also inside of another address, as the one to which a sign-in leads back.
SEARCH = re.compile(r"((?:[?&]|%3F|%26)q(?:=|%3D))(?:(?!%26)[^&\s\"'])+", re.IGNORECASE)
REQUEST_LOGS = ("gunicorn.access", "werkzeug")


class Scrubbed(logging.Filter):
    """Takes the codes, and the words of a search, out of every line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the line, and let it pass."""
        line = CODE_IN_A_PATH.sub(r"\1...", record.getMessage())
        record.msg, record.args = SEARCH.sub(r"\1...", line), ()
        return True


def scrub() -> None:
    """Put the filter before every log of requests, once."""
    for log in map(logging.getLogger, REQUEST_LOGS):
        if not any(isinstance(each, Scrubbed) for each in log.filters):
            log.addFilter(Scrubbed())
