"""The program with one language more, for the eye alone: English words in Arabic letters, from right to left."""

from __future__ import annotations

import re
import sys

from babel.messages.catalog import Catalog
from flask import Flask

import recovery
from recovery.records import catalogues
from recovery.records.languages import LANGUAGES

ARABIC = "ar"
LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
KEPT = re.compile(r"%\(\w+\)[a-z]|%%|\{\w+\}|\d+")
WORD = re.compile(r"[^\W\d_]+")


def create_app() -> Flask:
    """The app as it would be with Arabic among its languages."""
    usual = catalogues.catalogue

    def catalogue(language: str) -> Catalog:
        return in_arabic() if language == ARABIC else usual(language)

    catalogues.catalogue = catalogue
    spoken = (*LANGUAGES, ARABIC)
    for name, module in list(sys.modules.items()):
        if name.startswith("recovery") and getattr(module, "LANGUAGES", None) == LANGUAGES:
            module.LANGUAGES = spoken
    return recovery.create_app()


def in_arabic() -> Catalog:
    """Every text of the program in Arabic letters."""
    made = Catalog(locale=ARABIC)
    for message in catalogues.texts(LANGUAGES[1]):
        said = written(message.id if isinstance(message.id, str) else message.id[-1])
        forms = (said,) * made.num_plurals if message.pluralizable else said
        made.add(message.id, forms, message.locations, context=message.context)
    return made


def written(english: str) -> str:
    """The same with other letters, as long as before; what is filled in stays."""
    parts = KEPT.split(english)
    kept = [*KEPT.findall(english), ""]
    return "".join(WORD.sub(_word, part) + stays for part, stays in zip(parts, kept, strict=True))


def _word(match: re.Match[str]) -> str:
    return "".join(LETTERS[ord(letter) % len(LETTERS)] for letter in match[0])
