"""The sentences of the cohort page: what each number is and is not, and how times and shares are written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from babel.lists import format_list
from babel.units import format_unit
from flask_babel import gettext as _

from recovery.clinical.marked_lines import marked_lines
from recovery.clinical.pathway import Pathway, read_text
from recovery.clinical.small_cells import FEWEST
from recovery.records.accounts import Clinic
from recovery.web import wording
from recovery.web.speech import here

SECONDS_A_MINUTE = MINUTES_AN_HOUR = 60
HOURS_A_DAY = 24

N_ = str
STEPS = {
    "entry_to_flag": N_("From the answer to the flag"),
    "flag_to_seen": N_("From the flag to the first look"),
    "seen_to_closed": N_("From the first look to closing"),
}
GROUPS = {
    "urgent": N_("Emergency or today"),
    "other": N_("Next working day or routine"),
}


def hidden() -> str:
    """What stands in place of a number that is not told."""
    return _("hidden")


def behind(patients: int | None) -> str:
    """How many stand behind a number."""
    if patients is None:
        return _("fewer than %(few)s", few=FEWEST)
    return _("%(num)s or more", num=patients) if patients else "0"


def percent(share: int | None) -> str:
    """Such as "62 %"."""
    return hidden() if share is None else _("%(num)s %%", num=share)


def as_of(instant: datetime, clinic: Clinic) -> str:
    """When the figures were worked out; it stands below each of them."""
    return _("As of %(moment)s, days up to yesterday.", moment=wording.moment(instant, clinic.zone))


def who(patients: int | None, weeks: int | None) -> str:
    """How many are counted."""
    if patients is None or weeks is None:
        return _(
            "Fewer than %(few)s patients with a whole day behind them meet this choice. Nothing is shown.",
            few=FEWEST,
        )
    return _(
        "%(patients)s or more patients, followed for %(weeks)s weeks in all.",
        patients=wording.number(patients),
        weeks=wording.number(weeks),
    )


def near(parts: list[str]) -> str:
    """Why a choice shows nothing."""
    return _(
        "From this choice and another one fewer than %(few)s patients could be worked out. Nothing is shown. "
        "Choose differently: %(parts)s.",
        few=FEWEST,
        parts=wording.together(parts),
    )


def is_not() -> str:
    """What nobody may take the page for."""
    return _(
        "These numbers describe your patients together. They are no comparison of treatments, and they do not say "
        "what the procedure caused."
    )


def about() -> Iterator[str]:
    """Who is counted, and what is hidden."""
    yield _(
        "Who answers may differ from who does not: a number tells of those who answered, on the days on which they did."
    )
    yield _(
        "Each patient counts once, with the first procedure of your choice: from the enrolment to yesterday, to the "
        "end of the pathway, or to the day before another procedure, a pause, a hospital stay, a transfer, "
        "withdrawal or death."
    )
    yield _(
        "How many stand behind a number is rounded down to fives. Hidden is what tells of fewer than %(few)s "
        "patients, and what such a number could be worked out from.",
        few=FEWEST,
    )


def published(pathway: Pathway, name: str) -> str:
    """Where the published curve of pain or mobility comes from."""
    lines = [line for line in marked_lines(read_text(pathway.name)) if line.section == "cohort"]
    behind = {line.name: line for line in lines}
    studies, patients = behind[f"{name}_studies"], behind[f"{name}_patients"]
    return _(
        "What people typically report: a mean worked out from %(studies)s studies with %(patients)s patients "
        "(source: %(source)s, mark %(mark)s). About 2 of 3 people lie within its range.",
        studies=studies.value,
        patients=patients.value,
        source=patients.source,
        mark=patients.mark,
    )


def relief(pathway: Pathway) -> Iterator[str]:
    """What is called relief."""
    numbers, little = pathway.cohort, pathway.rules.not_improving.relief_baseline_from - 1
    yield _(
        "Pain at a day is the median of the reports of that day and the %(days)s before, at least %(reports)s of them.",
        days=numbers.relief_window_days - 1,
        reports=numbers.relief_reports,
    )
    yield _("Patients without pain before the procedure, or of whom it is not known, are left out.")
    yield _(
        "With pain of %(little)s or less before, such a share is about one point and says little.",
        little=little,
    )


def duration(minutes: float) -> str:
    """Such as "2 secs", "12 mins", "3 hrs 20 mins" or "2 days 4 hrs"."""
    days, hours = divmod(round(minutes / MINUTES_AN_HOUR), HOURS_A_DAY)
    return _units(day=days, hour=hours) if days > 1 else opened(minutes)


def opened(minutes: float) -> str:
    """Time within opening hours: in hours however long, as a day of opening is no day."""
    seconds = round(minutes * SECONDS_A_MINUTE)
    if seconds < SECONDS_A_MINUTE:
        return _units(second=seconds)
    hours, rest = divmod(round(minutes), MINUTES_AN_HOUR)
    return _units(hour=hours, minute=rest) if hours else _units(minute=rest)


def _units(**parts: int) -> str:
    """Each part with its unit, as people write them in the language of the page."""
    written = [
        format_unit(value, f"duration-{unit}", "short", locale=here())
        for unit, value in parts.items()
    ]
    return str(format_list(written, style="unit-narrow", locale=here()))


def levels(low: float, middle: float, high: float) -> str:
    """Such as "4 (3 to 5.5)"."""
    return _(
        "%(middle)s (%(low)s to %(high)s)",
        middle=wording.number(middle),
        low=wording.number(low),
        high=wording.number(high),
    )
