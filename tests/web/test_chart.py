"""The chart and its table: the same figures, in words and colours that promise nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa

from recovery.clinical import pathway, trajectory
from recovery.clinical.trajectory import Band
from recovery.records.database import db, writing
from recovery.records.devices import Device
from recovery.records.patients import Patient, Procedure
from recovery.web import chart
from recovery.web.picture import CLINIC, CLINIC_LOW, PAPER, PHONE, Mark, Picture, Target
from tests.people import MONDAY, answers, check_in, set_stage
from tests.web.desk import plain

PATHWAY = pathway.load(pathway.read_default("vertebroplasty"))
PUBLISHED = [trajectory.published(day, PATHWAY.trajectory.pain.published) for day in range(91)]
SVG = "{http://www.w3.org/2000/svg}"
SMALLEST_ROOT_PX = 15  # on clinicians' pages, in clinic.css
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
        "before_words": "before",
    }
    return Picture(**{**usual, **changes})


def drawn(size=PHONE, **changes):
    return ElementTree.XML(chart.draw(picture(**changes), size))


def named(svg, name):
    return [each for each in svg.iter() if name in each.get("class", "").split()]


def classes(each):
    return set(each.get("class", "").split())


def said(svg, text):
    return next(each for each in named(svg, "words") if each.text == text)


def share(each, name):
    return float(each.get(name).removesuffix("%"))


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


def test_on_paper_nothing_is_stretched_and_the_last_number_has_room():
    svg = drawn(PAPER, answers=[(0, 8), (90, 3)], marks=[Mark(14, "visit")])
    assert not list(svg.iter(f"{SVG}svg"))[1:]
    assert (svg.get("width"), svg.get("height")) == (str(PAPER.across), str(PAPER.down))
    box = re.search(r"\.chart-paper \{[^}]*\}", Path("static/css/paper.css").read_text())[0]
    assert f"width: {PAPER.across}px;" in box
    assert f"height: {PAPER.down}px;" in box
    (line,) = named(svg, "before")
    ends = re.findall(r"([\d.]+) ([\d.]+)", line.get("d"))
    assert float(ends[-1][0]) == PAPER.across
    assert named(svg, "now")[1].get("text-anchor") == "start"


def test_a_scale_of_five_fills_the_height_of_its_chart():
    svg = drawn(CLINIC_LOW, answers=[(1, 5), (2, 0)], before=5, highest=5)
    top, foot = (share(dot, "cy") for dot in named(svg, "answer"))
    assert (top, foot) == (0, 100)
    lines = [each.get("d").partition("H")[0].split()[1] for each in named(svg, "hair")]
    assert [float(y) for y in lines] == [1000, 0]


def test_two_charts_on_one_page_have_names_of_their_own():
    ids = [each.get("id") for name in ("pain", "mobility") for each in drawn(name=name).iter()]
    named_ids = [each for each in ids if each]
    assert len(named_ids) == len(set(named_ids)) == 4
    assert set(drawn(name="mobility").get("aria-labelledby").split()) <= set(named_ids)


@pytest.mark.parametrize(("day", "anchor"), [(10, "end"), (80, "start")])
def test_the_words_of_the_level_before_keep_away_from_the_last_answer(day, anchor):
    svg = drawn(answers=[(1, 8), (day, 8)])
    words = said(svg, "before 8")
    assert words.get("text-anchor") == anchor
    assert abs(share(words, "x") - share(named(svg, "now")[0], "cx")) > 50


def dots_on(svg, words):
    """The dots on which these words lie, on the smallest phone."""
    wide = 100 * (len(words.text) + 1) * chart.LETTER
    start = share(words, "x") - (wide if words.get("text-anchor") == "end" else 0)
    foot = share(words, "y") + 100 * float(words.get("dy").removesuffix("em")) / PHONE.height
    letters = 100 * 0.8 / PHONE.height
    return [
        dot
        for dot in named(svg, "answer")
        if start <= share(dot, "cx") <= start + wide and foot - letters <= share(dot, "cy") <= foot
    ]


@pytest.mark.parametrize("last", [10, 30, 44, 62, 90])
@pytest.mark.parametrize("before", [0, 1, 4, 5, 8, 10])
def test_they_never_lie_on_the_dots_of_somebody_who_stays_at_that_level(before, last):
    levels = [max(0, min(10, before + apart)) for apart in (0, 1, 0, -1)]
    svg = drawn(before=before, answers=[(day, levels[day % 4]) for day in range(last + 1)])
    found = [each for each in named(svg, "words") if each.text == f"before {before}"]
    assert not [dot for words in found for dot in dots_on(svg, words)]
    # Without room for words the number stands on the axis, where 0, 5 and 10 stand anyway.
    axis = [each.text for each in named(svg, "words") if each.get("x") == "0%"]
    assert found or str(before) in axis


def test_on_the_clinics_chart_they_stand_in_the_margin():
    svg = drawn(CLINIC)
    for words in (said(svg, "before"), named(svg, "words")[-2]):
        assert (words.get("x"), words.get("text-anchor")) == ("100%", "start")
        assert words.get("dx") == "0.4em"


@pytest.mark.parametrize(("day", "anchor"), [(4, "start"), (90, "end")])
def test_the_last_number_stands_on_the_right_of_its_dot_where_there_is_room(day, anchor):
    dot, number = named(drawn(answers=[(day, 6)]), "now")
    assert (number.text, number.get("text-anchor")) == ("6", anchor)
    assert (number.get("x"), number.get("y")) == (dot.get("cx"), dot.get("cy"))
    assert float(number.get("dx").removesuffix("em")) * (1 if anchor == "start" else -1) > 0.5


def test_the_flag_lies_behind_dots_and_numbers():
    order = list(drawn(CLINIC, marks=[Mark(4, "", is_flag=True)]).iter())
    stalk = next(n for n, each in enumerate(order) if "stalk" in each.get("class", ""))
    over = [n for n, each in enumerate(order) if {"dot", "own", "words"} & classes(each)]
    assert stalk < min(over)


def test_a_target_is_a_line_on_its_days_with_its_number_at_the_end():
    svg = drawn(CLINIC, target=Target(3, 10, 45, "target"))
    (line,) = named(svg, "target")
    ends = re.findall(r"([\d.]+) ([\d.]+)", line.get("d"))
    assert [(float(x), float(y)) for x, y in ends] == [(111.1, 700), (500, 700)]
    assert said(svg, "target").get("x") == "50%"


@pytest.mark.parametrize(("before", "target"), [(8, 8), (8, 7), (3, 4)])
def test_the_words_of_near_levels_move_apart(before, target):
    svg = drawn(CLINIC, before=before, target=Target(target, 10, 90, "target"))
    heights = {
        words: share(said(svg, words), "y") / 100 * CLINIC.height
        + float(said(svg, words).get("dy").removesuffix("em"))
        for words in ("before", "target")
    }
    assert abs(heights["before"] - heights["target"]) == pytest.approx(2.3)


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


@pytest.mark.parametrize("size", [PHONE, CLINIC, CLINIC_LOW])
def test_everything_stays_inside_and_labels_never_share_a_place(size):
    marks = [Mark(day, "a long label", is_flag=True) for day in (50, 51, 53, 89)]
    svg = drawn(size, marks=marks, answers=[(0, 10), (90, 0)])
    numbers = [share(dot, name) for dot in named(svg, "dot") for name in ("cx", "cy")]
    assert min(numbers) >= 0
    assert max(numbers) <= 100
    places = [tuple(map(each.get, ("x", "y", "dx", "dy"))) for each in named(svg, "words")]
    assert len(places) == len(set(places))


@pytest.mark.parametrize("size", [PHONE, CLINIC, CLINIC_LOW])
def test_letters_and_height_grow_with_the_text_and_nothing_but_lines_is_stretched(size):
    svg = drawn(size, marks=[Mark(14, "visit")])
    assert svg.get("viewBox") is None
    assert svg.get("height") == f"{size.height}em"
    stretched = {id(each) for part in named(svg, "stretched") for each in part.iter()}
    assert not [each for each in svg.iter(f"{SVG}text") if id(each) in stretched]
    css = Path("static/css/chart.css").read_text()
    sizes = re.findall(r"\.chart-\w+\[height\][^}]*font-size: ([\d.]+)rem", css)
    assert all(float(rem) * SMALLEST_ROOT_PX >= 12 for rem in sizes)
    assert len(sizes) == 2


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
    page = plain(phone.get("/progress").text)
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
        for ago, pain in ((7, 5), (5, 4), (4, 4), (3, 4), (0, 10)):
            check_in(ana, device, answers(pain), MONDAY - timedelta(days=ago))
    page = unescape(phone.get("/progress").text)
    assert "Your pain has changed. Where it goes from here is not clear yet." in page
    assert "Around week 10, your answers point to" not in page
    assert "Where your answers point" not in page
    assert "ahead-range" not in page
    assert page.count("<td>not known</td>") > 4
