"""Other sides that are there: a mail server and web servers on this machine, with certificates, which check what they are
given as the real ones do and can be told to hang, to refuse or to talk nonsense."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for this machine, signed by itself: the file to trust, and what a server needs."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    since = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(1)
        .not_valid_before(since)
        .not_valid_after(since + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "authority.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *form))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, folder / "key.pem")
    return file, context


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


Answering = Callable[[Asked], tuple[int, bytes | dict[str, Any]]]


@dataclass
class Web:
    url: str
    port: int
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def web(answer: Answering, context: ssl.SSLContext | None) -> Iterator[Web]:
    """A web server that answers by ``answer``."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
            asked = Asked(self.command, parts.path, query, {k.lower(): v for k, v in self.headers.items()}, body)
            there.asked.append(asked)
            status, said = answer(asked)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(said if isinstance(said, bytes) else json.dumps(said).encode())

        do_GET = do_POST  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer((HOST, 0), Handler)
    server.daemon_threads = True
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    port = server.server_address[1]
    there = Web(f"{'https' if context else 'http'}://{HOST}:{port}", port)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield there
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def silent(drip: bytes = b"") -> Iterator[int]:
    """A port that takes every connection and says nothing, or a byte now and then."""
    door = socket.create_server((HOST, 0))
    over = threading.Event()
    held: list[socket.socket] = []

    def dribble(sock: socket.socket) -> None:
        while drip and not over.wait(0.05):
            try:
                sock.sendall(drip)
            except OSError:
                return

    def serve() -> None:
        while not over.is_set():
            try:
                held.append(door.accept()[0])
            except OSError:
                return
            threading.Thread(target=dribble, args=(held[-1],), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield door.getsockname()[1]
    finally:
        over.set()
        door.close()
        for sock in held:
            sock.close()


@dataclass
class Mail:
    """What a mail server took; ``refusing`` is what it answers to a recipient, ``on_data`` to a letter."""

    port: int = 0
    letters: list[Envelope] = field(default_factory=list)
    refusing: dict[str, str] = field(default_factory=dict)
    on_data: str = "250 OK"

    def letter(self, place: int) -> EmailMessage:
        content = self.letters[place].content
        return message_from_bytes(content if isinstance(content, bytes) else b"", EmailMessage, policy=default)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        if address in self.refusing:
            return self.refusing[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.letters.append(envelope)
        return self.on_data


@contextmanager
def mail(context: ssl.SSLContext | None, password: str = "") -> Iterator[Mail]:
    """A mail server; with ``context`` it insists on STARTTLS, with ``password`` on signing in."""
    there = Mail()

    def known(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=isinstance(data, LoginPassword) and data.password == password.encode(), handled=False)

    ours: dict[str, Any] = {"authenticator": known, "auth_required": True} if password else {}
    if context:
        ours |= {"tls_context": context, "require_starttls": True}
    controller = Controller(there, hostname=HOST, port=_free(), **ours)
    controller.start()
    there.port = controller.port
    try:
        yield there
    finally:
        controller.stop()


def _free() -> int:
    with socket.create_server((HOST, 0)) as door:
        port: int = door.getsockname()[1]
        return port
