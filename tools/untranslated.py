"""Print the texts that a language lacks, each with the files in which it stands: `tools/untranslated.py fr`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from babel.messages.catalog import Message

from recovery.records import catalogues
from recovery.records.languages import LANGUAGES


def lines(language: str) -> Iterator[str]:
    """What is missing, patients' texts first."""
    missing = catalogues.untranslated(language)
    yield f"{language}: {len(missing)} of {len(catalogues.texts(language))} texts are not translated."
    for message in sorted(missing, key=lambda each: not catalogues.is_for_patients(each)):
        yield ""
        yield from _about(message)


def _about(message: Message) -> Iterator[str]:
    reader = "patients" if catalogues.is_for_patients(message) else "clinicians"
    yield f"# for {reader}: {', '.join(path for path, _line in message.locations)}"
    if message.context:
        yield f"# meaning: {message.context}"
    yield from (f"# {note}" for note in message.auto_comments)
    yield from catalogues.forms(message.id)


if __name__ == "__main__":
    for asked in sys.argv[1:] or LANGUAGES[1:]:
        print("\n".join(lines(asked)), end="\n\n")
