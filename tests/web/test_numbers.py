"""Numbers in sentences: each is a link that rings it, on one line; everything else stays text."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from recovery.web.numbers import ring, tel, unbroken
from tests.ringing import NUMBERS, SENTENCES

NOT_NUMBERS = ("1123", "112.5", "5112", "+112", "1 112", "112-3", "112th")


def test_a_number_in_a_sentence_is_a_link_on_one_line():
    assert ring("Ring us: +49 30 23125-100.", NUMBERS) == (
        'Ring us: <a class="phone-number" href="tel:+493023125100" dir="ltr">+49 30 23125-100</a>.'
    )


def test_in_a_button_it_is_no_second_link():
    assert unbroken("Ring 116 117", NUMBERS) == (
        '<span>Ring <span class="phone-number" dir="ltr">116 117</span></span>'
    )


def test_two_numbers_in_a_sentence_are_two_links():
    assert ring("112 or 116 117", NUMBERS).count("<a ") == 2


@pytest.mark.parametrize("text", NOT_NUMBERS)
def test_a_part_of_a_longer_number_is_no_link(text):
    assert ring(f"Not {text} this.", NUMBERS) == f"Not {text} this."


def test_a_longer_number_is_not_taken_for_a_shorter_one_that_begins_it():
    assert 'href="tel:116117"' in ring("Ring 116 117.", ("116", "116 117"))


def test_a_number_so_short_that_it_could_be_a_day_is_no_link():
    assert ring("See your doctor before 15 March.", ("15",)) == "See your doctor before 15 March."


def test_whatever_stands_in_the_sentence_is_escaped_once():
    told = ring('<b>Tom & "Jo"</b>: 112', NUMBERS)
    assert told.startswith("&lt;b&gt;Tom &amp; &#34;Jo&#34;&lt;/b&gt;: <a ")
    assert ring(Markup("Today&#39;s: 112"), ()) == "Today&#39;s: 112"
    assert ring("&lt;", ()) == "&amp;lt;"


@pytest.mark.parametrize("sentence", SENTENCES)
def test_no_word_is_lost_or_added(sentence):
    assert ring(sentence, NUMBERS).striptags() == sentence


def test_a_mark_stays_for_the_phone_to_fill_in():
    assert tel("{{phone}}") == "tel:{{phone}}"
    assert ring("Ring {{phone}}.", ()) == "Ring {{phone}}."


def test_a_page_without_a_clinic_names_no_numbers(sqlite_app):
    with sqlite_app.test_request_context("/card"):
        said = sqlite_app.jinja_env.from_string("{{ 'Ring <112>'|ring }}").render(numbers=None)
    assert said == "Ring &lt;112&gt;"
