"""Bring translations/ up to the texts of the program: new ones are added untranslated, unused ones go.

`make translations` runs it. Nothing is guessed and no date is written, so that a second run changes nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from io import SEEK_END, BytesIO
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from recovery.records import catalogues, languages

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("recovery", "templates")
# N_ and NN_ mark texts in tables: NN_ a pair, for one and for more.
KEYWORDS = {"_": None, "N_": None, "NN_": (1, 2), "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
NOTE = "Translators:"
HEADER = """\
# {name}: every text of the program. Keep docs/translations.md beside you; `make translations` brings new texts.
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals};\\n"

"""


def extracted() -> Catalog:
    """Every marked text of the program, with the files in which it stands."""
    found = Catalog()
    methods = [("recovery/**.py", marked), ("templates/**.html", "jinja2")]
    texts = extract_from_dir(
        ROOT, methods, {}, KEYWORDS, [NOTE], strip_comment_tags=True, directory_filter=_is_ours
    )
    for path, _line, text, notes, context in texts:
        found.add(text, None, [(path, None)], auto_comments=notes, context=context)
    return found


def marked(
    file: IO[bytes], keywords: Mapping[str, Any], tags: Collection[str], options: object
) -> Iterator[tuple[int, str, tuple[str | None, ...], list[str]]]:
    """The marked texts of one module. Unlike Babel's own this passes over the keys in _(TABLE["key"])."""
    del options
    source = file.read().decode()
    lines = source.splitlines()
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda each: each.lineno):
        name = getattr(call.func, "id", "")
        if name in keywords and call.args and isinstance(call.args[0], ast.Constant):
            yield call.lineno, name, tuple(map(_text, call.args)), _notes(lines, call.lineno, tags)


def _text(argument: ast.expr) -> str | None:
    value = argument.value if isinstance(argument, ast.Constant) else None
    return value if isinstance(value, str) else None


def _notes(lines: Sequence[str], number: int, tags: Collection[str]) -> list[str]:
    """A comment for translators in the line above."""
    above = lines[number - 2].strip().removeprefix("# ") if number > 1 else ""
    return [above] if above.startswith(tuple(tags)) else []


def _is_ours(folder: str) -> bool:
    return Path(folder).relative_to(ROOT).parts[0] in FOLDERS


def brought_up(language: str, texts: Catalog) -> Catalog:
    """These texts with the translations that the language has."""
    path = catalogues.path_of(language)
    kept = Catalog(locale=language)
    if path.exists():
        kept = read_po(BytesIO(path.read_bytes()), locale=language)
    kept.update(texts, no_fuzzy_matching=True)
    return kept


def written(language: str, catalogue: Catalog) -> bytes:
    """The file of a language, in one order and without anything that changes by itself."""
    plurals = Catalog(locale=language).plural_forms.rstrip(";")
    name = languages.own_name(language)
    file = BytesIO(HEADER.format(name=name, language=language, plurals=plurals).encode())
    file.seek(0, SEEK_END)
    looks = {"sort_by_file": True, "ignore_obsolete": True, "include_lineno": False}
    write_po(file, catalogue, 110, omit_header=True, **looks)
    return file.getvalue()


def main() -> None:
    """Write the file of each language, and say how far it is."""
    texts = extracted()
    for language in languages.LANGUAGES[1:]:
        path = catalogues.path_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(language, brought_up(language, texts)))
        missing, all_of_them = (
            len(catalogues.untranslated(language)),
            len(catalogues.texts(language)),
        )
        print(
            f"{languages.own_name(language)}: {missing} of {all_of_them} texts are not translated."
        )


if __name__ == "__main__":
    main()
