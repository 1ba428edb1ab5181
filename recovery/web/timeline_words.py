"""The words of the timeline: what kinds of things happen to a patient, and what each of them is called."""

from __future__ import annotations

# Marks a text for extraction; whoever shows it calls gettext.
N_ = str

KINDS = {
    "flags": N_("Flags"),
    "answers": N_("Answers"),
    "notes": N_("Notes"),
    "calls": N_("Calls"),
    "course": N_("States and procedures"),
    "limits": N_("Limits"),
    "cards": N_("Cards and phones"),
    "messages": N_("Messages"),
}

# What became of a flag, by the names of its moves.
MOVES = {
    "see": N_("Flag seen: %(rule)s"),
    "claim": N_("Flag claimed until %(until)s: %(rule)s"),
    "release": N_("Flag given back: %(rule)s"),
    "expire": N_("The claim ran out: %(rule)s"),
    "attempt": N_("Tried to reach somebody: %(rule)s"),
    "reach": N_("Somebody was reached: %(rule)s"),
    "snooze": N_("Flag snoozed until %(until)s: %(rule)s"),
    "wake": N_("Flag is back: %(rule)s"),
    "break_through": N_("Flag is back, something worse was found: %(rule)s"),
    "close": N_("Flag closed: %(rule)s"),
    "end": N_("Flag ended: %(rule)s"),
}
OTHER_MOVE = N_("Flag changed: %(rule)s")

# What only the audit tells.
TOLD = {
    "enrolled": N_("Enrolled"),
    "helper agreed to": N_("The patient agrees that a helper gets access"),
    "says in hospital": N_("The patient says: I am in hospital"),
    "hospital asked after": N_("The computer asks: is the patient still in hospital?"),
    "pause ended": N_("The pause ended"),
    "pathway completed": N_("The pathway ended"),
    "procedure corrected": N_("A procedure was put right"),
    "transfer offered": N_("Offered to another clinic"),
    "transfer accepted": N_("Another clinic follows the patient from now on"),
    "transfer declined": N_("The other clinic said no"),
    "transfer withdrawn": N_("The offer to another clinic was taken back"),
    "transferred here": N_("This clinic follows the patient from now on"),
}

PURPOSES = {
    "alert": N_("Alert to the team"),
    "reminder": N_("Reminder"),
    "notice": N_("Notice that the questions end"),
}
OTHER_PURPOSE = N_("Message")

CHANNELS = {
    "email": N_("by e-mail"),
    "push": N_("as a notice on the phone"),
    "sms": N_("by SMS"),
    "chat": N_("in a chat"),
}

# Why nothing reached the patient, as it is kept with the message.
NOT_SENT = {
    "no way to send an SMS": N_("could not be sent"),
    "no phone connected": N_("not sent: no phone was connected any more"),
    "phone ended": N_("not sent: this phone had been ended"),
    "phone not reached": N_("not sent: this phone is not reached any more"),
}
