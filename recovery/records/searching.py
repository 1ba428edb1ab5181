"""Searching for a person: names without regard to case and accents, record numbers, and the digits of a phone."""

from __future__ import annotations

import re
import unicodedata

LONGEST_SEARCH = 100
LEAST_DIGITS = 4  # of a phone number; fewer would be found in everybody's
# What is no letter with an accent to Unicode, though people read it so; marks that some write and some leave out.
LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i"}
MARKS = "'\u2019\u2018\u02bc`\u00b4"
PLAIN = str.maketrans({**LETTERS, **dict.fromkeys(MARKS, "")})
SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
PHONE = re.compile(r"[0-9 +()./\u00a0-]+")


def folded(text: str) -> str:
    """The same for "Ölsen", "OLSEN" and "olsen": no case, no accents, one space between words."""
    letters = unicodedata.normalize("NFKD", _lower(text).translate(PLAIN))
    kept = (" " if each.isspace() else each for each in letters if not unicodedata.combining(each))
    return " ".join("".join(each for each in kept if each.isprintable()).split())


def spellings(text: str) -> tuple[str, ...]:
    """The folded text, and how those write it who have no such letters: "muller" and "mueller" for "Müller"."""
    spelt_out = _lower(text).translate(SPELT_OUT)
    return tuple(dict.fromkeys((folded(text), folded(spelt_out))))


def _lower(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def digits(text: str) -> str:
    """The digits alone."""
    return "".join(each for each in text if each in "0123456789")


def phone_digits(text: str) -> str:
    """What to look for among phones' digits, if it may be a number; with or without the country, so no leading 0."""
    sought = digits(text).lstrip("0")
    return sought if PHONE.fullmatch(text) and len(sought) >= LEAST_DIGITS else ""
