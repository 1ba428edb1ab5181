"""Where the patient stands on the nurse's page: sentences, two charts and the same as tables."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from recovery.clinical.answers import Answers
from recovery.records.database import writing
from recovery.records.patients import Procedure
from tests.people import MONDAY, a_patient, check_in
from tests.web.desk import review_all, see

DAY = timedelta(days=1)


@pytest.fixture
def page_of(sqlite_app, stage, desk):
    """The page of Bo, a number of days after the procedure, who gave these (pain, mobility) up to today."""

    def page(given, day=30, name="Bo Lind", **changes):
        with sqlite_app.app_context():
            bo = a_patient(stage.dee, name, day)
            with writing() as session:
                columns = {"baseline_pain": 8, "baseline_mobility": 2, **changes}
                session.execute(
                    sa.update(Procedure).where(Procedure.patient_id == bo.id).values(columns)
                )
            for ago, answers in enumerate(reversed(given)):
                if answers is not None:
                    pain, mobility = answers
                    told = Answers(pain=pain, mobility=mobility, warning_signs=frozenset())
                    check_in(bo, stage.dee, told, MONDAY - ago * DAY)
            path = f"/clinic/patients/{bo.id}"
        review_all(sqlite_app)
        return see(desk, path)

    return page


def charts(page):
    return re.findall(r"<svg xmlns.*?</svg>(?= </section>)", page)


def tables(page):
    """Day, answer, own forecast and published range: of pain, and of mobility."""
    rows = re.findall(r'<tr data-day="(\d+)".*?</th>(.*?)</tr>', page)
    cells = [(day, re.findall(r"<td>(.*?)</td>", row)) for day, row in rows]
    return {
        "Pain": [[day, *found[:3]] for day, found in cells if found[0]],
        "Mobility": [[day, *found[3:6]] for day, found in cells if found[3]],
    }


def test_a_non_responder_is_within_the_own_forecast_and_above_the_published_range(page_of):
    page = page_of([(7, 2)] * 30)
    own = r"Day 30: pain 7, within own forecast \((?:[67] to )?[78]\), "
    assert re.search(own + "above the published range, 12 % better than before.", page)
    share = re.search(r"Mean of the last 3 answers 7\.0: (\d+) % of the expected relief", page)
    assert 10 <= int(share[1]) <= 30
    assert re.search(r"Around day 72 the answers point to [67]\.\d \(\d\.\d to \d\.\d\)\.", page)
    assert re.search(r"Day 30: mobility 2, within own forecast .* as before the procedure\.", page)


def test_a_rise_stands_above_the_own_forecast_and_puts_it_in_doubt(page_of):
    page = page_of([(3, 4)] * 27 + [(8, 1)] * 3)
    of_before = r"the forecast of before \(\d(?: to \d)?\)"
    assert re.search(rf"Day 30: pain 8, above {of_before}, above", page)
    assert "as before the procedure. Mean of the last 3 answers 8.0: 0 % of the expected" in page
    assert "Worsening pain since day 28: where the answers point is in doubt." in page
    said = rf"Day 30: mobility 1, below {of_before}, .* 1 step less than before\."
    assert re.search(said, page)
    assert "Moves less since day 28: where the answers point is in doubt." in page
    assert "Around day 72" not in page
    assert len(charts(page)) == 2
    assert all("foretold-range" in each and "ahead" not in each for each in charts(page))
    assert not [row for row in tables(page)["Pain"] if row[1] == "ahead" and row[2]]


def test_after_the_peak_day_nothing_points_to_it(page_of):
    page = page_of([(3, 4)] * 30, day=72)
    assert "Day 72: pain 3" in page
    assert "Around day" not in page


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (None, "level before the procedure not known."),
        (0, "no pain before the procedure."),
        (3, "as before the procedure."),
        (2, "50 % worse than before."),
    ],
)
def test_without_a_level_before_that_can_be_shared_out_no_share_is_said(page_of, before, said):
    undated = {"baseline_on": None} if before is None else {}
    page = page_of([(3, 4)] * 20, baseline_pain=before, **undated)
    assert f"the published range, {said}" in page
    assert "expected relief" not in page


def test_each_chart_has_its_name_and_its_description_and_the_page_no_id_twice(page_of):
    page = page_of([(3, 4)] * 20)
    pain, mobility = charts(page)
    assert '<title id="chart-pain-title">Pain since the procedure</title>' in pain
    assert '<title id="chart-mobility-title">Mobility since the procedure</title>' in mobility
    for chart, start in ((pain, "Day 30: pain 3"), (mobility, "Day 30: mobility 4")):
        words = re.search(r"<desc[^>]*>(.*?)</desc>", chart)[1]
        assert words.startswith(start)
        # Once as the chart's description, once to be read.
        assert page.count(words) == 2
        assert "foretold-range" in chart
        assert "ahead-range" in chart
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_the_tables_hold_every_answer_beside_what_was_foretold_before_it(page_of):
    page = page_of([(6, 2), None, (4, 3), (4, None)], day=12)
    pain, mobility = tables(page)["Pain"], tables(page)["Mobility"]
    assert [row[:2] for row in pain if row[1] != "ahead"] == [["12", "4"], ["11", "4"], ["9", "6"]]
    assert [row[:2] for row in mobility if row[1] != "ahead"] == [["11", "3"], ["9", "2"]]
    said = re.search(r"Day 12: pain 4, \w+ own forecast \((.*?)\)", page)[1]
    assert next(row for row in pain if row[0] == "12")[2] == said
    ahead = [row for row in pain if row[1] == "ahead"]
    assert [row[0] for row in ahead] == [str(day) for day in range(13, 91)]
    point = re.search(r"Around day 72 the answers point to (.*?\))\.", page)[1]
    assert next(row for row in ahead if row[0] == "72")[2] == point


def test_what_was_never_answered_or_known_is_not_made_up(page_of):
    page = page_of([(3, 4)] * 20, baseline_mobility=None)
    assert re.search(r"Day 30: mobility 4, .* range, level before the procedure not known\.", page)
    assert ">before<" in charts(page)[0]
    assert ">before<" not in charts(page)[1]


def test_without_answers_there_is_one_chart_that_claims_nothing(page_of):
    page = page_of([])
    (chart,) = charts(page)
    assert "No pain answer yet." in page
    assert "foretold-range" not in chart
    assert "ahead" not in chart
    table = tables(page)["Pain"]
    assert {row[1] for row in table} == {"ahead"}
    assert {row[2] for row in table} == {""}


def test_a_flag_about_moving_less_is_marked_on_the_chart_of_mobility(page_of):
    page = page_of([(3, 4)] * 20 + [(3, 1)] * 3)
    pain, mobility = charts(page)
    assert 'class="stalk flag"' not in pain
    assert re.search(
        r"<title>Mobility 1 and 1 of 5 .*</title><line [^>]*class=\"stalk flag\"", mobility
    )


def test_every_line_of_the_charts_is_explained(page_of):
    page = page_of([(3, 4)] * 20)
    flagged = page_of([(3, 4)] * 20 + [(8, 4)] * 3, name="Cy Rod")
    key = re.search(r'<ul class="key">(.*?)</ul>', flagged)[1]
    for line in ("own", "foretold-range", "ahead-range", "typical-range", "before", "flag"):
        drawn = charts(flagged if line == "flag" else page)[0]
        assert re.search(rf'class="[^"]*\b{line}\b', drawn), line
        assert re.search(rf'class="[^"]*\b{line}\b', key), line
    for share in ("4 of 5 answers lie within", "about 2 of 3 people lie within"):
        assert share in key, share
    assert "Ranges count whole answers: 3 to 5 means 3, 4 or 5." in page


def test_chart_and_flag_name_the_same_forecast_and_the_same_day(page_of):
    page = page_of([(3, 4)] * 26 + [(6, 4)] * 5)
    low, high, since = re.search(
        r"([\d.]+)(?:-| to )([\d.]+) on day 30\b.*?day (\d+)\.", page
    ).groups()
    assert f"Worsening pain since day {since}: where the answers point is in doubt." in page
    least, most = re.search(r"above the forecast of before \((\d)(?: to (\d))?\)", page).groups()
    assert float(low) <= int(least) <= int(most or least) <= float(high)


def test_while_pain_is_in_doubt_mobility_keeps_its_own_forecast(page_of):
    page = page_of([(3, 4)] * 27 + [(8, 4)] * 3)
    pain, mobility = charts(page)
    assert "ahead-range" not in pain
    assert "ahead-range" in mobility
    assert "Moves less since" not in page
    assert re.search(r"Day 30: mobility 4, .*?Around day 72 the answers point to", page)
