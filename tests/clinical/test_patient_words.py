"""The words that patients see: every key has one, and every one can be read by old eyes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from recovery.clinical import answers, days, patient_words, reading
from recovery.clinical.pathway import load, read_default
from tests import reading_age

TABLE = load(read_default("vertebroplasty")).advice
GROUPS = sorted(
    name for name in vars(patient_words) if name.isupper() and name not in ("N_", "NN_")
)
# Safety 21 fixes these words: the question before the procedure and after it must be the same.
FIXED = {patient_words.QUESTIONS["pain"]}
VERBS = {"Choose", "Type", "Measure", "Check", "Tick", "Shorten", "Ring", "Take", "Say", "Send"}


def texts(found: object) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    else:
        for each in found.values() if isinstance(found, dict) else found:
            yield from texts(each)


@pytest.mark.parametrize("group", GROUPS)
def test_every_text_is_easy_to_read(group: str) -> None:
    found = [text for text in texts(getattr(patient_words, group)) if text not in FIXED]
    assert all(found), "an empty text would be translated by the catalogue's header"
    assert reading_age.complaints(found) == []


def test_every_row_of_the_advice_table_has_its_words() -> None:
    keys = {row.key for row in TABLE} | {also for row in TABLE for also in row.also}
    assert keys == set(patient_words.ADVICE)


def test_an_emergency_headline_is_one_call_and_its_words_carry_no_other_number() -> None:
    for row in TABLE:
        headline, now, more = patient_words.ADVICE[row.key]
        if row.level == "emergency":
            assert headline == "Ring %(emergency)s now."
            assert "%(" not in now
            assert more.startswith("After that")


def test_whoever_is_to_be_rung_now_stands_in_the_headline() -> None:
    for row in TABLE:
        if row.level == "today":
            assert patient_words.ADVICE[row.key][0] == "Ring %(phone)s now."


def test_every_problem_that_a_form_can_have_says_what_to_do() -> None:
    raised = {key for module in (reading, days) for key in problem_keys(module.__file__)}
    assert raised | {"pain_range", "mobility_range"} == set(patient_words.PROBLEMS)
    for text in patient_words.PROBLEMS.values():
        assert any(each.split()[0] in VERBS for each in reading_age.sentences(text)), text


def test_every_answer_has_its_words() -> None:
    assert set(patient_words.SIGN_WORDS) == {*answers.SIGNS, "none"}
    assert set(patient_words.LEG_WORDS) == set(answers.LEG_WEAKNESS)
    assert set(patient_words.TEMPERATURE_INSTEAD_WORDS) == set(answers.TEMPERATURE_INSTEAD)
    assert tuple(patient_words.ANSWERED_BY_WORDS) == answers.ANSWERED_BY
    assert tuple(patient_words.ANSWERED_BY_NAMES) == answers.ANSWERED_BY
    assert set(patient_words.PAIN_PLACE_WORDS) == set(answers.PAIN_PLACE)
    assert set(patient_words.PAIN_ONSET_WORDS) == set(answers.PAIN_ONSET)
    highest = read_default("vertebroplasty")["questions"]["mobility_max"]
    assert len(patient_words.MOBILITY_WORDS) == highest + 1


def test_every_sign_asks_only_for_what_is_new() -> None:
    signs = [text for key, text in patient_words.SIGN_WORDS.items() if key != "none"]
    assert all(re.search(r"\bnew(ly)?\b", text, re.IGNORECASE) for text in signs)


def test_nothing_says_that_all_is_well() -> None:
    said = " ".join(text for group in GROUPS for text in texts(getattr(patient_words, group)))
    said = said.replace("This does not mean that all is well.", "")
    assert not re.search(r"all is well|you are fine|no problem|nothing wrong", said, re.IGNORECASE)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("Your score is fine.", "'score' in"),
        ("One two three four five six seven eight nine ten eleven twelve more.", "13 words"),
        ("Immediate hospitalisation necessitates authorisation.", "reading grade"),
    ],
)
def test_a_hard_text_is_complained_of(text: str, complaint: str) -> None:
    assert any(complaint in each for each in reading_age.complaints([text]))


def test_placeholders_count_at_the_length_that_people_see() -> None:
    assert reading_age.complaints(["If nobody has rung by %(by)s, please do ring us."])
    assert reading_age.words("Ring 112 at 8:00, don't wait.") == [
        "Ring", "112", "at", "8:00", "don't", "wait",
    ]  # fmt: skip


def problem_keys(path: str) -> set[str]:
    """Every literal key with which a module makes a Problem, found in its source."""
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and len(node.args) > 1]
    made = [
        call.args[1] for call in calls if ast.unparse(call.func).endswith(("Problem", "problem"))
    ]
    return {each.value for each in made if isinstance(each, ast.Constant)}
