"""What to expect after the procedure: every sentence for patients with where it comes from, marked for translation.

Facts are those of docs/evidence/clinical.md; where its sources disagree, the sentence says to ask the clinic. Numbers
come from the pathway and the clinic, never from here.
"""

from __future__ import annotations

from dataclasses import dataclass

from .counted import Counted
from .patient_words import NOTICES, SIGN_WORDS, TAKE_PAINKILLERS

# They mark a text, or a pair that counts, for extraction; whoever shows it translates it with its values.
N_ = str
NN_ = Counted


@dataclass(frozen=True, slots=True)
class Part:
    """One heading with its sentences; each sentence stands beside its source and mark, as in the pathway file."""

    key: str
    heading: str
    said: tuple[tuple[str, str], ...]


WEEKS = (
    Part(
        "first_days",
        NN_("The first day", "The first %(puncture_days)s days", "puncture_days"),
        (
            (N_("More pain at first is common."), "E1 000, 001 | V"),
            (
                NN_(
                    "The needle spot may be sore for %(puncture_days)s day.",
                    "The needle spot may be sore for %(puncture_days)s days.",
                    "puncture_days",
                ),
                "E1 002 | V",
            ),
            (
                N_("Some people feel better at once. For others it takes longer."),
                "E1 000, 002, 003 and 004 disagree | V",
            ),
            (TAKE_PAINKILLERS, "E1 000, 001 | V"),
            (N_("Ring %(phone)s if you cannot bear the pain."), "safety 9 | OWN"),
            (N_("Ask your clinic before you drive."), "E6 Krames; E1 is silent | V"),
        ),
    ),
    Part(
        "first_weeks",
        NN_("The first week", "The first %(visit_weeks)s weeks", "visit_weeks"),
        (
            (
                N_("See your doctor in these weeks. Ask your clinic for the day."),
                "E1 001; 000 names no time | V",
            ),
            (N_("Were you given a back brace? Wear it as you were told."), "E1 001 | V"),
            (
                N_("Ask your clinic how much you may do, and when."),
                "E1 000, 003 and 004 disagree | V",
            ),
            (N_("Most change comes early."), "E2c | D"),
        ),
    ),
    Part(
        "later_weeks",
        N_("Weeks %(later_week)s to %(peak_week)s"),
        (
            (N_("Change is slower now."), "E2c | D"),
            (N_("Pain usually levels off around week %(peak_week)s."), "E1 000, alone | V"),
            (N_("This is no promise. Do not wait for it."), "safety 17 | OWN"),
            (N_("Is your pain not better, or worse? Ring %(phone)s."), "safety 17 | OWN"),
            (
                N_("Another bone can break. Then pain comes all at once. Ring %(phone)s."),
                "E1 003, E6 | V",
            ),
        ),
    ),
    Part(
        "after",
        N_("After that"),
        (
            (N_("Your daily questions end on %(last_day)s."), "safety 29 | OWN"),
            (N_("After that nobody looks here. Then ring %(clinic_phone)s."), "safety 29 | OWN"),
        ),
    ),
)

EVERY_DAY = (
    Part(
        "moving",
        N_("Moving"),
        (
            (NOTICES["moving"], "safety 17 | OWN"),
            (N_("Walk a little at first. Do more bit by bit."), "E1 000, E6 Krames | V"),
            (N_("Moving helps to keep your bones strong."), "E1 003 | V"),
            (N_("Take care not to fall."), "E6 | V"),
        ),
    ),
    Part("lifting", N_("Lifting"), ((NOTICES["lifting"], "safety 18, E1 003, 004 disagree | V"),)),
    Part(
        "medicine",
        N_("Pain medicine"),
        (
            (N_("Take what you were given, as you were told."), "E1 000, 001 | V"),
            (N_("Ask your clinic before you take more, or something else."), "safety 12 | OWN"),
            (
                N_("Paracetamol can hide a fever. Measure before you take it."),
                "E5, safety 12 | OWN",
            ),
            (N_("Does it not help enough? Ring %(phone)s."), "E1 000, 001 | OWN"),
        ),
    ),
    Part(
        "needle_spot",
        N_("The needle spot"),
        (
            (N_("Look at it every day, or ask someone to look."), "E6 | OWN"),
            (N_("Is it red, hot or leaking? Ring %(phone)s the same day."), "E6 | V"),
            (N_("Ask your clinic when the plaster may come off."), "E6 Krames; E1 is silent | V"),
        ),
    ),
)

RING = N_("When to ring, and whom")
RING_AT_ONCE = N_("Ring %(emergency)s at once for any of these:")
RING_TODAY = N_("Ring us the same day for any of these:")
RING_NEXT_DAY = N_("Ring us on the next open day for this:")
RING_ANYWAY = N_("Do you feel worse in another way? Do not wait. Ring %(phone)s.")

# What each row of the advice table looks for, by its key.
REASONS = {
    "chest": SIGN_WORDS["chest_pain_or_breathless"],
    "bladder": SIGN_WORDS["bladder_or_bowel"],
    "legs": N_("Both legs weak or numb, or a weak leg that gets worse"),
    "fever_and_leg": N_("A fever and a weak or numb leg"),
    "confused": SIGN_WORDS["confusion"],
    "limb": SIGN_WORDS["limb_pain"],
    "fever": N_("A fever: %(fever)s or more"),
    "chills": SIGN_WORDS["chills"],
    "wound": SIGN_WORDS["wound"],
    "one_leg": SIGN_WORDS["leg_weakness"],
    "headache": SIGN_WORDS["headache_upright"],
    "felt_hot": N_("You feel hot or shivery, and cannot measure"),
    "warm_and_sore": N_("Very bad pain and a raised temperature"),
    "cold": N_("A very low temperature: below %(cold)s"),
    "new_place": N_("Pain in a new place"),
    "sudden": N_("Pain that came all at once"),
    "fall": N_("A fall"),
    "very_sore": N_("Pain of %(very_sore)s or more after the first days"),
}
