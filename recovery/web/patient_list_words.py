"""What the list of everybody is divided and sorted by: words marked for translation."""

from __future__ import annotations

# Marks a text for extraction; whoever shows it calls gettext.
N_ = str

# The first is shown when nothing is chosen.
GROUPS = {
    "everybody": N_("Everybody"),
    "flagged": N_("With open flags"),
    "silent": N_("Silent"),
    "unreached": N_("Not reached by reminders"),
    "by_phone": N_("Follow by phone"),
    "not_connected": N_("Not connected"),
    "active": N_("On their phones"),
    "held": N_("Paused or in hospital"),
    "over": N_("Pathway over"),
}

ORDERS = {
    "name": N_("Patient"),
    "day": N_("Day"),
    "pain": N_("Pain"),
    "answered": N_("Last answer"),
    "share": N_("Answered days"),
    "urgency": N_("Open flags"),
}
# What begins with the lowest before it is turned around.
RISING = ("name", "day", "answered", "share")
