"""How the clinic works: one page that leads to everything that it settles for itself."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, current_app, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from recovery.web import clinic_frame, guards

pages = Blueprint("clinic_about", __name__, url_prefix="/clinic")
N_ = str

# endpoint: (its name, what is settled there). A page that is not there is not named.
SETTLED = {
    "clinic_settings.show": (
        N_("Numbers and hours"),
        N_("What patients ring, and when somebody is there."),
    ),
    "clinic_people.show": (N_("People"), N_("Who works here, and who may change what.")),
    "cover.show": (
        N_("Cover"),
        N_("Who covers each open day, whom to ring today, and who ends soon."),
    ),
    "escalation.show": (
        N_("Escalation"),
        N_("Who is told of a flag that nobody has seen, and when."),
    ),
    "messages.show": (N_("Messages"), N_("What was sent, and what could not be sent.")),
    "rehearsal.pathway": (
        N_("Pathway"),
        N_("The rules, their numbers, and what other numbers would have raised."),
    ),
    "languages.languages": (
        N_("Languages"),
        N_("What patients read in each language, and who has approved it."),
    ),
    "transfers.show": (N_("Transfers"), N_("Patients who move to or from another clinic.")),
    "imports.start": (N_("Import"), N_("Many patients at once, from a file.")),
}


@dataclass(frozen=True)
class Link:
    """One page that settles something."""

    href: str
    name: str
    what: str


@pages.get("/about-us")
def overview() -> ResponseReturnValue:
    """The pages that whoever is signed in may open."""
    links = [
        Link(url_for(endpoint), _(name), _(what))
        for endpoint, (name, what) in SETTLED.items()
        if _is_open(endpoint)
    ]
    return clinic_frame.page("clinic/about.html", links=links)


def _is_open(endpoint: str) -> bool:
    if endpoint not in current_app.view_functions:
        return False
    return guards.clinician().is_lead or guards.guard_of(endpoint) is not guards.leads_only
