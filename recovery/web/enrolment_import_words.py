"""What becomes of a file of patients, said in sentences: one for each state that it can be in."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _
from flask_babel import ngettext

from recovery.records.import_work import KEPT_FOR
from recovery.records.imports import Import


def headline(row: Import) -> str:
    """What becomes of the file, in a few words."""
    return said(row)[0]


def said(row: Import) -> list[str]:
    """The headline, and what follows from it."""
    told = {
        "arriving": _waiting,
        "staged": _waiting,
        "checking": _checking,
        "checked": _bad if row.bad else _good,
        "waiting": _enrolling,
        "applied": _applied,
        "refused": _refused,
        "dropped": _dropped,
    }
    return [str(each) for each in told[row.state](row)]


def _waiting(row: Import) -> Iterator[str]:
    yield ngettext(
        "%(num)s line waits to be checked", "%(num)s lines wait to be checked", row.lines
    )
    yield _("This page renews itself. Nobody is enrolled before you have seen and confirmed it.")


def _checking(row: Import) -> Iterator[str]:
    yield ngettext(
        "%(checked)s of %(num)s line is checked",
        "%(checked)s of %(num)s lines are checked",
        row.lines,
        checked=row.checked,
    )
    yield _("This page renews itself. Nobody is enrolled before you have seen and confirmed it.")


def _bad(row: Import) -> Iterator[str]:
    yield ngettext(
        "Nobody is enrolled: %(num)s line is not right",
        "Nobody is enrolled: %(num)s lines are not right",
        row.bad,
    )
    yield _("Everybody in a file is enrolled together, or nobody. Correct it, and send it again.")
    yield from _meanwhile(row)


def _good(row: Import) -> Iterator[str]:
    yield ngettext("%(num)s patient will be enrolled", "%(num)s patients will be enrolled", row.new)
    if row.same:
        yield ngettext(
            "%(num)s more is enrolled already with the same values: nothing is to be done.",
            "%(num)s more are enrolled already with the same values: nothing is to be done.",
            row.same,
        )
    yield from _meanwhile(row)


def _meanwhile(row: Import) -> Iterator[str]:
    if row.error == "changed_meanwhile":
        yield _(
            "Somebody in this file was enrolled while it waited, so nobody was enrolled from it. "
            "It has been checked again: look at it once more."
        )


def _enrolling(row: Import) -> Iterator[str]:
    yield ngettext(
        "%(num)s patient is being enrolled", "%(num)s patients are being enrolled", row.new
    )
    yield _("All together, or nobody. This page renews itself.")


def _applied(row: Import) -> Iterator[str]:
    if row.confirmed_at is None:
        yield _("Nothing was changed")
        yield _("Everybody in this file is enrolled already with the same values.")
        return
    yield ngettext("%(num)s patient is enrolled", "%(num)s patients are enrolled", row.new)
    if row.same:
        yield ngettext(
            "%(num)s more was enrolled before, with the same values.",
            "%(num)s more were enrolled before, with the same values.",
            row.same,
        )


def _refused(row: Import) -> Iterator[str]:
    yield _("Nobody was enrolled")
    if row.error == "not_approved":
        yield _(
            "The pathway is a draft. Have it approved for your clinic, then send the file again."
        )
    else:
        yield _(
            "The file could not be worked on. Send it again; if it fails again, tell whoever runs this program."
        )


def _dropped(row: Import) -> Iterator[str]:
    yield _("This file was dropped")
    if row.error == "too_old":
        yield ngettext(
            "Nobody had decided about it for %(num)s day. Nobody was enrolled.",
            "Nobody had decided about it for %(num)s days. Nobody was enrolled.",
            KEPT_FOR.days,
        )
    else:
        yield _("Nobody was enrolled, and nothing of its patients is kept.")
