"""Files and functions are small enough to be read at one go; each file says what belongs in it."""

from __future__ import annotations

import ast

from tests.house.program import functions, modules, syntax, text

LONGEST_FILE = 260
LONGEST_FUNCTION = 40


def test_no_file_of_the_program_is_too_long():
    lengths = {path: len(text(path).splitlines()) for path in modules("recovery/", "config.py")}
    long = {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE}
    assert not long, f"over {LONGEST_FILE} lines; does each hold two topics? {long}"


def test_no_function_of_the_program_is_too_long():
    long = [
        f"{path}:{function.lineno} {function.name}"
        for path in modules("recovery/", "config.py")
        for function in functions(path)
        if (function.end_lineno or 0) - function.lineno + 1 > LONGEST_FUNCTION
    ]
    assert not long, f"over {LONGEST_FUNCTION} lines; split by what is decided: {long}"


def test_every_file_opens_with_a_sentence_that_says_what_belongs_in_it():
    silent = [path for path in modules("") if not _opens_with_a_sentence(path)]
    assert not silent, f"begin with a docstring whose first line is a sentence: {silent}"


def _opens_with_a_sentence(path: str) -> bool:
    opening = (ast.get_docstring(syntax(path)) or "").partition("\n\n")[0].strip()
    exempt = path.startswith("migrations/") or not text(path).strip()
    return exempt or opening.endswith((".", ":"))
