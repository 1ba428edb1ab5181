"""Texts that count something: English for one and for more, marked for extraction as a pair."""

from __future__ import annotations

from collections.abc import Mapping


class Counted(str):
    """The text for more than one, which is also its key; one: that for one; by: the name of the counted value."""

    __slots__ = ("by", "one")

    one: str
    by: str

    def __new__(cls, one: str, many: str, by: str) -> Counted:
        """Such as Counted("%(days)s day", "%(days)s days", "days")."""
        text = super().__new__(cls, many)
        text.one, text.by = one, by
        return text

    def in_english(self, values: Mapping[str, object]) -> str:
        """The form for these values."""
        return self.one if values.get(self.by) == 1 else str(self)
