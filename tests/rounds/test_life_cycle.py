"""The life of a flag: by two nurses and the computer, in every order that hypothesis thinks of, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_all

from recovery.clinical import life_cycle as table
from recovery.clinical import triage
from recovery.clinical.course import NEVER_HELD, URGENCIES, URGENT, Finding
from recovery.records import flags, life_cycle, moves, pathways, patients, raising
from recovery.records.audit import AuditLine
from recovery.records.contacts import Tried
from recovery.records.database import db, writing
from recovery.records.flags import Flag
from recovery.records.moves import Closing, MoveRefused, Snooze
from recovery.records.patients import lock
from tests.people import MONDAY, a_nurse, a_patient
from tests.rounds.work import open_flags

RULES = ("fever", "pain_worsening", "gone_quiet")
SEVERITY = ("routine", "next_working_day", "today", "emergency")
MINUTE = timedelta(minutes=1)


class Ward(RuleBasedStateMachine):
    """One patient, two nurses and the computer; what must always hold is checked after every step."""

    def __init__(self, stage, fay):
        super().__init__()
        self.stage, self.nurses = stage, (stage.dee, fay)
        self.now = MONDAY
        self.ana = a_patient(stage.dee, "Ana Ruiz")
        self.procedure = patients.current_procedure(self.ana)
        self.pathway = pathways.packaged(pathways.VERTEBROPLASTY)
        self.shown: dict[str, str] = {}

    def today(self):
        return self.ana.today(self.now)

    def standing(self):
        return open_flags(self.ana)

    def snapshot(self):
        """Everything that a refused move must leave as it was."""
        rows = db.session.execute(sa.select(Flag.__table__).where(Flag.patient_id == self.ana.id))
        made = life_cycle.moves_of(flags.of_patient(self.ana))
        return sorted(map(str, rows)), sum(map(len, made.values()))

    def tried(self, move, *words):
        """Make a move; one that is refused changes nothing. Whether it was made."""
        before = self.snapshot()
        try:
            move(*words, self.now)
        except MoveRefused:
            assert self.snapshot() == before
            return False
        return True

    # What happens.

    @rule(minutes=st.sampled_from((1, 10, 20, 70, 300, 1440, 4320, 11520)))
    def time_passes(self, minutes):
        self.now += minutes * MINUTE
        life_cycle.end_due(self.now)

    @rule(
        name=st.sampled_from(RULES),
        urgency=st.sampled_from(URGENCIES),
        reason=st.sampled_from(("one", "two")),
        value=st.integers(1, 3),
    )
    def something_is_found(self, name, urgency, reason, value):
        urgency = urgency if name not in NEVER_HELD else max(urgency, "today", key=SEVERITY.index)
        self.find(name, urgency, reason, value)

    @precondition(lambda self: self.standing())
    @rule(pick=st.integers(0, 2), reason=st.sampled_from(("one", "two")), value=st.integers(1, 5))
    def more_of_it_is_found(self, pick, reason, value):
        flag = self.picked(pick)
        self.find(flag.rule, flag.urgency, reason, value)

    def find(self, name, urgency, reason, value):
        found = Finding(name, urgency, reason, {"day": 10, "pain": value}, self.today())
        was_open, expected = name in self.standing(), self.must_be_raised(found)
        snoozed_worse = self.breaks_through(found)
        with writing():
            lock(self.ana.key)
            known, closures = flags.for_triage(flags.of_patient(self.ana, afresh=True))
            made = triage.decide((found,), known, closures, self.pathway, held=False)
            raising.apply(self.ana, self.procedure, made, "test", self.now)
        assert (name in self.standing()) == (was_open or expected)
        if snoozed_worse:
            assert self.standing()[name].state == "raised"

    def must_be_raised(self, found):
        """Quiet hides no warning sign, no fever, nothing for today, nothing graver, nothing later (safety 6)."""
        if found.rule in NEVER_HELD or found.urgency in URGENT:
            return True
        quiet = timedelta(days=self.pathway.rules.quiet_days)
        return not any(
            flag.rule == found.rule
            and flag.closed_by not in (None, "computer")
            and found.day < flag.raised_on + quiet
            and SEVERITY.index(found.urgency) <= SEVERITY.index(flag.urgency)
            for flag in flags.of_patient(self.ana)
        )

    def breaks_through(self, found):
        """Whether it is graver than the put-off flag of its rule, or says what that does not hold yet."""
        flag = self.standing().get(found.rule)
        if flag is None or flag.state != "snoozed":
            return False
        kept = [r for r in flags.findings_of([flag])[flag.id] if r.reason == found.reason]
        is_graver = SEVERITY.index(found.urgency) > SEVERITY.index(flag.urgency)
        if found.rule == "gone_quiet" and kept and not is_graver:
            return False
        return is_graver or all(row.values["pain"] < found.values["pain"] for row in kept)

    # What people do.

    @rule()
    def the_page_is_opened(self):
        self.shown = {name: flag.shown_as for name, flag in self.standing().items()}

    @rule(who=st.integers(0, 1))
    def a_nurse_looks(self, who):
        moves.see(self.nurses[who], self.ana, self.now, list(self.shown.values()))

    @precondition(lambda self: self.standing())
    @rule(who=st.integers(0, 1), from_page=st.booleans())
    def a_nurse_takes_it(self, who, from_page):
        shown = list(self.shown.values()) if from_page else []
        lasting = [f for f in self.standing().values() if f.state != "snoozed"]
        is_stale = bool(shown) and any(f.shown_as not in shown for f in lasting)
        before = self.snapshot()
        try:
            moves.claim(self.nurses[who], self.ana, self.now, shown)
        except MoveRefused:
            assert self.snapshot() == before
            assert is_stale or not lasting
        else:
            assert not is_stale
            assert {flag.claimed_by for flag in lasting} == {self.nurses[who].id}

    @rule(who=st.integers(0, 1))
    def a_nurse_gives_it_back(self, who):
        held = [f for f in self.standing().values() if f.claimed_by == self.nurses[1 - who].id]
        moves.release(self.nurses[who], self.ana, self.now)
        assert all(flag.claimed_by == self.nurses[1 - who].id for flag in held)
        standing = self.standing().values()
        assert all(flag.claimed_by != self.nurses[who].id for flag in standing)

    @rule(who=st.integers(0, 1), whom=st.sampled_from(("nobody", "patient")))
    def a_nurse_calls(self, who, whom):
        before, shown = self.standing(), list(self.shown.values())
        missed = {n for n, f in before.items() if f.state == "raised" and f.shown_as not in shown}
        next_try = self.now + 30 * MINUTE if whom == "nobody" else None
        tried = Tried(whom, "", next_try)
        moves.note_try(self.nurses[who], self.ana, tried, self.now, shown)
        after = self.standing()
        assert set(after) == set(before)  # an attempt is no outcome (safety 2)
        assert missed == {name for name, flag in after.items() if flag.state == "raised"}

    @precondition(lambda self: self.standing())
    @rule(
        who=st.integers(0, 1),
        pick=st.integers(0, 3),
        hours=st.sampled_from((-1, 1, 3, 24, 71, 300, 400)),
        because=st.sampled_from(("", "a visit is booked")),
    )
    def a_nurse_puts_it_off(self, who, pick, hours, because):
        flag = self.picked(pick)
        wish = Snooze(self.now + hours * 60 * MINUTE, because, self.shown.get(flag.rule, ""))
        is_stale = wish.shown_as not in ("", flag.shown_as)
        at_most = self.pathway.flags.snooze_hours.of(flag.urgency)
        may = because and 0 < hours <= at_most and not is_stale
        made = self.tried(moves.snooze, self.nurses[who], flag, wish)
        assert made == bool(may)

    @precondition(lambda self: self.standing())
    @rule(
        who=st.integers(0, 1),
        pick=st.integers(0, 3),
        words=st.sampled_from(("", "seen on the ward")),
        is_useful=st.sampled_from((None, True, False)),
    )
    def a_nurse_closes_it(self, who, pick, words, is_useful):
        flag = self.picked(pick)
        outcomes = {row.reason: "other" for row in flags.findings_of([flag])[flag.id]}
        closing = Closing(outcomes, is_useful, words, self.shown.get(flag.rule, ""))
        if self.tried(moves.close, self.nurses[who], flag, closing):
            assert is_useful is not None
            assert flag.rule not in self.standing()
            assert not self.tried(moves.close, self.nurses[1 - who], flag, closing)

    @precondition(lambda self: self.standing())
    @rule(pick=st.integers(0, 2), is_closed=st.booleans())
    def a_nurse_deals_with_it_duly(self, pick, is_closed):
        """Nothing is stale or missing: otherwise most of what hypothesis tries is refused."""
        flag = self.picked(pick)
        if is_closed:
            outcomes = {row.reason: "other" for row in flags.findings_of([flag])[flag.id]}
            moves.close(self.nurses[0], flag, Closing(outcomes, True, "seen"), self.now)
        elif flag.urgency != "emergency":
            wish = Snooze(self.now + 120 * MINUTE, "a visit is booked")
            moves.snooze(self.nurses[0], flag, wish, self.now)

    def picked(self, number):
        standing = sorted(self.standing().values(), key=lambda flag: flag.rule)
        return standing[number % len(standing)]

    # What always holds.

    @invariant()
    def every_move_is_in_the_table_and_has_who_and_when(self):
        every = flags.of_patient(self.ana)
        for flag_id, made in life_cycle.moves_of(every).items():
            state = "raised"
            assert made[0].move == "raise"
            for move in made[1:]:
                state = table.after(state, move.move)
                by_computer = move.move in table.BY_COMPUTER
                assert (move.by == "computer") == by_computer, move.move
            assert [move.number for move in made] == list(range(1, len(made) + 1))
            assert [move.at for move in made] == sorted(move.at for move in made)
            (flag,) = (each for each in every if each.id == flag_id)
            assert flag.state == state

    @invariant()
    def a_snooze_ends_and_an_emergency_is_never_put_off(self):
        for flag in self.standing().values():
            if flag.state == "snoozed":
                longest = timedelta(hours=self.pathway.flags.snooze_hours.of(flag.urgency))
                assert flag.urgency != "emergency"
                assert self.now < flag.snoozed_until <= flag.snoozed_at + longest
                assert flag.snoozed_because

    @invariant()
    def a_claim_that_nothing_followed_is_over(self):
        for flag in self.standing().values():
            assert flag.state != "claimed" or flag.claimed_until
            assert flag.claimed_until is None or self.now < flag.claimed_until

    @invariant()
    def one_flag_is_open_for_each_rule(self):
        rules = [flag.rule for flag in flags.of_patient(self.ana) if flag.closed_at is None]
        assert len(rules) == len(set(rules))

    @invariant()
    def what_waits_is_unseen_and_what_is_unseen_waits(self):
        for flag in self.standing().values():
            assert (flag.state == "raised") == (flag.seen_at is None)
            assert flag.waits_since is None or flag.state == "raised"


def test_whatever_happens_in_whatever_order_a_flag_keeps_to_its_life_cycle(stage):
    fay = a_nurse(stage.clinic, "Nurse Fay")
    # No shrinking: each step writes to a database, and a failure would take minutes to tell.
    steady = hypothesis_settings(
        max_examples=40, stateful_step_count=40, phases=(Phase.explicit, Phase.generate)
    )
    run_all(lambda: Ward(stage, fay), settings=steady)


# Single moves, each for a reason that a table does not tell.


@pytest.fixture
def fay(stage):
    return a_nurse(stage.clinic, "Nurse Fay")


def raised(stage, urgency="next_working_day", name="pain_worsening", now=MONDAY, **values):
    """Ana has a flag of this urgency, made as the review makes one."""
    found = Finding(name, urgency, "one", {"day": 10, **values}, stage.ana.today(now))
    procedure = patients.current_procedure(stage.ana)
    with writing():
        lock(stage.ana.key)
        known, closures = flags.for_triage(flags.of_patient(stage.ana, afresh=True))
        pathway = pathways.packaged(pathways.VERTEBROPLASTY)
        made = triage.decide((found,), known, closures, pathway, held=False)
        raising.apply(stage.ana, procedure, made, "test", now)
    return open_flags(stage.ana)[name]


def made(flag):
    return [(move.move, move.by) for move in life_cycle.moves_of([flag])[flag.id]]


def test_who_takes_a_flag_has_seen_it_and_both_are_kept(stage):
    flag = raised(stage)
    moves.claim(stage.dee, stage.ana, MONDAY, [flag.shown_as])
    assert (flag.state, flag.claimed_by, flag.seen_by) == ("claimed", stage.dee.id, stage.dee.id)
    assert flag.claimed_until == MONDAY + timedelta(hours=4)
    assert made(flag)[1:] == [("see", stage.dee.actor), ("claim", stage.dee.actor)]


def test_the_second_of_two_nurses_sees_who_was_first_and_changes_nothing(stage, fay):
    shown = [raised(stage).shown_as]
    moves.claim(fay, stage.ana, MONDAY + MINUTE, shown)
    with pytest.raises(MoveRefused, match="flag_moved") as refused:
        moves.claim(stage.dee, stage.ana, MONDAY + 2 * MINUTE, shown)
    assert (refused.value.last.move, refused.value.last.by) == ("claim", fay.actor)
    flag = open_flags(stage.ana)["pain_worsening"]
    assert flag.claimed_by == fay.id
    moves.claim(stage.dee, stage.ana, MONDAY + 3 * MINUTE, [flag.shown_as])
    assert flag.claimed_by == stage.dee.id


def test_that_a_colleague_has_looked_makes_nobodys_form_stale(stage, fay):
    flag = raised(stage)
    shown = flag.shown_as
    moves.see(fay, stage.ana, MONDAY + MINUTE)
    closing = Closing({"one": "other"}, True, "", shown)
    moves.close(stage.dee, flag, closing, MONDAY + 2 * MINUTE)
    assert flag.state == "closed"


def test_a_claim_that_nothing_follows_waits_for_everybody_again(stage):
    flag = raised(stage, "emergency", "warning_sign")
    moves.claim(stage.dee, stage.ana, MONDAY)
    assert life_cycle.end_due(MONDAY + 14 * MINUTE) == 0
    assert life_cycle.end_due(MONDAY + 15 * MINUTE) == 1
    flag = open_flags(stage.ana)["warning_sign"]
    assert (flag.state, flag.waits_since) == ("raised", MONDAY + 15 * MINUTE)
    assert made(flag)[-1] == ("expire", "computer")


def test_a_try_in_vain_keeps_the_claim_until_after_the_next_try(stage):
    flag = raised(stage, "today", "fever", temperature=38.5)
    moves.claim(stage.dee, stage.ana, MONDAY)
    tried = Tried("nobody", next_try_at=MONDAY + timedelta(hours=2), left_message=True)
    moves.note_try(stage.dee, stage.ana, tried, MONDAY + 10 * MINUTE)
    assert (flag.state, flag.claimed_until) == ("claimed", MONDAY + timedelta(hours=3))


@pytest.mark.parametrize(
    ("urgency", "name", "minutes"), [("emergency", "warning_sign", 15), ("today", "fever", 5 * 60)]
)
def test_no_next_try_parks_a_flag_longer_than_it_could_be_put_off(stage, urgency, name, minutes):
    flag = raised(stage, urgency, name)
    moves.claim(stage.dee, stage.ana, MONDAY)
    tried = Tried("nobody", next_try_at=MONDAY + timedelta(days=13))
    moves.note_try(stage.dee, stage.ana, tried, MONDAY)
    assert flag.claimed_until == MONDAY + minutes * MINUTE


def test_who_tries_in_vain_has_taken_it_and_it_comes_back_after_the_next_try(stage, fay):
    flag = raised(stage, "today", "fever", temperature=38.5)
    tried = Tried("nobody", next_try_at=MONDAY + timedelta(hours=2))
    moves.note_try(stage.dee, stage.ana, tried, MONDAY)
    assert (flag.state, flag.claimed_by) == ("claimed", stage.dee.id)
    moves.note_try(fay, stage.ana, tried, MONDAY + MINUTE)
    assert flag.claimed_by == stage.dee.id
    assert life_cycle.end_due(MONDAY + timedelta(hours=3)) == 1
    assert open_flags(stage.ana)["fever"].state == "raised"


def test_a_call_settles_nothing_that_came_while_it_was_made(stage):
    """Neither does it silence the emergency, nor may that be closed for it (safety 2)."""
    shown = [raised(stage, "today", "fever", temperature=38.5).shown_as]
    emergency = raised(stage, "emergency", "warning_sign", MONDAY + 5 * MINUTE)
    at = MONDAY + 6 * MINUTE
    moves.note_try(stage.dee, stage.ana, Tried("patient"), at, shown)
    assert open_flags(stage.ana)["fever"].state == "contacted"
    assert (emergency.state, emergency.waits_since) == ("raised", MONDAY + 5 * MINUTE)
    with pytest.raises(MoveRefused, match="no_contact"):
        moves.close(stage.dee, emergency, Closing({"one": "other"}, True), at)
    moves.note_try(stage.dee, stage.ana, Tried("patient"), at, [emergency.shown_as])
    moves.close(stage.dee, emergency, Closing({"one": "other"}, True), at)


def test_a_call_made_before_the_news_were_read_closes_nothing(stage):
    flag = raised(stage, "today", "fever", temperature=38.2)
    moves.see(stage.dee, stage.ana, MONDAY)
    shown = flag.shown_as
    raised(stage, "today", "fever", MONDAY + 5 * MINUTE, temperature=39.4)
    moves.note_try(stage.dee, stage.ana, Tried("patient"), MONDAY + 6 * MINUTE, [shown])
    with pytest.raises(MoveRefused, match="no_contact"):
        moves.close(stage.dee, flag, Closing({"one": "other"}, True), MONDAY + 6 * MINUTE)


def test_closing_one_flag_with_a_call_leaves_the_others_that_nobody_has_seen(stage):
    fever = raised(stage, "today", "fever", temperature=38.5)
    emergency = raised(stage, "emergency", "warning_sign", MONDAY)
    closing = Closing({"one": "other"}, True, "", fever.shown_as, Tried("patient"))
    moves.close(stage.dee, fever, closing, MONDAY + MINUTE)
    assert (fever.state, emergency.state) == ("closed", "raised")


def test_a_claim_goes_on_after_a_call_that_reached_somebody_and_closed_nothing(stage):
    flag = raised(stage, "emergency", "warning_sign")
    moves.claim(stage.dee, stage.ana, MONDAY)
    moves.note_try(stage.dee, stage.ana, Tried("helper"), MONDAY + 5 * MINUTE)
    assert (flag.state, flag.claimed_by) == ("contacted", stage.dee.id)
    assert life_cycle.end_due(MONDAY + 15 * MINUTE) == 1
    flag = open_flags(stage.ana)["warning_sign"]
    assert (flag.state, flag.waits_since) == ("raised", MONDAY + 15 * MINUTE)


def test_who_reads_the_news_of_a_flag_is_kept(stage, fay):
    flag = raised(stage, "today", "fever", temperature=38.2)
    moves.see(stage.dee, stage.ana, MONDAY)
    raised(stage, "today", "fever", MONDAY + MINUTE, temperature=40.1)
    for _again in range(2):
        moves.see(fay, stage.ana, MONDAY + 2 * MINUTE, [flag.shown_as])
    assert made(flag)[1:] == [("see", stage.dee.actor), ("see", fay.actor)]
    assert (flag.has_news, flag.seen_by) == (False, stage.dee.id)


def test_a_look_hides_from_nobody_that_a_colleague_has_acted(stage, fay):
    flag = raised(stage, "today", "fever", temperature=38.2)
    shown = flag.shown_as
    moves.see(stage.dee, stage.ana, MONDAY)
    raised(stage, "today", "fever", MONDAY + MINUTE, temperature=40.1)
    moves.claim(fay, stage.ana, MONDAY + 2 * MINUTE)
    moves.see(fay, stage.ana, MONDAY + 3 * MINUTE)
    with pytest.raises(MoveRefused, match="flag_moved"):
        moves.claim(stage.dee, stage.ana, MONDAY + 4 * MINUTE, [shown])


@pytest.mark.parametrize("is_closed", [True, False])
def test_closing_all_is_refused_when_a_colleague_has_closed_or_put_off_one_of_them(
    stage, fay, is_closed
):
    flag = raised(stage, "today", "fever", temperature=38.5)
    shown = [flag.shown_as, raised(stage).shown_as]
    if is_closed:
        moves.close_all(fay, stage.ana, shown, Closing({"": "other"}, True, "seen"), MONDAY)
    else:
        moves.snooze(fay, flag, Snooze(MONDAY + 60 * MINUTE, "on her way"), MONDAY)
    closing = Closing({"": "sent_to_hospital"}, True, "112 rung")
    with pytest.raises(MoveRefused) as refused:
        moves.close_all(stage.dee, stage.ana, shown, closing, MONDAY + MINUTE)
    key, last = ("already_closed", "close") if is_closed else ("flag_moved", "snooze")
    assert (refused.value.key, refused.value.last.move) == (key, last)


def test_a_move_that_is_not_in_the_table_cannot_be_made():
    with pytest.raises(table.NotAllowed, match="close from raised"):
        table.after("raised", "close")


def test_a_call_in_vain_about_what_is_put_off_leaves_it_put_off(stage):
    flag = raised(stage, "routine", "not_improving")
    until = MONDAY + 60 * MINUTE
    moves.snooze(stage.dee, flag, Snooze(until, "on her way"), MONDAY)
    moves.note_try(stage.dee, stage.ana, Tried("nobody", next_try_at=until), MONDAY + MINUTE)
    assert (flag.state, flag.snoozed_until, flag.claimed_until) == ("snoozed", until, None)


def test_closing_all_says_that_what_is_left_is_put_off(stage):
    flag = raised(stage, "routine", "not_improving")
    moves.snooze(stage.dee, flag, Snooze(MONDAY + 60 * MINUTE, "on her way"), MONDAY)
    closing = Closing({"": "other"}, True, "all well")
    with pytest.raises(MoveRefused) as refused:
        moves.close_all(stage.dee, stage.ana, [flag.shown_as], closing, MONDAY + MINUTE)
    assert (refused.value.last.move, flag.state) == ("snooze", "snoozed")


def test_whoever_was_reached_the_flag_stays_open_until_somebody_closes_it(stage):
    flag = raised(stage)
    moves.note_try(stage.dee, stage.ana, Tried("patient"), MONDAY)
    assert (flag.state, flag.reached_by) == ("contacted", stage.dee.id)


def test_a_flag_put_off_comes_back_by_itself_and_unseen(stage):
    flag = raised(stage)
    until = MONDAY + timedelta(hours=24)
    moves.snooze(stage.dee, flag, Snooze(until, "the visit is tomorrow"), MONDAY)
    assert life_cycle.end_due(until - MINUTE) == 0
    assert life_cycle.end_due(until) == 1
    flag = open_flags(stage.ana)["pain_worsening"]
    assert (flag.state, flag.seen_at, flag.waits_since) == ("raised", None, until)


def test_the_same_again_leaves_it_put_off_and_something_worse_breaks_through(stage):
    flag = raised(stage, "today", "fever", temperature=38.2)
    moves.snooze(stage.dee, flag, Snooze(MONDAY + 180 * MINUTE, "she is on her way"), MONDAY)
    raised(stage, "today", "fever", MONDAY + MINUTE, temperature=38.2)
    assert flag.state == "snoozed"
    raised(stage, "today", "fever", MONDAY + 2 * MINUTE, temperature=39.4)
    assert (flag.state, flag.has_news) == ("raised", True)


def test_an_emergency_found_meanwhile_ends_the_snooze_with_an_alert(stage):
    from recovery.records.messages import Message

    flag = raised(stage, "today", "warning_sign")
    moves.snooze(stage.dee, flag, Snooze(MONDAY + 180 * MINUTE, "she is on her way"), MONDAY)
    raised(stage, "emergency", "warning_sign", MONDAY + MINUTE)
    assert (flag.state, flag.urgency) == ("raised", "emergency")
    queued = db.session.scalars(sa.select(Message.urgency).where(Message.flag_id == flag.id))
    assert "emergency" in list(queued)


def test_the_database_itself_refuses_to_put_an_emergency_off(stage):
    flag = raised(stage, "emergency", "warning_sign")
    put_off = {"snoozed_at": MONDAY, "snoozed_by": stage.dee.id}
    put_off |= {"snoozed_until": MONDAY + MINUTE, "snoozed_because": "no"}
    change = sa.update(Flag).where(Flag.id == flag.id).values(**put_off)
    with pytest.raises(sa.exc.IntegrityError), writing():
        db.session.execute(change)


@pytest.mark.parametrize("half", ["claimed_at", "reached_at", "snoozed_at"])
def test_the_database_itself_refuses_half_a_pair(stage, half):
    flag = raised(stage)
    with pytest.raises(sa.exc.IntegrityError), writing():
        setattr(flag, half, MONDAY)


def test_what_somebody_had_taken_is_given_back_when_they_leave(stage, fay):
    flag = raised(stage)
    moves.claim(fay, stage.ana, MONDAY)
    moves.release_all(fay, MONDAY + MINUTE)
    assert (flag.state, made(flag)[-1]) == ("raised", ("release", fay.actor))
    assert flag.waits_since == MONDAY + MINUTE


def test_every_move_stands_in_the_audit_too(stage):
    flag = raised(stage)
    moves.claim(stage.dee, stage.ana, MONDAY)
    moves.release(stage.dee, stage.ana, MONDAY)
    lines = db.session.scalars(
        sa.select(AuditLine.action).where(AuditLine.patient_id == stage.ana.id)
    )
    assert {"flag raised", "flag seen", "flag claimed", "flag released"} <= set(lines)
    assert flag.state == "raised"
