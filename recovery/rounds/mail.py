"""E-mail: how alerts and reminders are written and handed to the mail server."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from functools import partial
from urllib.parse import unquote, urlsplit

from flask_babel import force_locale
from flask_babel import gettext as _

from config import Settings
from recovery.clinical.clinician_words import URGENCIES
from recovery.records import accounts
from recovery.records.messages import NOTICE, Message
from recovery.rounds import notices

SEND_SECONDS = 20


def prepare(message: Message, settings: Settings, now: datetime) -> Callable[[], None]:
    """The e-mail, written and ready to be posted."""
    return partial(_post, written(message, settings, now), settings.smtp_url)


def written(message: Message, settings: Settings, now: datetime) -> EmailMessage:
    """The e-mail with its headers."""
    write = _to_patient if message.purpose in ("reminder", NOTICE) else _alert
    subject, lines = write(message, settings)
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = subject, settings.mail_from, message.recipient
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{message.id}@{urlsplit(settings.base_url).hostname}>"
    mail["Auto-Submitted"] = "auto-generated"  # no "I am on holiday" comes back
    mail.set_content("\n\n".join(lines) + "\n")
    return mail


def _to_patient(message: Message, settings: Settings) -> tuple[str, list[str]]:
    return notices.in_a_mail(message, settings.base_url)


def _alert(message: Message, settings: Settings) -> tuple[str, list[str]]:
    """The urgency word and a link, nothing personal."""
    with force_locale(accounts.clinic_of(message.clinic_id).language):
        urgency = _(URGENCIES[message.urgency])
        subject = _("Flag for review: %(urgency)s", urgency=urgency)
        lines = [
            _("A flag waits for review: %(urgency)s.", urgency=urgency),
            f"{settings.base_url}/clinic/",
        ]
        if message.step:
            subject = _("Not seen yet: %(subject)s", subject=subject)
        if message.tries > 1:
            lines.append(_("This may be a repeat: an earlier try could not be confirmed."))
    return subject, lines


def _post(mail: EmailMessage, smtp_url: str) -> None:
    url = urlsplit(smtp_url)
    host, context = url.hostname or "localhost", ssl.create_default_context()
    if url.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, url.port or 465, timeout=SEND_SECONDS, context=context
        )
    else:
        server = smtplib.SMTP(host, url.port or 25, timeout=SEND_SECONDS)
    with server:
        if url.username:
            if url.scheme != "smtps":
                server.starttls(context=context)
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(mail)
