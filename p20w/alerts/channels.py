"""The two ways to tell news: an e-mail over SMTP, and a webhook (a POST of JSON).

Here: one message, one connection, nothing retried. Errors name the kind of failure and no address. Not here: what is
told (`news`), settings (`p20w.settings`).
"""

import hashlib
import hmac
import json
import smtplib
import ssl
import urllib.error
import urllib.request
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from p20w.alerts.news import News
from p20w.settings import Settings

SECONDS = 10
"""How long a server may take to answer: a refresh waits for it."""
SHOWN = 20
"""News of one message; of more, their number."""
SIGNATURE = "X-P20W-Signature"


class ChannelFailed(RuntimeError):
    """A message could not be handed over; the words name no address and no secret."""


def text_of(news: Sequence[News]) -> str:
    """The message: a line each, and how many more there are."""
    lines = [f"- {item.words}" for item in news[:SHOWN]]
    if len(news) > SHOWN:
        lines.append(f"- and {len(news) - SHOWN} more. See: p20w drops status")
    return "\n".join(lines)


def subject_of(news: Sequence[News]) -> str:
    """The subject: how many of which kind."""
    words = {"refused": "refused", "missing": "missing", "late": "late", "gate": "gate closed"}
    counts = {kind: sum(item.kind == kind for item in news) for kind in words}
    return "P-20W: " + ", ".join(f"{count} {words[kind]}" for kind, count in counts.items() if count)


def send_mail(settings: Settings, news: Sequence[News]) -> None:
    """Hand one message for all recipients to the mail server.

    Raises:
        ChannelFailed: the server was not reached, is not who it says, or did not take the message.
    """
    message = EmailMessage()
    message["Subject"] = subject_of(news)
    message["From"] = settings.alert_mail_from
    message["To"] = settings.alert_mail_to
    message.set_content(text_of(news) + "\n\nSent by the warehouse. To turn this off: docs/ops/alerts.md\n")
    host, port = str(settings.alert_smtp_host), settings.alert_smtp_port
    context = ssl.create_default_context()
    try:
        secured = settings.alert_smtp_security == "tls"
        with (
            smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
            if secured
            else smtplib.SMTP(host, port, timeout=SECONDS)
        ) as server:
            if settings.alert_smtp_security == "starttls":
                server.starttls(context=context)
            if settings.alert_smtp_user and settings.alert_smtp_password_file:
                server.login(settings.alert_smtp_user, _secret(settings.alert_smtp_password_file))
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise ChannelFailed(f"the mail server did not take the message ({type(error).__name__})") from None


def post(settings: Settings, news: Sequence[News]) -> None:
    """Post the news as JSON; signed where there is a secret.

    The body has `text`, which chat programs show, and `news`, a list of kind, feed, period and words. The signature is
    the HMAC-SHA256 of the body in hexadecimal digits.

    Raises:
        ChannelFailed: the address was not reached, or answered with anything but success; redirects are not followed.
    """
    items = [{"kind": n.kind, "feed": n.feed, "period": n.period, "words": n.words} for n in news[:SHOWN]]
    body = json.dumps({"text": f"{subject_of(news)}\n{text_of(news)}", "news": items}).encode()
    headers = {"Content-Type": "application/json", "User-Agent": "p20w"}
    url = str(settings.alert_webhook)
    try:
        if settings.alert_webhook_secret_file:
            secret = _secret(settings.alert_webhook_secret_file).encode()
            headers[SIGNATURE] = hmac.new(secret, body, hashlib.sha256).hexdigest()
        _demand_safe(url)
        request = urllib.request.Request(url, body, headers, method="POST")  # noqa: S310 (https, or this machine)
        opener = urllib.request.build_opener(_NoRedirect())
        with opener.open(request, timeout=SECONDS) as answer:
            answer.read(1)
    except urllib.error.HTTPError as error:
        raise ChannelFailed(f"the webhook answered {error.code}") from None
    except (OSError, ValueError) as error:
        raise ChannelFailed(f"the webhook was not reached ({type(error).__name__})") from None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **words: Any) -> None:
        """No other place gets the message."""


def _demand_safe(url: str) -> None:
    place = urlsplit(url)
    if place.scheme != "https" and not (place.scheme == "http" and place.hostname in ("127.0.0.1", "localhost", "::1")):
        raise ChannelFailed("P20W_ALERT_WEBHOOK is no address with https")


def _secret(file: Path) -> str:
    return file.read_text(encoding="utf-8").strip()
