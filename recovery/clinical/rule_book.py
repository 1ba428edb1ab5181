"""The rule book: all that a pathway decides, beside its numbers and their sources, as Markdown for a clinician."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from inspect import cleandoc, getdoc
from itertools import groupby
from math import exp

from . import patient_side, trajectory
from .clinician_words import OUTCOMES, REASONS, RULES, URGENCIES
from .flag_rules import SIX
from .limit_rules import above_target
from .limits import PAUSABLE
from .marked_lines import MARKS, MarkedLine, in_words, marked_lines, numbers, table
from .pain_rules import pain_worsening
from .pathway import Pathway, Trajectory, load, read_default, read_text
from .patient_side import Blanks
from .sensitivity import KNOBS, value_at
from .urgencies import ASKS, SHORT, urgency_of

Lines = Sequence[MarkedLine]
Parts = Iterator[str]

OPENING = """
This is all that the program decides by, printed from the rules and numbers that it runs on: whoever approves the
pathway approves this text. A flag asks a clinician to look. It is no diagnosis, and no flag does not mean that all is
well. The rules have been tried on simulated patients, never on real ones.

[How to read it](#how-to-read-it) ·
[How urgent each finding is](#how-urgent-each-finding-is) ·
[The six rules](#the-six-rules) ·
[What may be changed](#what-may-be-changed) ·
[What patients are told at once](#what-patients-are-told-at-once) ·
[What patients are asked](#what-patients-are-asked) ·
[Milestones](#milestones) ·
[The expected course](#the-expected-course) ·
[All patients together](#all-patients-together)

## How to read it

Every number has a source and a mark. "E5" is section E5 of [the evidence](evidence/clinical.md), "safety 13" an entry
of the [hazard log](safety/hazards.toml); "design" and "assumed" name no outside source.
"""
MERGED = (
    "Several findings of one rule make one flag, as urgent as the worst of them. A worse one raises an open flag and "
    'alerts again; a better day never closes one. After closing, what is below "today" and no graver is not raised '
    "again for some days; a new warning sign or fever always is, and neither can be paused."
)
TAKEN = (
    "A clinician who takes a flag and does nothing more leaves it to everybody again after a time. One who puts it off "
    "says why and until when; something graver brings it back at once, and a clinic can only shorten these times. "
    "[All moves of a flag](flag-life-cycle.md) stand in one table."
)
NOBODY_LOOKS = (
    "While nobody has seen an emergency or today flag, a clinic's steps follow each other: the team at once at any "
    "hour, then others, and everybody again when the clinic opens. A clinic sets its own steps; without them the "
    "second addresses are told after these minutes."
)
LIKELIER = (
    "The evidence is a log-likelihood ratio. A threshold of {threshold:g} means: the answers are about {times} times "
    "likelier if pain rose (on the day that fits best) than if nothing changed. That is not the chance that it rose, "
    "which also depends on how rare that is."
)
CHANGED = (
    "A clinic can change the numbers that follow, within their ranges, and no other: nothing about warning "
    "signs and fever. (A fever limit can be lowered for one patient, as above.) A number counts as changed only "
    "after a named clinician has confirmed it."
)
SHOWN_DAYS = (0, 1, 3, 7, 14, 30, 60, 72, 90)
LABEL = re.compile(r"^(Emergency|Today|Next working day|Routine): ")


def rule_book(name: str) -> str:
    """The whole rule book of a packaged pathway."""
    pathway, lines = load(read_default(name)), marked_lines(read_text(name))
    chapters = (
        _opening,
        _urgencies,
        _six_rules,
        _changes,
        patient_side.told_at_once,
        patient_side.asked,
        _milestones,
        _courses,
        _cohort,
    )
    parts = (part for chapter in chapters for part in chapter(pathway, lines))
    return "\n\n".join(parts) + "\n"


def _opening(pathway: Pathway, lines: Lines) -> Parts:
    yield f"# Rule book: {pathway.name}"
    yield f"**Version {pathway.version}. Status: {pathway.status}.**"
    yield cleandoc(OPENING)
    count = Counter(line.mark for line in lines)
    rows = ((mark, meaning, str(count[mark])) for mark, meaning in MARKS.items())
    yield table(("Mark", "Means", "Lines"), rows)
    simulated = [line for line in lines if line.is_simulated]
    yield (
        f"Of the {len(lines)} lines, look first at the {count['OWN']} marked OWN and the {count['R']} marked R, which "
        f"nobody has checked, and at the {len(simulated)} below, chosen on simulated patients and not validated."
    )
    yield "### Numbers chosen on simulated patients"
    heading = ("Where", "Number", "Value", "Unit", "What it is", "Source", "Mark")
    yield table(heading, ((line.where, *line.row) for line in simulated))


def _urgencies(pathway: Pathway, lines: Lines) -> Parts:
    yield "## How urgent each finding is"
    asks = ((f"**{word}**", ASKS[key]) for key, word in URGENCIES.items())
    yield table(("Urgency", "What it asks of the clinic"), asks)
    yield MERGED
    urgencies = {rule: urgency_of(rule, pathway) for rule in RULES}
    rows = (
        (RULES[rule], *(_short(reasons, key) for key in URGENCIES))
        for rule, reasons in urgencies.items()
    )
    yield table(("Rule", *URGENCIES.values()), rows)
    yield numbers(lines, "rules")
    yield "### How long a flag may be taken, or put off"
    yield TAKEN
    yield numbers(lines, "flags.claim_minutes")
    yield numbers(lines, "flags.snooze_hours")
    yield NOBODY_LOOKS
    yield numbers(lines, "escalation")


def _short(reasons: dict[str, str], urgency: str) -> str:
    return "; ".join(SHORT[each] for each, level in reasons.items() if level == urgency)


def _six_rules(pathway: Pathway, lines: Lines) -> Parts:
    yield "## The six rules"
    yield 'Several rules ask for the patient\'s "own level": the median of what was reported in the days before.'
    yield numbers(lines, "rules.own_level")
    for place, rule in enumerate(SIX, start=1):
        yield f"### {place}. {RULES[rule.__name__]}"
        yield from _said(rule)
        yield "What the clinician reads:"
        reasons = urgency_of(rule.__name__, pathway).items()
        sentences = ((URGENCIES[level], REASONS[each] % Blanks()) for each, level in reasons)
        yield table(("Urgency", "Sentence"), sentences)
        yield "Its numbers:"
        yield numbers(lines, f"rules.{rule.__name__}")
        if rule is pain_worsening:
            threshold = pathway.rules.pain_worsening.threshold
            yield LIKELIER.format(threshold=threshold, times=_times(threshold))


def _times(ratio: float) -> str:
    """How many times likelier a log-likelihood ratio says, to two digits."""
    return f"{float(f'{exp(ratio):.2g}'):g}"


def _said(rule: Callable[..., object]) -> Parts:
    """A docstring: what it says, one point for each urgency; then its source and what it does not catch."""
    says, *labelled = re.split(r"(Source|Does not catch): ", in_words(getdoc(rule) or ""))
    points = [point for paragraph in says.strip().split("\n\n") for point in _points(paragraph)]
    for is_list, group in groupby(points, key=lambda each: each.startswith("- ")):
        yield ("\n" if is_list else "\n\n").join(group)
    for label, part in zip(labelled[::2], labelled[1::2], strict=True):
        yield f"**{label}:** {_one_line(part)}"


def _points(paragraph: str) -> Parts:
    sentences = re.split(r"(?<=\.) (?=[A-Z])", _one_line(paragraph))
    for is_point, group in groupby(sentences, key=lambda each: bool(LABEL.match(each))):
        if is_point:
            yield from (LABEL.sub(r"- **\1:** ", each) for each in group)
        else:
            yield " ".join(group)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _changes(pathway: Pathway, lines: Lines) -> Parts:
    yield "## What may be changed"
    yield "### For one patient"
    paused = ", ".join(f'"{RULES[rule]}"' for rule in PAUSABLE)
    yield (
        "With a reason and an end: a fever limit lower than the pathway's, a pain target, or a pause of one of "
        f"{paused}. A pause holds back what is less urgent than today; what still stands is told when it ends."
    )
    yield "A pain target adds to the rule of worsening pain:"
    yield from _said(above_target)
    yield numbers(lines, "limits")
    yield "### By a clinic"
    yield CHANGED
    ranges = [line for line in lines if line.section == "sensitivity.knobs"]
    for place, knob in enumerate(pathway.sensitivity.knobs):
        what, effect = KNOBS[knob.path]
        yield f"**{what}:** {value_at(pathway, knob.path):g} as shipped. {effect}"
        if knob.path == pathway.sensitivity.budget_knob:
            yield f"The answers must be from {_times(knob.low)} to {_times(knob.high)} times likelier if pain rose."
        yield numbers(ranges[3 * place : 3 * place + 3])
    yield "Before a change is confirmed it is rehearsed on the clinic's own history:"
    yield numbers(lines, "sensitivity")
    outcomes = {key: word for words in OUTCOMES.values() for key, word in words.items()}
    real = (outcomes[key].lower() for key in pathway.sensitivity.real_outcomes)
    yield f"There a flag counts as real if it was closed as: {'; '.join(real)} (assumed, OWN)."


def _milestones(pathway: Pathway, lines: Lines) -> Parts:
    yield "## Milestones"
    yield numbers(lines, "milestones")


def _courses(pathway: Pathway, lines: Lines) -> Parts:
    yield "## The expected course"
    yield from map(_one_line, (getdoc(trajectory) or "").split("\n\n"))
    yield from _course("pain", pathway.trajectory.pain, lines)
    yield from _course("mobility", pathway.trajectory.mobility, lines)


def _cohort(pathway: Pathway, lines: Lines) -> Parts:
    yield "## All patients together"
    yield "What a clinic is told of its patients together is defined in [the cohort page](cohort.md); no rule reads it."
    yield numbers(lines, "cohort")


def _course(name: str, kind: Trajectory, lines: Lines) -> Parts:
    yield f"### {name.capitalize()}, 0 to {kind.highest}"
    bands = [trajectory.published(day, kind.published) for day in SHOWN_DAYS]
    means = ("Mean that is typically reported", *(f"{band.expected:.1f}" for band in bands))
    spread = ("One SD each way", *(f"{band.low:.1f} to {band.high:.1f}" for band in bands))
    yield table(("Day", *map(str, SHOWN_DAYS)), (means, spread))
    yield "What is typically reported:"
    yield numbers(lines, f"trajectory.{name}.published")
    yield "The patient's own forecast:"
    yield numbers(lines, f"trajectory.{name}")
