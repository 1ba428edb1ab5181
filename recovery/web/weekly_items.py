"""The weekly list's lines as a clinic supplied them, in the folder of the settings: one file for each language."""

from __future__ import annotations

from pathlib import Path

from recovery.clinical.pathway import Pathway
from recovery.clinical.questionnaires import Items, ItemsError, read_items
from recovery.records.languages import LANGUAGES
from recovery.web import guards


def items_in(language: str, pathway: Pathway) -> Items:
    """The lines in a language, read anew each time, so that a mended file works at once.

    Raises ItemsError: no_file, unreadable, and those of read_items.
    """
    folder = guards.settings().rmdq_folder
    if not folder or language not in LANGUAGES:
        raise ItemsError("no_file")
    try:
        content = (Path(folder) / file_name(language)).read_bytes()
    except FileNotFoundError:
        raise ItemsError("no_file") from None
    except OSError:
        raise ItemsError("unreadable") from None
    return read_items(content, pathway.questionnaires.weekly_lines)


def items_or_none(language: str, pathway: Pathway) -> Items | None:
    """The lines in a language; None when the list is off."""
    try:
        return items_in(language, pathway)
    except ItemsError:
        return None


def file_name(language: str) -> str:
    """Such as "en.txt"."""
    return f"{language}.txt"
