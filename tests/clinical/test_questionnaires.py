"""The weekly list is read from a clinic's file or is off; unticked is never "none"; each is asked when it is due."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.clinical import questionnaires
from recovery.clinical.answers import ANSWERED_BY
from recovery.clinical.pathway import load, read_default
from recovery.clinical.patient_words import ANSWERED_FOR_WORDS, WEEKLY_PROBLEMS
from recovery.clinical.questionnaires import (
    ANSWERED_FOR,
    NONE_TODAY,
    ItemsError,
    next_day,
    read_items,
    read_weekly,
)
from tests.clinical.test_patient_words import problem_keys

NUMBERS = load(read_default("vertebroplasty")).questionnaires
WANTED = NUMBERS.weekly_lines
LINES = tuple(f"Line {number} of a made-up list" for number in range(1, WANTED + 1))
FILE = "\n".join(LINES).encode()
ITEMS = read_items(FILE, WANTED)


def posted(*ticks: str, by: str = "patient", version: str = ITEMS.version) -> dict[str, list[str]]:
    return {"line": list(ticks), "answered_by": [by] if by else [], "version": [version]}


def keys(*ticks: str, **values: str) -> list[str]:
    return [problem.key for problem in read_weekly(posted(*ticks, **values), ITEMS)[1]]


def refused(content: bytes) -> ItemsError:
    with pytest.raises(ItemsError) as caught:
        read_items(content, WANTED)
    return caught.value


def test_the_list_has_the_lines_of_the_roland_morris_questionnaire() -> None:
    assert WANTED == 24


def test_comments_empty_lines_and_odd_spaces_are_no_lines() -> None:
    text = "# where it comes from\r\n\r\n" + "\r\n  ".join(f" {line} \t" for line in LINES)
    assert read_items(b"\xef\xbb\xbf" + text.encode(), WANTED) == ITEMS
    assert ITEMS.lines == LINES


@pytest.mark.parametrize("found", [0, 1, 23, 25])
def test_another_number_of_lines_is_off_and_says_how_many(found: int) -> None:
    lines = [f"Line {number} of a made-up list" for number in range(found)]
    error = refused("\n".join(lines).encode())
    assert (error.key, error.values) == ("wrong_count", {"found": found})


def test_a_line_that_stands_there_twice_is_off_and_says_where() -> None:
    doubled = [*LINES[:-1], "LINE 3  of a made-up list"]
    error = refused("\n".join(doubled).encode())
    assert (error.key, error.values) == ("twice", {"first": 3, "second": 24})


@pytest.mark.parametrize(
    "content",
    [
        FILE.replace(b"list", b"\xe9t\xe9"),
        FILE.decode().encode("utf-16"),
        FILE.replace(b"made-up", "made\ufffdup".encode()),
        FILE.replace(b"made-up", b"made\0up"),
    ],
    ids=["latin-1", "utf-16", "damaged", "nul"],
)
def test_another_encoding_is_off(content: bytes) -> None:
    assert refused(content).key == "not_utf8"


@given(st.binary(max_size=2000))
def test_whatever_stands_in_the_file_it_is_read_or_refused_and_breaks_nothing(
    content: bytes,
) -> None:
    try:
        found = read_items(content, 2).lines
    except ItemsError as error:
        found = ("off", error.key)
    assert len(found) == 2


def test_another_wording_or_order_has_another_version_and_the_same_one_the_same() -> None:
    other = [(LINES[1], LINES[0], *LINES[2:]), (*LINES[:-1], "Another made-up line")]
    versions = {read_items("\n".join(lines).encode(), WANTED).version for lines in other}
    assert len({*versions, ITEMS.version}) == 3
    assert read_items(b"# once more\n" + FILE, WANTED).version == ITEMS.version
    assert len(ITEMS.version) <= 60


@given(st.sets(st.integers(1, WANTED), min_size=1))
def test_the_total_is_how_many_lines_are_ticked_and_their_numbers_are_kept(
    ticked: set[int],
) -> None:
    answers, problems = read_weekly(posted(*map(str, ticked)), ITEMS)
    assert problems == ()
    assert answers.ticked == tuple(sorted(ticked))
    assert answers.total == len(ticked)


def test_none_of_these_is_an_answer_and_its_total_is_nought() -> None:
    answers, problems = read_weekly(posted(NONE_TODAY), ITEMS)
    assert (answers.total, answers.ticked, problems) == (0, (), ())


def test_a_list_with_nothing_ticked_is_not_none_and_is_asked_again() -> None:
    assert keys() == ["lines_missing"]
    assert keys("", " ") == ["lines_missing"]


def test_lines_beside_none_of_these_are_asked_again() -> None:
    assert keys("3", NONE_TODAY) == ["lines_and_none"]


@pytest.mark.parametrize("tick", ["0", "25", "-1", "1.0", "\u0661", "x" * 5000])
def test_a_tick_that_is_not_on_the_list_is_asked_again(tick: str) -> None:
    assert keys("3", tick) == ["choice_unknown"]


def test_a_list_that_has_changed_since_it_was_shown_is_asked_once_more() -> None:
    answers, problems = read_weekly(posted("3", version="made-up-0"), ITEMS)
    assert [problem.key for problem in problems] == ["list_changed"]
    assert answers.ticked == ()
    assert keys(NONE_TODAY, version="") == ["list_changed"]


@pytest.mark.parametrize("by", ANSWERED_BY)
def test_who_answered_is_kept(by: str) -> None:
    assert read_weekly(posted("3", by=by), ITEMS)[0].answered_by == by


def test_who_answered_may_be_left_and_nobody_else_is_made_up() -> None:
    answers, problems = read_weekly(posted("3", by=""), ITEMS)
    assert (answers.answered_by, problems) == (None, ())
    assert keys("3", by="neighbour") == ["choice_unknown"]


@given(st.dictionaries(st.sampled_from(["line", "answered_by", "version"]), st.lists(st.text())))
def test_no_post_breaks_the_reading(form: dict[str, list[str]]) -> None:
    answers, problems = read_weekly(form, ITEMS)
    assert problems or answers.ticked or NONE_TODAY in form["line"]


def test_the_first_list_comes_after_a_week_and_the_next_a_week_after_the_last() -> None:
    first, every = NUMBERS.weekly_from_day, NUMBERS.weekly_every_days
    assert next_day(None, first, every) == 7
    assert next_day(9, first, every) == 16
    assert next_day(0, 28, 7) == 28, "one given early does not bring the first forward"


def test_the_monthly_question_comes_after_four_weeks_and_then_every_four() -> None:
    first, every = NUMBERS.monthly_from_day, NUMBERS.monthly_every_days
    assert (next_day(None, first, every), next_day(30, first, every)) == (28, 58)


@given(st.lists(st.booleans(), min_size=91, max_size=91))
def test_nobody_is_asked_twice_within_a_week_and_everybody_until_they_answer(
    answers: list[bool],
) -> None:
    last: int | None = None
    for day, is_answered in enumerate(answers):
        is_asked = day >= next_day(last, 7, 7)
        assert is_asked == (day >= 7 and (last is None or day - last >= 7))
        last = day if is_asked and is_answered else last


def test_every_problem_and_every_answer_has_its_words() -> None:
    assert problem_keys(questionnaires.__file__) == set(WEEKLY_PROBLEMS)
    assert set(ANSWERED_FOR) == set(ANSWERED_FOR_WORDS)
    assert ANSWERED_FOR["unsaid"] is None
