"""What to expect: every sentence is plain and has a source, and people are sent to ring as by the advice table."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from recovery.clinical import expect, expect_words
from recovery.clinical.answers import SIGNS
from recovery.clinical.limits import Limit
from recovery.clinical.pathway import load, read_default
from recovery.clinical.patient_words import NOTICES
from tests import reading_age

PATHWAY = load(read_default("vertebroplasty"))
PARTS = (*expect_words.WEEKS, *expect_words.EVERY_DAY)
SAID = [(text, origin) for part in PARTS for text, origin in part.said]
CALLS = ("emergency", "today", "next_working_day")
RINGING = {
    name: getattr(expect_words, name) for name in vars(expect_words) if name.startswith("RING")
}
EVIDENCE = Path("docs/evidence/clinical.md").read_text(encoding="utf-8")
LONGEST = {
    **reading_age.SAMPLES,
    "last_day": "Monday 23 March 2026",
    "fever": "100.4 °F",
    "cold": "95.0 °F",
}
MAY = date(2026, 5, 5)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.key)
def test_every_part_is_easy_to_read(part):
    texts = [part.heading, *(text for text, _origin in part.said)]
    assert reading_age.complaints(texts, LONGEST) == []


def test_when_to_ring_is_easy_to_read():
    assert reading_age.complaints(RINGING.values(), LONGEST) == []
    assert reading_age.complaints(expect_words.REASONS.values(), LONGEST) == []


def test_every_sentence_names_a_source_that_is_there_and_a_mark():
    for text, origin in SAID:
        source, _, mark = origin.rpartition(" | ")
        assert mark in {"V", "V2", "R", "D", "OWN"}, text
        sections = re.findall(r"\bE(\d+)", source)
        assert sections or "safety" in source, text
        assert all(f"## E{section} " in EVIDENCE for section in sections), text


def test_no_sentence_holds_a_number_or_a_dose():
    texts = [text for text, _ in SAID] + [*RINGING.values(), *expect_words.REASONS.values()]
    for text in texts:
        plain = re.sub(r"%\(\w+\)s", "", text)
        assert not re.search(r"\d|\bmg\b|tablet|\bdose|hours?\b|twice", plain), text


def test_no_sentence_promises_or_judges():
    for text, _origin in SAID:
        assert not re.search(r"\byou will\b|guarantee|cured|heal|safe to\b", text, re.IGNORECASE)
    peak = next(part for part in PARTS if part.key == "later_weeks")
    assert "This is no promise. Do not wait for it." in [text for text, _ in peak.said]


def test_lifting_stands_in_one_part_alone_and_only_as_a_question_to_the_clinic():
    holding = {part.key for part in PARTS for text, _ in part.said if "lift" in text.lower()}
    assert holding == {"lifting"}
    (lifting,) = (part for part in PARTS if part.key == "lifting")
    assert [text for text, _ in lifting.said] == [NOTICES["lifting"]]
    assert NOTICES["lifting"] == "Ask your clinic before lifting."


def test_where_sources_disagree_patients_are_sent_to_their_clinic():
    disagree = [text for text, origin in SAID if "disagree" in origin or "silent" in origin]
    assert len(disagree) >= 4
    told = "Some people feel better at once. For others it takes longer."
    assert all("Ask your clinic" in text for text in disagree if text != told)


def test_everything_for_which_the_advice_sends_people_to_ring_stands_there():
    keys = {row.key for row in PATHWAY.advice if row.level in CALLS}
    assert keys == set(expect_words.REASONS)
    for level in CALLS:
        of_level = {row.key for row in PATHWAY.advice if row.level == level}
        assert set(expect.reasons(PATHWAY, level)) == of_level
        assert len(expect.reasons(PATHWAY, level)) == len(of_level)


def test_every_warning_sign_is_among_the_calls():
    rows = [row for row in PATHWAY.advice if row.level in CALLS]
    named = {sign for row in rows for sign in (*row.any_sign, *row.all_signs)}
    assert named == set(SIGNS)


@pytest.mark.parametrize(("number", "fever"), [(0, 38.0), (3, 38.0), (4, 37.8), (80, 37.8)])
def test_the_fever_to_ring_about_is_that_of_the_day(number, fever):
    assert expect.fever_from(PATHWAY, (), MAY, number) == fever


def test_a_limit_of_ones_own_counts_on_its_days():
    limits = (Limit("fever_limit", MAY, MAY, 37.5),)
    assert expect.fever_from(PATHWAY, limits, MAY, 10) == 37.5
    assert expect.fever_from(PATHWAY, limits, date(2026, 5, 6), 11) == 37.8


@pytest.mark.parametrize(
    ("number", "key"),
    [
        (0, "first_days"),
        (2, "first_days"),
        (3, "first_weeks"),
        (14, "first_weeks"),
        (15, "later_weeks"),
        (72, "later_weeks"),
        (73, "after"),
    ],
)
def test_each_day_has_its_part(number, key):
    assert expect.part_of(PATHWAY, number) == key
    assert key in {part.key for part in expect_words.WEEKS}
