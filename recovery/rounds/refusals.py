"""Refusals: how a channel says that the other side has not taken a message."""

from __future__ import annotations


class NotTaken(Exception):
    """It was not taken; failure is one of messages.FAILURES, the text what the other side said."""

    def __init__(self, failure: str, said: str) -> None:
        super().__init__(said)
        self.failure = failure
