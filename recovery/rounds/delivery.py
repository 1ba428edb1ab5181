"""The delivery round: sends queued messages; the only place that opens network connections."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from flask_babel import force_locale
from flask_babel import gettext as _

from config import Settings
from recovery.clinical.clinician_words import URGENCIES
from recovery.clinical.course import NEVER_HELD
from recovery.records import accounts, flags, messages, patients
from recovery.records.database import db
from recovery.records.messages import Message

log = logging.getLogger(__name__)
SEND_SECONDS = 20


def deliver_due(settings: Settings, now: Callable[[], datetime]) -> int:
    """Send whatever is due, each message under its lease; returns how many were taken by the other side.

    The clock is asked for each message, as a slow server uses up leases. After a failure the rest waits for
    the next run: what one could not reach, the next would only wait for.
    """
    sent = 0
    while message := messages.claim(now()):
        because = _why_not(message)
        if because:
            messages.withhold(message, because, now())
        elif _send(message, settings, now()):
            sent += 1
        else:
            break
    return sent


def _why_not(message: Message) -> str:
    """Why a message is not to be sent any more, judged now and not when it was queued; or nothing."""
    if message.flag_id is None or message.patient_id is None:
        return ""
    flag = db.session.get_one(flags.Flag, (message.clinic_id, message.flag_id))
    if flag.closed_at is not None:
        return "flag closed"
    if message.step and flag.seen_at is not None:
        return "flag seen"
    state = patients.get(flag.key).state
    if state == "deceased" or (state != "active" and flag.rule not in NEVER_HELD):
        return f"patient {state}"
    return ""


def _send(message: Message, settings: Settings, now: datetime) -> bool:
    mail = written(message, settings, now)
    db.session.commit()  # no transaction stays open while the other side is waited for
    try:
        _post(mail, settings.smtp_url)
    except Exception as error:
        log.exception("message %s put off", message.id)
        messages.put_off(message, str(error), now)
        return False
    messages.mark_sent(message, now)
    return True


def written(message: Message, settings: Settings, now: datetime) -> EmailMessage:
    """The e-mail: the urgency word and a link, nothing personal."""
    mail = EmailMessage()
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
    mail["Subject"], mail["From"], mail["To"] = subject, settings.mail_from, message.recipient
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{message.id}@{urlsplit(settings.base_url).hostname}>"
    mail.set_content("\n\n".join(lines) + "\n")
    return mail


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
