"""The list of everybody in a clinic's care: what its address asks for, and the page in finished words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from recovery.records import limits
from recovery.records.accounts import Clinic
from recovery.records.groups import EVERYBODY
from recovery.records.listing import PAGE_SIZE, Asked, Found
from recovery.records.searching import LONGEST_SEARCH
from recovery.web import patient_lines
from recovery.web.patient_lines import Line
from recovery.web.patient_list_words import GROUPS, ORDERS, RISING
from recovery.web.wording import number

TURNED = "-"
MOST_DIGITS = 6  # of a page number


@dataclass(frozen=True)
class Door:
    """A link to the same list otherwise. sorted: what aria-sort says of a column, empty if it is not sorted by."""

    title: str
    link: str
    is_current: bool
    count: str = ""
    sorted: str = ""


@dataclass(frozen=True)
class PatientList:
    """The page. said: how many are found, in words; nobody: that nobody is, and instead: where somebody may be.

    place: which of all found these are; before, after: the pages beside this one.
    """

    asked: Asked
    lines: tuple[Line, ...]
    said: str
    nobody: str
    instead: Door
    groups: tuple[Door, ...]
    orders: tuple[Door, ...]
    place: str
    before: str
    after: str

    @property
    def kept(self) -> dict[str, Any]:
        """What a search keeps of the address."""
        return {
            name: said for name, said in address(self.asked).items() if name not in ("q", "page")
        }


def asked(address: Mapping[str, str]) -> Asked:
    """What the address asks for; what it says wrongly is as if it were not said."""
    order = address.get("sort", "")
    plain, page = order.removeprefix(TURNED), address.get("page", "")
    return Asked(
        words=" ".join(address.get("q", "").split())[:LONGEST_SEARCH],
        group=_known(address.get("show", ""), GROUPS),
        order=_known(plain, ORDERS),
        is_reversed=plain in ORDERS and order != plain,
        page=int(page) if page.isdecimal() and len(page) <= MOST_DIGITS else 1,
    )


def _known(key: str, table: Mapping[str, str]) -> str:
    return key if key in table else next(iter(table))


def address(asked: Asked) -> dict[str, Any]:
    """The address that asks for it, as short as can be."""
    order = f"{TURNED}{asked.order}" if asked.is_reversed else asked.order
    said = {"q": asked.words, "show": asked.group, "sort": order, "page": str(asked.page)}
    usual = {"q": "", "show": EVERYBODY, "sort": "name", "page": "1"}
    return {name: value for name, value in said.items() if value != usual[name]}


def _link(asked: Asked) -> str:
    return url_for("clinician.patients", **address(asked))


def present(found: Found, asked: Asked, clinic: Clinic, now: datetime) -> PatientList:
    """The page as of now."""
    acting = limits.in_force([each.patient for each in found.people], now)
    lines = (patient_lines.line(p, acting[p.patient.id], clinic, now) for p in found.people)
    page = replace(asked, page=found.page)
    return PatientList(
        asked=asked,
        lines=tuple(lines),
        said=_said(asked, found.counts[asked.group]),
        nobody=_nobody(asked, found),
        instead=_instead(asked, found),
        groups=tuple(_groups(asked, found)),
        orders=tuple(_orders(asked)),
        place=_place(found, asked),
        before=_link(replace(page, page=page.page - 1)) if found.page > 1 else "",
        after=_link(replace(page, page=page.page + 1)) if found.page < found.pages else "",
    )


def _said(asked: Asked, count: int) -> str:
    if not asked.words:
        return ngettext("%(num)s patient", "%(num)s patients", count)
    return ngettext(
        "%(num)s patient matches “%(words)s”",
        "%(num)s patients match “%(words)s”",
        count,
        words=asked.words,
    )


def _nobody(asked: Asked, found: Found) -> str:
    """Why the list is empty; empty when it is not."""
    if found.people:
        return ""
    if asked.words and asked.group != EVERYBODY:
        group = _(GROUPS[asked.group])
        return _("Nobody in “%(group)s” matches “%(words)s”.", group=group, words=asked.words)
    if asked.words:
        return _("Nobody matches “%(words)s”.", words=asked.words)
    if asked.group != EVERYBODY:
        return _("Nobody is in “%(group)s”.", group=_(GROUPS[asked.group]))
    return _("Nobody is enrolled yet.")


def _instead(asked: Asked, found: Found) -> Door:
    """Among all if somebody there matches, else without a search."""
    if asked.words and found.counts[EVERYBODY]:
        count = number(found.counts[EVERYBODY])
        return Door(
            _("Search among everybody"), _link(Asked(asked.words)), is_current=False, count=count
        )
    return Door(_("Show everybody"), _link(Asked()), is_current=False)


def _groups(asked: Asked, found: Found) -> Iterator[Door]:
    """Those with anybody in them, and the one that is shown."""
    for key, title in GROUPS.items():
        is_current, count = key == asked.group, found.counts[key]
        if count or is_current:
            link = _link(replace(asked, group=key, page=1))
            yield Door(_(title), link, is_current, number(count))


def _orders(asked: Asked) -> Iterator[Door]:
    """A second click on a column turns it around."""
    for key, title in ORDERS.items():
        is_current = key == asked.order
        turned = is_current and not asked.is_reversed
        link = _link(replace(asked, order=key, is_reversed=turned, page=1))
        rises = (key in RISING) != asked.is_reversed
        direction = "ascending" if rises else "descending"
        yield Door(_(title), link, is_current, sorted=direction if is_current else "")


def _place(found: Found, asked: Asked) -> str:
    """Which of them the page shows; empty when it shows all."""
    if found.pages == 1:
        return ""
    first = (found.page - 1) * PAGE_SIZE + 1
    last = first + len(found.people) - 1
    count = found.counts[asked.group]
    return _("%(first)s to %(last)s of %(count)s", first=first, last=last, count=count)
