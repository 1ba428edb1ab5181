"""Every text of the patient's pages is short and plain enough for an old reader (safety 23)."""

from __future__ import annotations

import re

from tests import reading_age
from tests.house.program import files, text

MARKED = re.compile(r"""\b_\(\s*(?:"([^"]+)"|'([^']+)')""")
PATIENTS = (
    *("patient", "patient_presenters", "progress", "forms", "cards", "numbers", "errors"),
    *("weekly", "weekly_course", "weekly_form"),
    *("my_recovery", "history", "milestones", "expect", "paper"),
    *("reminders", "reminder_words"),
    *("install", "this_phone", "connected"),
    *("shell", "phone"),
)


def texts():
    """What stands in the templates and in the program; clinical/patient_words.py has its own test."""
    pages = [path for path in files() if re.match(r"templates/(patient/|[^/]+$)", path)]
    modules = [f"recovery/web/{name}.py" for name in PATIENTS]
    found = [MARKED.findall(text(path)) for path in [*pages, *modules]]
    return sorted({double or single for each in found for double, single in each})


def test_texts_of_the_patients_pages_are_short_and_plain():
    said = texts()
    assert len(said) > 80
    assert not reading_age.complaints(said)
