"""Searching for a person: names without regard to case and accents, record numbers, and the digits of a phone."""

from __future__ import annotations

import re
import unicodedata

LONGEST_SEARCH = 100
LEAST_DIGITS = 4  # of a phone number; fewer would be found in everybody's
COUNTRY_DIGITS = (1, 2, 3)  # so many has the number of a country
LEAST_INLAND = 7  # digits of a number without its country, so that it still means somebody
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


def phone_digits(text: str) -> tuple[str, ...]:
    """What to look for among phones' digits, if it may be a number; with or without the country, so no leading 0.

    A number with its country is looked for without it too, for whoever's was written down so.
    """
    sought = digits(text).lstrip("0")
    if not PHONE.fullmatch(text) or len(sought) < LEAST_DIGITS:
        return ()
    has_country = text.strip().startswith(("+", "00"))
    inland = (sought[first:].lstrip("0") for first in COUNTRY_DIGITS if has_country)
    return tuple(dict.fromkeys((sought, *(each for each in inland if len(each) >= LEAST_INLAND))))
