"""Where a patient stands: beside forecasts made before the answers, the published range and the level before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.clinical import standing
from recovery.clinical.course import Closure, Course, Finding
from recovery.clinical.flag_rules import fold
from recovery.clinical.standing import Doubt, Followed, Line, Spells
from recovery.clinical.trajectory import Band, begin
from tests.clinical.courses import DAY_0, EASING, PATHWAY, days, entry

PAIN, MOBILITY = PATHWAY.trajectory.pain, PATHWAY.trajectory.mobility
SPELL = PATHWAY.rules.own_level.from_days_ago
Said = Mapping[int, tuple[int | None, int | None]]


def course(before: int | None = 7, mobility: int | None = 1) -> Course:
    return Course(DAY_0, before, mobility)


def entries(said: Said):
    return {day: (entry(day, pain=p, mobility=m),) for day, (p, m) in said.items()}


def followed(
    pains: Mapping[int, int], before: int | None = 7, until: int | None = None
) -> Followed:
    """Mobility is 3 on every answered day."""
    said = {day: (pain, 3) for day, pain in pains.items()}
    until = max(pains, default=0) if until is None else until
    return standing.follow(course(before), days(entries(said), until), PATHWAY)


def pain_line(*pains: int, first: int = 4, before: int | None = 7) -> Line:
    """These pains on days running."""
    return followed(dict(enumerate(pains, start=first)), before).pain


def width(band: Band) -> float:
    return band.high - band.low


ANA = dict(enumerate(EASING, start=1))
# Ana until day 24, then as bad as before the procedure.
BO = {day: pain if day < 25 else 7 for day, pain in dict(enumerate(EASING + [7] * 12, 1)).items()}
answers_of_days = st.dictionaries(
    st.integers(0, 100),
    st.tuples(st.none() | st.integers(0, 10), st.none() | st.integers(0, 5)),
    max_size=30,
)


# Following.


def test_both_lines_are_learned_from_each_answered_day_and_agree_with_the_fold() -> None:
    said = {1: (6, 2), 2: (5, None), 5: (None, 3), 6: (4, 3)}
    given_days = days(entries(said), 8)
    both = standing.follow(course(), given_days, PATHWAY)
    assert both.pain.answers == ((1, 6), (2, 5), (6, 4))
    assert both.mobility.answers == ((1, 2), (5, 3), (6, 3))
    own, moving = begin(7, PAIN), begin(1, MOBILITY)
    for day, (pain, mobility) in said.items():
        own = own if pain is None else own.learn(day, pain)
        moving = moving if mobility is None else moving.learn(day, mobility)
    assert both.pain.now == own
    assert both.mobility.now == moving
    state, _ = fold(course(), given_days, (), PATHWAY)
    assert (state.own, state.moving) == (own, moving)


def test_every_day_has_the_forecast_made_before_its_answer() -> None:
    usual, worse = followed(ANA), followed({**ANA, 20: 9})
    assert usual.pain.foretold[:21] == worse.pain.foretold[:21]
    assert usual.pain.foretold[21] != worse.pain.foretold[21]
    assert usual.pain.forecasts[0] == begin(7, PAIN)
    assert usual.mobility.forecasts[0] == begin(1, MOBILITY)


@pytest.mark.parametrize("pains", [ANA, dict.fromkeys(range(1, 29), 7)])
def test_what_is_foretold_narrows_as_answers_come_in(pains: Mapping[int, int]) -> None:
    line = followed(pains).pain
    one_day_ahead = [width(line.foretold[day]) for day in (1, 4, 28)]
    at_the_peak = [width(line.forecasts[day].expect_mean(72)) for day in (1, 4, 14, 28)]
    assert one_day_ahead == sorted(one_day_ahead, reverse=True)
    assert at_the_peak == sorted(at_the_peak, reverse=True)
    assert at_the_peak[-1] < at_the_peak[0] / 2


@given(st.none() | st.integers(0, 10), st.none() | st.integers(0, 5), answers_of_days)
def test_whatever_is_answered_nothing_fails_and_no_band_leaves_its_scale(
    before: int | None, mobility: int | None, said: dict[int, tuple[int | None, int | None]]
) -> None:
    both = standing.follow(course(before, mobility), days(entries(said), 100), PATHWAY)
    for line, highest in ((both.pain, 10), (both.mobility, 5)):
        bands = line.foretold
        assert line.doubt is None or line.doubt.since in line.turns
        assert len(bands) == 101
        assert all(0 <= band.low <= band.expected <= band.high <= highest for band in bands)
        found = standing.last(line)
        assert (found is None) == (not line.answers)
        assert found is None or 0 <= found.own.least <= found.own.most <= highest
    relief = standing.relief(both.pain, PATHWAY)
    assert relief is None or relief.percent >= 0


# The last answer.


def test_before_any_answer_nobody_stands_anywhere() -> None:
    both = standing.follow(course(), days({}, 14), PATHWAY)
    assert standing.last(both.pain) is None
    assert standing.last(both.mobility) is None
    assert standing.relief(both.pain, PATHWAY) is None
    assert both.pain.doubt is None
    assert both.mobility.doubt is None


@pytest.mark.parametrize(
    ("band", "answers"),
    [
        (Band(3.0, 2.1, 3.6), (3, 3)),
        (Band(3.0, 2.0, 4.0), (2, 4)),
        (Band(0.1, 0.0, 0.4), (0, 0)),
        (Band(9.8, 9.3, 10.0), (10, 10)),
        (Band(2.6, 2.2, 2.9), (3, 3)),  # between two answers: the nearest
    ],
)
def test_a_band_is_said_as_the_whole_answers_in_it(band: Band, answers: tuple[int, int]) -> None:
    assert standing.whole(band) == answers


@given(st.floats(0, 10), st.floats(0, 10), st.integers(0, 10))
def test_the_place_said_is_the_place_in_the_band(one: float, other: float, answer: int) -> None:
    low, high = sorted((one, other))
    within = standing.whole(Band((low + high) / 2, low, high))
    if low <= answer <= high:
        assert standing.place(answer, within) == "within"
    elif high - low >= 1:  # else it may hold no answer, and the nearest counts
        assert standing.place(answer, within) == ("above" if answer > high else "below")


def test_a_sudden_rise_stands_above_both_and_a_loss_of_mobility_below_its_own() -> None:
    said: dict[int, tuple[int, int]] = dict.fromkeys(range(1, 23), (2, 4)) | {23: (7, 1)}
    both = standing.follow(course(7, 2), days(entries(said), 23), PATHWAY)
    pain, mobility = standing.last(both.pain), standing.last(both.mobility)
    assert pain is not None
    assert mobility is not None
    assert (pain.day, pain.answer, pain.change) == (23, 7, 0)
    assert (pain.beside_own, pain.beside_published) == ("above", "above")
    assert pain.own.most < 4
    assert (mobility.answer, mobility.change, mobility.beside_own) == (1, -1, "below")
    assert mobility.own.least > 1


def test_a_patient_who_stays_at_seven_is_within_the_own_forecast_and_above_the_published() -> None:
    found = standing.last(pain_line(*[7] * 30, before=8))
    assert found is not None
    assert (found.beside_own, found.beside_published, found.change) == ("within", "above", -1)


def test_an_answer_stands_beside_the_forecast_that_did_not_know_it() -> None:
    pain, earlier = pain_line(6, 5, 4, 4, 9), pain_line(6, 5, 4, 4)
    found = standing.last(pain)
    assert found is not None
    assert found.own == standing.whole(earlier.now.expect(8))
    assert found.own != standing.whole(pain.now.expect(8))


@pytest.mark.parametrize(
    ("before", "pain", "percent"), [(8, 3, 62), (7, 7, 0), (8, 10, -25), (1, 0, 100), (0, 3, None)]
)
def test_better_is_told_in_percent_of_the_level_before(
    before: int, pain: int, percent: int | None
) -> None:
    assert standing.percent_better(before, pain) == percent


# The relief.


@pytest.mark.parametrize("before", [4, 7, 10])
def test_the_relief_is_the_share_of_what_people_with_this_level_before_reach(before: int) -> None:
    expected = before - begin(before, PAIN).expect_mean(72).expected
    relief = standing.relief(pain_line(9, 3, 2, 4, before=before), PATHWAY)
    assert relief is not None
    assert (relief.level, relief.answers) == (3, 3)
    assert abs(relief.percent - max(0, 100 * (before - 3) / expected)) <= 0.5


def test_as_before_or_worse_is_no_relief_and_never_less_than_none() -> None:
    for pain in (7, 9):
        relief = standing.relief(pain_line(pain, pain, pain), PATHWAY)
        assert relief is not None
        assert relief.percent == 0


@pytest.mark.parametrize("before", [None, 0, 1, 3])
def test_without_a_level_before_or_with_a_low_one_no_share_is_said(before: int | None) -> None:
    assert standing.relief(pain_line(2, 1, 1, before=before), PATHWAY) is None
    assert standing.relief(pain_line(2, 1, 1, before=4), PATHWAY) is not None


def test_the_days_of_puncture_pain_count_for_no_share() -> None:
    assert standing.relief(pain_line(4, 4, 4, 4, first=1), PATHWAY) is None
    relief = standing.relief(pain_line(9, 9, 4, 4, 4, first=1), PATHWAY)
    assert relief is not None
    assert relief.level == 4


def test_few_answers_or_far_apart_say_no_share() -> None:
    assert standing.relief(pain_line(3, 3), PATHWAY) is None
    assert standing.relief(followed({10: 3, 30: 3, 50: 3}).pain, PATHWAY) is None
    assert standing.relief(followed({46: 3, 48: 3, 50: 3}).pain, PATHWAY) is not None


def test_where_people_are_hardly_better_at_the_peak_no_share_is_said() -> None:
    line = pain_line(6, 6, 6)
    stuck = replace(PAIN, mean=(PAIN.published.baseline - 1, 0.5, 0.5))
    assert standing.relief(replace(line, trajectory=stuck), PATHWAY) is None
    assert standing.relief(line, PATHWAY) is not None


def test_three_bad_days_end_the_relief_though_the_own_curve_has_hardly_moved() -> None:
    until_27 = {day: pain for day, pain in BO.items() if day <= 27}
    line = followed(until_27).pain
    assert line.now.predict(27)[0] < 5
    relief = standing.relief(line, PATHWAY)
    assert relief is not None
    assert relief.percent == 0


# Doubt.


def worsened(pains: Mapping[int, int], closures: tuple[Closure, ...] = ()) -> Line:
    said = {day: (entry(day, pain=pain),) for day, pain in pains.items()}
    return standing.follow(course(), days(said, max(pains)), PATHWAY, closures).pain


def sentence_of(pains: Mapping[int, int], reason: str) -> Finding:
    said = {day: (entry(day, pain=pain),) for day, pain in pains.items()}
    _, findings = fold(course(), days(said, max(pains)), (), PATHWAY)
    return [each for each in findings if each.reason == reason][-1]


def test_while_somebody_gets_better_the_forecast_is_not_in_doubt() -> None:
    line = followed(ANA).pain
    assert line.doubt is None
    assert not line.turns


def test_a_forecast_that_a_worsening_contradicts_is_in_doubt_since_its_first_day() -> None:
    line = followed(BO).pain
    assert line.doubt is not None
    assert line.doubt.since == 25
    assert line.turns == {25}


@pytest.mark.parametrize("until", [27, 28, 30])
def test_flag_chart_and_sentence_name_one_forecast_and_one_day(until: int) -> None:
    pains = {day: pain for day, pain in BO.items() if day <= until}
    line, told = worsened(pains), sentence_of(pains, "pain_above_forecast").values
    band, found = line.foretold[until], standing.last(line)
    assert (round(band.low, 1), round(band.high, 1)) == (told["low"], told["high"])
    assert line.doubt is not None
    assert line.doubt.since == told["since"]
    assert found is not None
    assert found.own == standing.whole(band)


def test_bad_days_do_not_pull_up_what_was_expected_of_them() -> None:
    line = followed({day: pain for day, pain in BO.items() if day <= 30}).pain
    assert line.forecasts[30].expect(30).high > line.foretold[30].high + 1
    assert all(line.foretold[day].high < 7 for day in range(25, 31))
    assert line.foretold[24] == line.forecasts[24].expect(24)


def test_a_jump_that_is_no_lasting_change_yet_puts_the_forecast_in_doubt() -> None:
    line = followed({**{day: ANA[day] for day in range(1, 20)}, 20: 9}).pain
    assert line.doubt is not None
    assert line.doubt.since == 20


def test_silence_does_not_end_the_doubt_but_calm_answers_do() -> None:
    worse = {day: pain for day, pain in BO.items() if day <= 25}
    silent = followed(worse, until=60).pain
    assert silent.doubt is not None
    assert silent.doubt.since == 25
    calm = {**worse, **dict.fromkeys(range(26, 28 + SPELL), 2)}
    line = followed(calm).pain
    assert line.doubt is None
    assert line.turns == {25}
    assert line.foretold[27] == line.forecasts[27].expect(27)


def test_a_flag_that_was_closed_ends_the_evidence_here_as_well() -> None:
    pains = {day: pain for day, pain in BO.items() if day <= 27} | {28: 4, 29: 4}
    closed_at = entry(27).given_at + timedelta(hours=1)
    closure = Closure("pain_worsening", closed_at, DAY_0 + timedelta(25), "next_working_day")
    open_, closed = worsened(pains), worsened(pains, (closure,))
    assert open_.doubt is not None
    assert closed.doubt is not None  # the spell itself goes on
    later = pains | dict.fromkeys(range(30, 29 + SPELL), 4)
    assert worsened(later, (closure,)).doubt is None


def test_moving_less_puts_the_forecast_of_mobility_in_doubt_and_no_other() -> None:
    said: dict[int, tuple[int, int]] = dict.fromkeys(range(1, 23), (2, 4))
    said |= {23: (2, 1), 24: (2, 1)}
    both = standing.follow(course(7, 2), days(entries(said), 24), PATHWAY)
    assert both.pain.doubt is None
    doubt = both.mobility.doubt
    assert doubt is not None
    assert doubt.since == 23
    assert both.mobility.foretold[24] == both.mobility.forecasts[23].expect(24)
    calm = said | dict.fromkeys(range(25, 26 + SPELL), (2, 4))
    until = 25 + SPELL
    after = standing.follow(course(7, 2), days(entries(calm), until), PATHWAY)
    assert after.mobility.doubt is None


def test_days_of_worsening_near_to_each_other_are_one_spell() -> None:
    spells, forecast = Spells(SPELL), begin(7, PAIN)
    for day in (5, 6, 9, 9 + SPELL + 1):
        spells.note(day, Doubt(day, forecast))
    assert [each.since for each in spells.found] == [5, 9 + SPELL + 1]
    assert spells.lasts(9 + 2 * SPELL + 1)
    assert not spells.lasts(9 + 2 * SPELL + 2)
