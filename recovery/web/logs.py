"""Logs: what servers write about requests, without the patients' keys in their paths."""

from __future__ import annotations

import logging
import re

CODE_IN_A_PATH = re.compile(r"/c/[^\s?\"']+")
REQUEST_LOGS = ("gunicorn.access", "werkzeug")


class WithoutCodes(logging.Filter):
    """Takes the card's code out of every line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the line, and let it pass."""
        record.msg, record.args = CODE_IN_A_PATH.sub("/c/...", record.getMessage()), ()
        return True


def scrub() -> None:
    """Put the filter before every log of requests, once."""
    for log in map(logging.getLogger, REQUEST_LOGS):
        if not any(isinstance(each, WithoutCodes) for each in log.filters):
            log.addFilter(WithoutCodes())
