"""A posted form read box by box: each box gives its value, or notes the problem with it; pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from zoneinfo import available_timezones

from recovery.clinical.answers import Problem
from recovery.clinical.reading import Form

EMAIL = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"


@dataclass(frozen=True)
class Sheet:
    """The posted boxes; each method reads one, and notes a problem if it cannot."""

    form: Form
    problems: list[Problem] = field(default_factory=list)

    def typed(self, name: str) -> str:
        """What stands in the box."""
        return next(iter(self.form.get(name, ())), "").strip()

    def problem(self, name: str, key: str, **values: object) -> None:
        """Note what is wrong with a box."""
        self.problems.append(Problem(name, key, values))

    def text(self, name: str, most: int) -> str:
        """Free text of at most so many letters."""
        # PostgreSQL refuses NUL, and UTF-8 a lone surrogate.
        kept = [c for c in self.typed(name) if unicodedata.category(c) not in ("Cc", "Cs")]
        if len(kept) > most:
            self.problem(name, "too_long", most=most)
        return "".join(kept)[:most]

    def needed(self, name: str, most: int) -> str:
        """Free text that may not be left empty."""
        text = self.text(name, most)
        if not text:
            self.problem(name, f"{name}_missing")
        return text

    def choice(self, name: str, choices: Collection[str], *, is_needed: bool = False) -> str | None:
        """One of the choices, or None."""
        text = self.typed(name)
        if text and text not in choices:
            self.problem(name, "choice_unknown")
        elif is_needed and not text:
            self.problem(name, f"{name}_missing")
        return text if text in choices else None

    def ticks(self, name: str, choices: Iterable[str]) -> list[str]:
        """The ticked choices, in their own order."""
        known, ticked = list(choices), [each for each in self.form.get(name, ()) if each.strip()]
        if not set(ticked) <= set(known):
            self.problem(name, "choice_unknown")
        return [choice for choice in known if choice in ticked]

    def is_ticked(self, name: str) -> bool:
        """Whether a single box is ticked; anything but yes and no is not taken for either."""
        return self.choice(name, ("yes", "no")) == "yes"

    def number(self, name: str, high: int) -> int | None:
        """A whole number from 0, or None."""
        text = self.typed(name)
        if re.fullmatch(r"[0-9]{1,4}", text) and int(text) <= high:
            return int(text)
        if text:
            self.problem(name, "number_unknown")
        return None

    def phone(self, name: str) -> str:
        """A phone number as people write it."""
        text = self.text(name, 40)
        if text and not re.fullmatch(r"\+?[0-9 ()/.-]*[0-9]{2}[0-9 ()/.-]*", text):
            self.problem(name, "phone_unreadable")
        return text

    def email(self, name: str) -> str:
        """An e-mail address as browsers take it, or empty."""
        text = self.text(name, 254)
        if text and not re.fullmatch(EMAIL, text):
            self.problem(name, "email_unreadable")
        return text

    def day(self, name: str) -> date | None:
        """A day as browsers post it, or None."""
        text = self.typed(name)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self.problem(name, "date_unreadable")
            return None

    def past_day(self, name: str, today: date, *, is_needed: bool = True) -> date | None:
        """A day that is not in the future, or None."""
        day = self.day(name)
        if day and day > today:
            self.problem(name, "in_future")
        if is_needed and not self.typed(name):
            self.problem(name, f"{name}_missing")
        return day

    def zone(self) -> str:
        """A name of the IANA zone table, or empty."""
        text = self.needed("zone", 60)
        if text and text not in known_zones():
            self.problem("zone", "zone_unknown", typed=text)
            return ""
        return text


@cache
def known_zones() -> frozenset[str]:
    """The names of the IANA zone table."""
    return frozenset(available_timezones())
