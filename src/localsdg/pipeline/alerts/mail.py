"""An alert as an e-mail: plain text and HTML, by SMTP."""

from __future__ import annotations

import smtplib
import socket
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

from localsdg.pipeline.alerts.alert import Alert
from localsdg.pipeline.alerts.channel import Channel, ChannelFault, MailServer, Tls
from localsdg.pipeline.alerts.forms import html_text, plain_text


def mail_alert(channel: Channel, alert: Alert, seconds: float) -> None:
    """Send it; raises `ChannelFault` where the server does not take it for everyone."""
    server = channel.mail
    assert server is not None
    message = compose(server, alert)
    try:
        with _connect(server, seconds) as connection:
            _encrypt(connection, server)
            if server.login:
                connection.login(*server.login)
            refused = connection.send_message(message, server.sender, list(server.to))
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        raise _fault(channel, error) from None
    if refused:
        raise ChannelFault(f"{len(refused)} of {len(server.to)} recipients were refused")


def compose(server: MailServer, alert: Alert) -> EmailMessage:
    """The message; a header takes no line break, which could begin another one."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = alert.subject
    message["From"] = server.sender
    message["To"] = ", ".join(server.to)
    message["Date"] = formatdate()
    # the same for a second attempt, so that mail programs show one message
    message["Message-ID"] = f"<{alert.run_id}.{alert.status}@{server.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(plain_text(alert))
    message.add_alternative(html_text(alert), subtype="html")
    return message


def _connect(server: MailServer, seconds: float) -> smtplib.SMTP:
    # the name of this machine without asking the DNS, which may take longer than all the rest
    name = socket.gethostname()
    if server.tls == Tls.IMPLICIT:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, name, timeout=seconds, context=context)
    return smtplib.SMTP(server.host, server.port, name, timeout=seconds)


def _encrypt(connection: smtplib.SMTP, server: MailServer) -> None:
    """Encrypt the connection as the address asks; a password is not sent without, unless it says so."""
    if server.tls in (Tls.IMPLICIT, Tls.NONE):
        return
    connection.ehlo()
    if connection.has_extn("starttls"):
        connection.starttls(context=ssl.create_default_context())
    elif server.login or server.tls == Tls.STARTTLS:
        raise ChannelFault("the server offers no encryption (STARTTLS), so nothing was sent; ?tls=none allows it")


def _fault(channel: Channel, error: Exception) -> ChannelFault:
    """The reason, with the server's own words where they have no secret in them."""
    if isinstance(error, smtplib.SMTPServerDisconnected) and isinstance(error.__context__, TimeoutError):
        error = error.__context__  # smtplib closes the connection itself when its time is over
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return ChannelFault(f"every recipient was refused{_code(list(error.recipients.values())[:1])}")
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
        words = channel.secrets.hide(" ".join(text.split()))[:200]
        what = "the login was refused" if isinstance(error, smtplib.SMTPAuthenticationError) else "refused"
        return ChannelFault(f'{what}: status {error.smtp_code} "{words}"', again=400 <= error.smtp_code < 500)
    for kind, reason, again in (
        (UnicodeError, "the user or the password has signs that SMTP does not take", False),
        (smtplib.SMTPNotSupportedError, "the server takes no login, or no such address", False),
        (ssl.SSLError, "the encrypted connection failed: is its certificate valid?", False),
        (TimeoutError, "no answer in time", True),
        (socket.gaierror, "the host is not known", True),
        (smtplib.SMTPServerDisconnected, "the server closed the connection", True),
        (OSError, "no connection, or it was closed", True),
    ):
        if isinstance(error, kind):
            return ChannelFault(reason, again=again)
    return ChannelFault(f"it failed ({type(error).__name__})")


def _code(answers: list) -> str:
    return f": status {answers[0][0]}" if answers else ""
