"""Push keys: the one key pair by which push services know this installation (VAPID, RFC 8292)."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
# 16 more than the order has: what is left of taking the remainder is no bias that anybody could see.
SCALAR_BYTES = 48


@cache
def private_key(secret_key: str) -> ec.EllipticCurvePrivateKey:
    """The private key (P-256), made from SECRET_KEY, so that an operator has no further secret to keep.

    With a new SECRET_KEY phones must subscribe anew: they do so by themselves when the app is opened.
    """
    derive = HKDF(hashes.SHA256(), SCALAR_BYTES, salt=None, info=b"recovery: the key for Web Push")
    number = int.from_bytes(derive.derive(secret_key.encode()), "big")
    return ec.derive_private_key(number % (CURVE_ORDER - 1) + 1, ec.SECP256R1())


def public_key(secret_key: str) -> str:
    """What a phone subscribes with: the uncompressed point as base64url without padding, 87 characters."""
    point = private_key(secret_key).public_key()
    raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
