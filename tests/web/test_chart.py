"""The chart and its table: the same figures, in words and colours that promise nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa

from recovery.clinical import pathway, trajectory
from recovery.clinical.trajectory import Band
from recovery.records.cards import Device
from recovery.records.database import db, writing
from recovery.records.patients import Patient, Procedure
from recovery.web import chart
from recovery.web.chart import Mark, Picture
from tests.people import MONDAY, answers, check_in, set_stage

PATHWAY = pathway.load(pathway.read_default("vertebroplasty"))
PUBLISHED = [trajectory.published(day, PATHWAY.trajectory.pain.published) for day in range(91)]
SVG = "{http://www.w3.org/2000/svg}"
JUDGING = (
    "%",
    "normal",
    "on track",
    "target",
    "score",
    "trend",
    "baseline",
    "band",
    "good",
    "relief",
    "forecast",
)


def picture(**changes):
    usual = {
        "title": "Pain",
        "description": "In words",
        "answers": [(0, 8), (1, 5), (2, 4), (4, 4)],
        "published": PUBLISHED,
        "ahead": [(day, Band(3, 2, 4)) for day in range(4, 91)],
        "before": 8,
        "before_words": "before: 8",
    }
    return Picture(**{**usual, **changes})


def drawn(size=chart.PHONE, **changes):
    return ElementTree.XML(chart.draw(picture(**changes), size))


def named(svg, name):
    return [each for each in svg.iter() if name in each.get("class", "").split()]


@pytest.fixture
def phone(sqlite_app, at):
    at(MONDAY)
    with sqlite_app.app_context():
        stage = set_stage()
        for ago, pain in ((9, 7), (6, 5), (1, 4)):
            check_in(stage.ana, stage.device, answers(pain), MONDAY - timedelta(days=ago))
    phone = sqlite_app.test_client()
    phone.set_cookie("device", stage.token)
    return phone


def test_the_chart_has_a_title_a_description_and_no_style_of_its_own():
    svg = drawn()
    assert svg.get("role") == "img"
    assert [svg.find(f"{SVG}{tag}").text for tag in ("title", "desc")] == ["Pain", "In words"]
    assert not re.search(r'style=|fill="|stroke="|<script', chart.draw(picture()))


def test_every_layer_is_drawn_and_each_answer_has_its_dot():
    svg = drawn()
    assert len(named(svg, "answer")) == 4
    for layer in ("own", "ahead", "typical", "before", "ahead-range", "typical-range"):
        assert len(named(svg, layer)) == 1, layer
    assert not named(svg, "foretold-range")


def test_what_was_foretold_is_drawn_day_by_day_and_narrows_with_its_bands():
    svg = drawn(foretold=[Band(6, 2, 10), Band(5, 3, 7), Band(4, 3, 5)])
    (area,) = named(svg, "foretold-range")
    places = [tuple(map(float, each)) for each in re.findall(r"([\d.]+) ([\d.]+)", area.get("d"))]
    above, below = places[:3], places[:2:-1]
    assert [x for x, _ in above] == [x for x, _ in below] == sorted(x for x, _ in above)
    heights = [low - high for (_, high), (_, low) in zip(above, below, strict=True)]
    points = [height / (heights[-1] / 2) for height in heights]
    assert points == pytest.approx([8, 4, 2], abs=0.02)


def test_a_scale_of_five_fills_the_height_of_its_chart():
    svg = drawn(chart.CLINIC_LOW, answers=[(1, 5), (2, 0)], before=5, highest=5)
    top, foot = (float(dot.get("cy")) for dot in named(svg, "answer"))
    assert (top, foot) == (chart.CLINIC_LOW.top, chart.CLINIC_LOW.height - chart.CLINIC_LOW.bottom)
    lines = [each.get("d").partition("H")[0].split()[1] for each in named(svg, "hair")]
    assert [float(y) for y in lines] == [foot, top]


def test_two_charts_on_one_page_have_names_of_their_own():
    ids = [each.get("id") for name in ("pain", "mobility") for each in drawn(name=name).iter()]
    named_ids = [each for each in ids if each]
    assert len(named_ids) == len(set(named_ids)) == 4
    assert set(drawn(name="mobility").get("aria-labelledby").split()) <= set(named_ids)


@pytest.mark.parametrize(("day", "anchor"), [(10, "end"), (80, "start")])
def test_the_words_of_the_level_before_keep_away_from_the_last_answer(day, anchor):
    svg = drawn(answers=[(1, 8), (day, 8)])
    (words,) = (each for each in named(svg, "words") if each.text == "before: 8")
    assert words.get("text-anchor") == anchor
    (now,) = named(svg, "now")[:1]
    assert abs(float(words.get("x")) - float(now.get("cx"))) > chart.PHONE.width / 2


def test_words_on_the_chart_cannot_become_markup():
    svg = drawn(marks=[Mark(14, "<b>visit")])
    assert "<b>visit" in [each.text for each in named(svg, "milestone")]


def test_without_a_level_before_or_answers_nothing_is_invented():
    svg = drawn(before=None, answers=[], ahead=[])
    assert not named(svg, "before")
    assert not named(svg, "ahead")
    assert not named(svg, "now")


def test_the_smoothed_line_never_looks_ahead():
    short = chart.smoothed([(1, 8), (2, 6)], frozenset())[0]
    long = chart.smoothed([(1, 8), (2, 6), (3, 0)], frozenset())[0]
    assert long[:2] == short


def test_the_smoothed_line_starts_anew_after_silence_and_at_what_was_flagged():
    runs = chart.smoothed([(1, 3), (2, 3), (9, 2), (10, 8)], frozenset({10}))
    assert [[day for day, _ in run] for run in runs] == [[1, 2], [9], [10]]
    assert runs[2] == [(10, 8.0)]


@pytest.mark.parametrize("size", [chart.PHONE, chart.CLINIC, chart.CLINIC_LOW])
def test_everything_stays_inside_and_labels_never_share_a_place(size):
    marks = [Mark(day, "a long label", is_flag=True) for day in (50, 51, 53, 89)]
    svg = drawn(size, marks=marks, answers=[(0, 10), (90, 0)])
    numbers = [float(n) for dot in named(svg, "dot") for n in (dot.get("cx"), dot.get("cy"))]
    assert min(numbers) >= 0
    assert max(numbers) <= max(size.width, size.height)
    places = [(each.get("x"), each.get("y")) for each in named(svg, "words")]
    assert len(places) == len(set(places))


def test_letters_are_at_least_twelve_pixels_on_the_smallest_phone():
    shown = (320 - 2 * 16 - 2 * 16 - 2) / chart.PHONE.width
    assert chart.PHONE.text * shown >= 12


def test_the_spark_line_says_in_words_what_it_shows():
    svg = ElementTree.XML(chart.spark([(1, 5), (2, 4)], 8, "Pain 5, 4"))
    assert svg.get("aria-label") == "Pain 5, 4"
    assert ElementTree.XML(chart.spark([], None, "No answers")) is not None


def test_chart_table_and_sentence_say_the_same(phone):
    page = unescape(phone.get("/progress").text)
    said = "Your pain was 4 on Sunday 1 March 2026."
    assert page.count(said) == 2  # on the page, and as the chart's description
    assert "Before the procedure it was 8." in page
    rows = re.findall(r'<th scope="row">(\w+ \d+ \w+ 2026)</th>\s*<td>(\d+)</td>', page)
    assert rows == [
        ("Sunday 1 March 2026", "4"),
        ("Tuesday 24 February 2026", "5"),
        ("Saturday 21 February 2026", "7"),
    ]


def test_the_peak_is_a_levelling_off_and_lifting_is_not_mentioned(phone):
    page = unescape(phone.get("/progress").text)
    assert "It usually levels off around 10 weeks." in page
    assert "Do not wait. Ring +49 30 23125 100." in page
    assert "Move gently every day unless your clinic said otherwise." in page
    assert "lift" not in page.lower()


def test_the_page_promises_and_judges_nothing(phone):
    page = unescape(phone.get("/progress").text).lower()
    text = re.sub(r"<[^>]*>", " ", page)
    for word in JUDGING:
        assert word not in text, word


def test_without_a_level_before_the_page_says_so(phone, sqlite_app):
    with sqlite_app.app_context(), writing() as session:
        session.execute(sa.update(Procedure).values(baseline_pain=None, baseline_on=None))
    page = unescape(phone.get("/progress").text)
    assert "We do not know your pain before the procedure." in page


def test_the_phone_shows_one_calm_chart_without_the_forecasts_of_the_past(phone):
    page = phone.get("/progress").text
    assert page.count('role="img"') == 1
    assert "ahead-range" in page
    assert "foretold-range" not in page


def test_where_the_answers_point_is_not_said_while_pain_has_just_got_worse(phone, sqlite_app):
    assert "Around week 10, your answers point to" in phone.get("/progress").text
    with sqlite_app.app_context():
        ana = db.session.scalars(sa.select(Patient).filter_by(name="Ana Ruiz")).one()
        device = db.session.scalars(sa.select(Device)).one()
        check_in(ana, device, answers(10), MONDAY)
    page = unescape(phone.get("/progress").text)
    assert "Your pain has changed. Where it goes from here is not clear yet." in page
    assert "Around week 10" not in page
    assert "Where your answers point" not in page
    assert "ahead-range" not in page
    assert page.count("<td>not known</td>") > 4
