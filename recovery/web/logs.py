"""Logs: what servers write about requests, without the keys in their paths."""

from __future__ import annotations

import logging
import re

# A patient's card, and the link with which a colleague sets a password.
CODE_IN_A_PATH = re.compile(r"(/c/|/clinic/welcome/)[^\s?\"']+")
REQUEST_LOGS = ("gunicorn.access", "werkzeug")


class WithoutCodes(logging.Filter):
    """Takes the codes out of every line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the line, and let it pass."""
        record.msg, record.args = CODE_IN_A_PATH.sub(r"\1...", record.getMessage()), ()
        return True


def scrub() -> None:
    """Put the filter before every log of requests, once."""
    for log in map(logging.getLogger, REQUEST_LOGS):
        if not any(isinstance(each, WithoutCodes) for each in log.filters):
            log.addFilter(WithoutCodes())
