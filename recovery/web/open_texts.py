"""Open texts: sentences in the language of the page whose values the phone's script puts in."""

from __future__ import annotations

import re

from flask_babel import gettext as _
from flask_babel import ngettext

from recovery.clinical.counted import Counted
from recovery.web.speech import here

VALUE = re.compile(r"%\((\w+)\)s")
LARGEST_SAMPLE = 200  # every language shows each of its kinds of number below it


def marker(name: str) -> str:
    """The place of a value in a page."""
    return "{{" + name + "}}"


def left_open(text: str, count: int = 0) -> str:
    """The text with its %(name)s left in it; one that counts, in its form for this number."""
    if not isinstance(text, Counted):
        return str(_(text))
    names = {name: f"%({name})s" for name in VALUE.findall(text.one + text)}
    return str(ngettext(text.one, str(text), count, **names))


def kinds_of_number() -> dict[str, int]:
    """The kinds that the language tells apart, such as "one" and "other", each with a number of that kind."""
    plural = here().plural_form
    return {str(plural(number)): number for number in range(LARGEST_SAMPLE, -1, -1)}
