"""E-mail: how alerts, digests and reminders are written and handed to the mail server."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from functools import partial
from urllib.parse import unquote, urlsplit

from config import Settings
from recovery.records.messages import Message
from recovery.rounds import alerts, digest_words, notices
from recovery.rounds.refusals import NotTaken

Write = Callable[[Message, str, datetime], tuple[str, list[str]]]
WRITE: Mapping[str, Write] = {
    "reminder": lambda message, base_url, _now: notices.in_a_mail(message, base_url),
    "notice": lambda message, base_url, _now: notices.in_a_mail(message, base_url),
    "alert": lambda message, base_url, _now: alerts.in_a_mail(message, base_url),
    "test": lambda message, base_url, _now: alerts.in_a_mail(message, base_url),
    "digest": digest_words.in_a_mail,
}
CLOSING_DOWN = 421  # not about this message: the server takes none at present (RFC 5321, 3.8)
# So many tries that a server broke off may be its own trouble; one more, and it is this message.
ABOUT_ALL = 2


def prepare(message: Message, settings: Settings, now: datetime) -> Callable[[], None]:
    """The e-mail, written and ready to be posted. The post raises NotTaken."""
    broken_off = "unreachable" if message.tries <= ABOUT_ALL else "later"
    return partial(_post, written(message, settings, now), settings, broken_off)


def written(message: Message, settings: Settings, now: datetime) -> EmailMessage:
    """The e-mail with its headers."""
    subject, lines = WRITE[message.purpose](message, settings.base_url, now)
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = subject, settings.mail_from, message.recipient
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{message.id}@{urlsplit(settings.base_url).hostname}>"
    mail["Auto-Submitted"] = "auto-generated"  # no "I am on holiday" comes back
    mail.set_content("\n\n".join(lines) + "\n")
    return mail


def _post(mail: EmailMessage, settings: Settings, broken_off: str) -> None:
    """broken_off: how it failed if the server lets us in and then closes down or drops the line."""
    failure = "unreachable"
    try:
        with _connected(settings) as server:
            failure = broken_off
            server.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise _refusal(code, said, failure) from error
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        raise _refusal(error.smtp_code, error.smtp_error, failure) from error
    except smtplib.SMTPResponseException as error:  # it does not let us in
        raise NotTaken("unreachable", _words(error.smtp_code, error.smtp_error)) from error
    except OSError as error:  # also of smtplib's own: the conversation broke off
        raise NotTaken(failure, str(error)) from error


def _refusal(code: int, said: bytes | str, broken_off: str) -> NotTaken:
    """Whether it is about this message, for now or for good (RFC 5321, 4.2.1)."""
    if code == CLOSING_DOWN or not 400 <= code <= 599:
        return NotTaken(broken_off, _words(code, said))
    return NotTaken("refused" if code >= 500 else "later", _words(code, said))


def _words(code: int, said: bytes | str) -> str:
    """The server's own, such as "550 no such user"."""
    text = said if isinstance(said, str) else said.decode("utf-8", "replace")
    return " ".join(f"{code} {text}".split())


@contextmanager
def _connected(settings: Settings) -> Iterator[smtplib.SMTP]:
    """A conversation with the mail server, signed in if it has a name for us."""
    url = urlsplit(settings.smtp_url)
    context = ssl.create_default_context(cafile=settings.smtp_ca_file or None)
    server = _server(url.hostname or "localhost", url.port, url.scheme, settings, context)
    try:
        if url.username:
            if url.scheme != "smtps":
                server.starttls(context=context)
            server.login(unquote(url.username), unquote(url.password or ""))
        server.ehlo_or_helo_if_needed()
        yield server
    finally:
        # Whatever it answers to our leave: what it has taken before is taken, and must not be sent again.
        with suppress(OSError):
            server.quit()
        server.close()


def _server(
    host: str, port: int | None, scheme: str, settings: Settings, context: ssl.SSLContext
) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=settings.smtp_seconds, context=context)
    return smtplib.SMTP(host, port or 25, timeout=settings.smtp_seconds)
