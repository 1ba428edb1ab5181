"""Reading what is typed about a person who signs in: who they are, and their password; pure."""

from __future__ import annotations

from recovery.clinical.answers import Problem
from recovery.clinical.counted import Counted
from recovery.clinical.reading import Form
from recovery.clinical.sheet import Sheet
from recovery.records.people import Newcomer

N_ = str
NN_ = Counted
NAME_MOST = 200

ROLES = {"clinician": N_("Clinician"), "lead": N_("Lead")}
DOES = {
    "clinician": N_("Clinician: follows patients"),
    "lead": N_("Lead: also settles how the clinic works, and who works here"),
}

PROBLEMS = {
    "name_missing": N_("Type the person's name."),
    "email_missing": N_("Type the person's e-mail address."),
    "email_unreadable": N_("Type the e-mail address, such as lia@clinic.example."),
    "email_used": N_("This address is in use already. Type another one."),
    "role_missing": N_("Choose what this person does."),
    "choice_unknown": N_("Choose one of the answers shown."),
    "too_long": NN_(
        "Shorten this to %(most)s letter.", "Shorten this to %(most)s letters.", "most"
    ),
    "password_short": NN_(
        "Choose a password of at least %(least)s character.",
        "Choose a password of at least %(least)s characters.",
        "least",
    ),
    "password_other": N_("The two passwords differ. Type the same one twice."),
    "password_wrong": N_("This is not your present password. Type it again."),
}


def read_newcomer(form: Form, role: str = "") -> tuple[Newcomer, tuple[Problem, ...]]:
    """Who is to be let in; role: where it is not asked for."""
    sheet = Sheet(form)
    name = sheet.needed("name", NAME_MOST)
    email = sheet.email("email")
    if not sheet.typed("email"):
        sheet.problem("email", "email_missing")
    chosen = role or sheet.choice("role", ROLES, is_needed=True) or ""
    return Newcomer(email, name, chosen), tuple(sheet.problems)


def read_password(form: Form, least: int) -> tuple[str, tuple[Problem, ...]]:
    """A new password, typed twice. It is taken as it is, spaces and all."""
    first, second = (next(iter(form.get(name, ())), "") for name in ("password", "again"))
    if len(first) < least:
        return first, (Problem("password", "password_short", {"least": least}),)
    if first != second:
        return first, (Problem("again", "password_other"),)
    return first, ()
