"""A person is found as people write names: without case, without accents, with the letters of another keyboard."""

from __future__ import annotations

import pytest

from recovery.records.searching import folded, phone_digits, spellings


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("ÉLISE Dvořák", "elise dvorak"),
        ("Groß", "gross"),
        ("Łucja Sørensen", "lucja sorensen"),
        ("I\u0307brahim Y\u0131lmaz", "ibrahim yilmaz"),
        ("O'Neill", "oneill"),
        ("O\u2019Neill", "oneill"),
        ("  Ana \t Ruiz\n", "ana ruiz"),
        ("Ana\x00Ruiz", "anaruiz"),
        ("e\u0301", "e"),
        ("محمد", "محمد"),
    ],
)
def test_case_accents_and_marks_make_no_difference(written, kept):
    assert folded(written) == kept


def test_umlauts_can_be_spelt_out():
    assert spellings("Müller") == ("muller", "mueller")
    assert spellings("Mu\u0308ller") == ("muller", "mueller")
    assert spellings("Ana") == ("ana",)


@pytest.mark.parametrize(
    ("typed", "sought"),
    [
        ("+49 30 23125 200", ("493023125200", "93023125200", "3023125200", "23125200")),
        ("0049 (0)30 23125", ("4903023125", "903023125", "3023125")),
        ("+49 5200", ("495200",)),
        ("030 / 23125-200", ("3023125200",)),
        ("(030) 23125.200", ("3023125200",)),
        ("5200", ("5200",)),
        ("520", ()),
        ("0000520", ()),
        ("Ana 23125", ()),
        ("", ()),
    ],
)
def test_what_may_be_a_phone_number_is_sought_by_its_digits(typed, sought):
    assert phone_digits(typed) == sought
