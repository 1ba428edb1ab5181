"""The code on a card: its letters, how it is printed, and the keyed hash that alone is kept of it."""

from __future__ import annotations

import hashlib
import hmac
import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRTVWXYZ"  # no look-alikes: 0 O, 1 I L, 5 S stay apart by leaving S, U out
CODE_CHARACTERS = 12  # 29 ** 12 is 58 random bits


def new_code() -> str:
    """A fresh code."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_CHARACTERS))


def hash_code(code: str, card_key: str) -> str:
    """The keyed hash of a code, whatever its case, spaces and dashes."""
    plain = "".join(code.upper().split()).replace("-", "")
    return hmac.new(card_key.encode(), plain.encode(), hashlib.sha256).hexdigest()


def spaced(code: str) -> str:
    """The code in groups of four, as the card prints it."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))
