"""E-mail (RFC 5321, RFC 5322). One connection a message; the same Message-ID at every try, so that a repetition can be
told by whoever receives it. Plain text: nothing in it reports that it was opened."""

import smtplib
import socket
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as POLICY

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from lianfang.notices.channels import reach
from lianfang.notices.channels.protocol import Config, Driver, Failed, Message, Refused, Setting, Unavailable

ENCRYPTION = (("starttls", "STARTTLS"), ("tls", "TLS"), ("none", _("none (own network only)")))


class _Client(smtplib.SMTP):
    """Connects as everything here does. ``secure`` is one of `ENCRYPTION`."""

    def __init__(self, config: Config) -> None:
        self.secure = config["encryption"]
        super().__init__(local_hostname=config["sender"].rpartition("@")[2])
        self._host = config["host"]  # what STARTTLS compares the certificate with

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        sock = reach.connected(host, port, plain=self.secure == "none")
        return reach.wrapped(sock, host) if self.secure == "tls" else sock


def send(message: Message, address: str, config: Config) -> str:
    letter = written(message, address, config)
    client = _Client(config)
    with reach.limited(lambda: client.sock):
        try:
            code, _text = client.connect(config["host"], int(config["port"]))
            if code != 220:
                raise smtplib.SMTPConnectError(code, b"")
            client.ehlo_or_helo_if_needed()
            if config["encryption"] == "starttls":
                client.starttls(context=reach.trust(settings.GATEWAY_CA))
                client.ehlo()
            if config.get("username"):
                client.login(config["username"], config.get("password", ""))
            client.send_message(letter, config["sender"], [address])
        except smtplib.SMTPServerDisconnected:
            raise  # whether we cut it off ourselves, `limited` knows
        except smtplib.SMTPException as problem:
            raise _said(problem) from None
        finally:
            client.close()
    return str(letter["Message-ID"])


def written(message: Message, address: str, config: Config) -> EmailMessage:
    letter = EmailMessage(policy=POLICY)
    try:
        letter["From"] = Address(config.get("name", ""), addr_spec=config["sender"])
        letter["To"] = Address(addr_spec=address)
    except (ValueError, IndexError, MessageError):
        raise Refused("address") from None
    letter["Subject"] = " ".join(message.subject.split())
    letter["Date"] = message.at
    letter["Message-ID"] = f"<{message.key}@{config['sender'].rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter["X-Auto-Response-Suppress"] = "All"
    letter.set_content("\n".join(part for part in (message.text, message.link) if part) + "\n")
    return letter


def _said(problem: smtplib.SMTPException) -> Failed:
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        code = next(iter(problem.recipients.values()))[0]
        return Refused("address", code) if code >= 500 else Unavailable("busy", code)
    if isinstance(problem, smtplib.SMTPAuthenticationError):
        return Unavailable("login", problem.smtp_code)  # until the password is set right, or the server is well again
    if isinstance(problem, smtplib.SMTPNotSupportedError):
        return Unavailable("tls")
    code = getattr(problem, "smtp_code", 0)
    if isinstance(problem, smtplib.SMTPDataError | smtplib.SMTPSenderRefused) and code >= 500:
        return Refused("rejected", code)
    return Unavailable("busy" if 400 <= code < 600 else "answer", code)


DRIVER = Driver(
    name="mail",
    channel="mail",
    label=_("E-mail"),
    order=1,
    send=send,
    headings=True,
    settings=(
        Setting("host", _("Mail server"), _("Such as smtp.example.edu.cn.")),
        Setting("port", _("Port"), kind="number", initial="587"),
        Setting("encryption", _("Encryption"), kind="choice", choices=ENCRYPTION, initial="starttls"),
        Setting("username", _("User name"), required=False),
        Setting("password", _("Password"), kind="secret", required=False),
        Setting("sender", _("Sender's address"), kind="mail"),
        Setting("name", _("Sender's name"), initial="联防", required=False),
    ),
)
