"""A mail server for the tests: it takes every message and shows it to the test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.processes import free_port, wait_until


class Mailbox:
    """All messages that arrived, oldest first."""

    def __init__(self, port: int) -> None:
        self.url = f"smtp://127.0.0.1:{port}"
        self.messages: list[EmailMessage] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        self.messages.append(message_from_bytes(content, policy=policy.default))
        return "250 taken"

    def wait_for(self, number: int, seconds: float = 10) -> list[EmailMessage]:
        """Wait until so many messages have arrived; gives them."""
        wait_until(lambda: len(self.messages) >= number, seconds)
        return self.messages


@contextmanager
def server() -> Iterator[Mailbox]:
    """Run the mail server on a free port."""
    port = free_port()
    mailbox = Mailbox(port)
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
