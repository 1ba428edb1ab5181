"""A push service and a subscribed browser for the tests: what is posted is kept, and read as RFC 8291 has it.

The program encrypts with http_ece; here the steps of the standards are written out on plain cryptography.
"""

from __future__ import annotations

import json
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from recovery.records.subscriptions import Address

CURVE = ec.SECP256R1()


@dataclass(frozen=True)
class Posted:
    """One request that arrived."""

    path: str
    headers: Message
    body: bytes


@dataclass
class PushService:
    """Where it is, what arrived, and what it answers: a status for each path, 201 for all others."""

    url: str
    posts: list[Posted] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)
    elsewhere: str = ""  # where a redirect leads


@contextmanager
def server() -> Iterator[PushService]:
    """A push service on this machine, for the block."""

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            service.posts.append(Posted(self.path, self.headers, body))
            self.send_response(service.answers.get(self.path, 201))
            if service.elsewhere:
                self.send_header("Location", service.elsewhere)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            """Silent."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    service = PushService(f"http://localhost:{running.server_address[1]}")
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        running.shutdown()
        running.server_close()
        thread.join()


@dataclass(frozen=True)
class Browser:
    """The half of a subscription that never leaves the phone."""

    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(CURVE)
    )
    auth: bytes = b"sixteen bytes ok"

    def subscription(self, endpoint: str) -> dict[str, Any]:
        """What its script posts."""
        keys = {"p256dh": text64(_point(self.private.public_key())), "auth": text64(self.auth)}
        return {"endpoint": endpoint, "expirationTime": None, "keys": keys}

    def read(self, body: bytes) -> dict[str, Any]:
        """The payload."""
        payload: dict[str, Any] = json.loads(self.decrypt(body))
        return payload

    def decrypt(self, body: bytes) -> bytes:
        """aes128gcm, one record (RFC 8188), with the keys of RFC 8291."""
        salt, rest = body[:16], body[16:]
        length = rest[4]
        sender, record = rest[5 : 5 + length], rest[5 + length :]
        shared = self.private.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender)
        )
        own = _point(self.private.public_key())
        material = _hkdf(self.auth, shared, b"WebPush: info\0" + own + sender, 32)
        key = _hkdf(salt, material, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _hkdf(salt, material, b"Content-Encoding: nonce\0", 12)
        text, last, padding = AESGCM(key).decrypt(nonce, record, None).rpartition(b"\2")
        assert last
        assert not padding.strip(b"\0")
        return text


def address_of(browser: Browser, endpoint: str) -> Address:
    """What the program keeps of that browser's subscription."""
    keys = browser.subscription(endpoint)["keys"]
    return Address(endpoint, keys["p256dh"], keys["auth"])


def signed_claims(authorization: str, server_key: str) -> dict[str, Any]:
    """The claims of a VAPID header (RFC 8292), if that key has signed them; raises InvalidSignature."""
    scheme, _, rest = authorization.partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert (scheme, parts["k"]) == ("vapid", server_key)
    signed, _, signature = parts["t"].rpartition(".")
    header, claims = (json.loads(bytes64(part)) for part in signed.split("."))
    assert header == {"typ": "JWT", "alg": "ES256"}
    r, s = (int.from_bytes(half, "big") for half in _halves(bytes64(signature)))
    key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, bytes64(server_key))
    key.verify(encode_dss_signature(r, s), signed.encode(), ec.ECDSA(hashes.SHA256()))
    found: dict[str, Any] = claims
    return found


def text64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def bytes64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _halves(raw: bytes) -> tuple[bytes, bytes]:
    assert len(raw) == 64
    return raw[:32], raw[32:]


def _hkdf(salt: bytes, material: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(material)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
