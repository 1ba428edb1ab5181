"""A weekly list for tests: 24 made-up lines, as a clinic would supply its own."""

from __future__ import annotations

from pathlib import Path

LINES = tuple(f"Line {number} of a made-up list" for number in range(1, 25))


def supply(folder: Path, language: str = "en", lines: tuple[str, ...] = LINES) -> str:
    """Put the list into the folder; the folder as the setting names it."""
    (folder / f"{language}.txt").write_text("# made up\n" + "\n".join(lines), encoding="utf-8")
    return str(folder)
