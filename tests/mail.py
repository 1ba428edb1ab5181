"""A mail server for the tests: it takes every message and shows it to the test, or misbehaves as it is told."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.processes import free_port, wait_until

NAME, WORD = "recovery", "correct:horse/battery"


class Mailbox:
    """All messages that arrived, oldest first.

    answers: what it says to RCPT for an address, in place of taking it. mood: how it behaves once it has been told
    a message: "stalls", "drops" (before it has taken it), "takes and drops" (after), "has no room", "is rude" (when
    one takes leave).
    """

    def __init__(self, port: int, scheme: str = "smtp", sign_in: str = "") -> None:
        self.url = f"{scheme}://{sign_in}localhost:{port}"
        self.messages: list[EmailMessage] = []
        self.answers: dict[str, str] = {}
        self.mood = ""
        self.conversations = 0

    async def handle_EHLO(
        self,
        server: SMTP,
        session: Session,
        _envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        self.conversations += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.mood == "stalls":
            await asyncio.Event().wait()
        if self.mood == "has no room":
            return "452 4.3.1 no room at present"
        if self.mood != "drops":
            self._take(envelope)
        if "drops" in self.mood:
            server.transport.abort()
        return "250 taken"

    async def handle_QUIT(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:
        return "554 go away" if self.mood == "is rude" else "221 Bye"

    def _take(self, envelope: Envelope) -> None:
        content = envelope.content
        assert isinstance(content, bytes)
        self.messages.append(message_from_bytes(content, policy=policy.default))

    def to(self) -> list[str]:
        """To whom the messages went, in order."""
        return [str(message["To"]) for message in self.messages]

    def wait_for(self, number: int, seconds: float = 10) -> list[EmailMessage]:
        """Wait until so many messages have arrived; gives them."""
        wait_until(lambda: len(self.messages) >= number, seconds)
        return self.messages


@contextmanager
def server() -> Iterator[Mailbox]:
    """Run the mail server on a free port."""
    mailbox = Mailbox(free_port())
    with _running(mailbox):
        yield mailbox


@contextmanager
def with_starttls(certificate: ssl.SSLContext) -> Iterator[Mailbox]:
    """One that wants STARTTLS first, and then a name and a password."""
    mailbox = Mailbox(free_port(), sign_in="recovery:correct%3Ahorse%2Fbattery@")
    with _running(
        mailbox,
        tls_context=certificate,
        require_starttls=True,
        auth_required=True,
        authenticator=_check,
    ):
        yield mailbox


@contextmanager
def with_tls(certificate: ssl.SSLContext) -> Iterator[Mailbox]:
    """One that speaks TLS from the first byte."""
    mailbox = Mailbox(free_port(), "smtps")
    with _running(mailbox, ssl_context=certificate):
        yield mailbox


@contextmanager
def _running(mailbox: Mailbox, **options: object) -> Iterator[None]:
    port = int(mailbox.url.rpartition(":")[2])
    controller = Controller(mailbox, hostname="localhost", port=port, **options)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def _check(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: LoginPassword
) -> AuthResult:
    known = given == LoginPassword(NAME.encode(), WORD.encode())
    return AuthResult(success=known, handled=False)
