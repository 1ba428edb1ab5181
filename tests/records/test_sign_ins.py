"""Only those who work here sign in, by a password that they alone have set, and out again everywhere at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask import current_app

from recovery.records import administrators, people, sign_ins
from recovery.records.accounts import Clinician, Passwords
from recovery.records.administrators import InstallationLine
from recovery.records.database import db
from recovery.records.people import OPERATOR, Newcomer
from recovery.records.sign_ins import LINK_LASTS, LinkEnded, ShortPassword, WrongPassword
from tests.people import CHEAP, MONDAY, PASSWORD, an_administrator

KEY = "k" * 32
OTHER = "a battery of correct horses"
SECOND = timedelta(seconds=1)


@pytest.fixture
def flo(stage):
    """Let in, and without a password yet."""
    return people.add(stage.clinic, Newcomer("flo@hill.example", "Nurse Flo"), OPERATOR, MONDAY)


@pytest.fixture
def link(flo):
    return sign_ins.new_link(flo, OPERATOR, KEY, MONDAY)


@dataclass(frozen=True)
class Slow(Passwords):
    """Passwords that take so long that something happens elsewhere meanwhile."""

    meanwhile: Callable[[], object] = print

    @property
    def hasher(self):
        with current_app.app_context():  # a session of its own
            self.meanwhile()
        return PasswordHasher(memory_cost=self.memory_kib, time_cost=self.rounds, parallelism=1)


def slow(meanwhile):
    return Slow(CHEAP.memory_kib, CHEAP.rounds, meanwhile)


def another_password():
    dee = sign_ins.find_by_email("dee@hill.example")
    sign_ins.set_password(dee, OTHER, CHEAP, MONDAY)


def no_account():
    dee = sign_ins.find_by_email("dee@hill.example")
    people.end(dee, OPERATOR, MONDAY)


def sign_in(email, password=PASSWORD):
    return sign_ins.sign_in(email, password, CHEAP, MONDAY)


def use(link, now=MONDAY, password=OTHER):
    return sign_ins.use_link(link, KEY, password, CHEAP, now)


def test_dee_signs_in_with_her_password_whatever_the_case_of_her_address(stage):
    assert sign_in("DEE@Hill.example ") == stage.dee
    assert stage.dee.signed_in_at == MONDAY


def test_an_administrator_signs_in_by_the_same_door(stage):
    ada = an_administrator()
    assert sign_in("ada@installation.example") == ada
    assert sign_ins.find_by_token(ada.session_token) == ada
    actions = [line.action for line in db.session.scalars(db.select(InstallationLine))]
    assert sorted(actions) == ["administrator added", "password set", "signed in"]


@pytest.mark.parametrize("email", ["dee@hill.example", "nobody@hill.example"])
def test_a_wrong_password_and_an_unknown_address_are_refused_alike(stage, email):
    assert sign_in(email, "wrong horse battery") is None


@pytest.mark.parametrize("password", ["", "!", OTHER])
def test_without_a_password_of_ones_own_nothing_opens(flo, password):
    assert sign_in(flo.email, password) is None


def test_a_link_lets_its_owner_set_a_password_once(flo, link):
    assert sign_ins.find_by_link(link, KEY, MONDAY) == flo
    assert use(link) == flo
    assert sign_in(flo.email, OTHER) == flo
    with pytest.raises(LinkEnded):
        use(link)


def test_only_a_keyed_hash_of_a_link_is_kept(flo, link):
    assert link not in str(vars(flo))
    with pytest.raises(LinkEnded):
        sign_ins.find_by_link(link, "another key", MONDAY)


def test_a_link_ends_with_its_time(link):
    assert sign_ins.find_by_link(link, KEY, MONDAY + LINK_LASTS)
    with pytest.raises(LinkEnded):
        use(link, MONDAY + LINK_LASTS + SECOND)


def test_a_newer_link_ends_the_earlier_one(flo, link):
    newer = sign_ins.new_link(flo, OPERATOR, KEY, MONDAY)
    with pytest.raises(LinkEnded):
        use(link)
    assert use(newer) == flo


def test_a_link_for_a_lost_password_leaves_the_old_one_until_it_is_used(stage):
    link, token = sign_ins.new_link(stage.dee, OPERATOR, KEY, MONDAY), stage.dee.session_token
    assert sign_in(stage.dee.email) == stage.dee
    use(link)
    assert sign_in(stage.dee.email) is None
    assert sign_in(stage.dee.email, OTHER) == stage.dee
    assert sign_ins.find_by_token(token) is None


def test_a_link_of_somebody_who_has_left_leads_nowhere(stage, flo, link):
    people.end(flo, stage.lia.actor, MONDAY)
    for each in (link, sign_ins.new_link(flo, OPERATOR, KEY, MONDAY)):
        with pytest.raises(LinkEnded):
            use(each)


def test_nothing_is_a_link_to_whoever_has_none(stage):
    with pytest.raises(LinkEnded):
        use("")


def test_a_short_password_is_refused_and_the_link_stays(flo, link):
    with pytest.raises(ShortPassword, match="12 characters"):
        use(link, password="eleven char")
    assert use(link, password="twelve chars") == flo


def test_a_new_password_needs_the_present_one_and_ends_every_sign_in(stage):
    token = stage.dee.session_token
    with pytest.raises(WrongPassword):
        sign_ins.change_password(stage.dee, "wrong", OTHER, CHEAP, MONDAY)
    assert sign_ins.find_by_token(token) == stage.dee
    sign_ins.change_password(stage.dee, PASSWORD, OTHER, CHEAP, MONDAY)
    assert sign_ins.find_by_token(token) is None
    assert sign_in(stage.dee.email, OTHER) == stage.dee


@pytest.mark.parametrize("meanwhile", [another_password, no_account])
def test_a_password_that_ends_while_it_is_checked_lets_nobody_in(stage, meanwhile):
    assert sign_ins.sign_in(stage.dee.email, PASSWORD, slow(meanwhile), MONDAY) is None


def test_a_password_that_ends_while_it_is_checked_changes_nothing(stage):
    with pytest.raises(WrongPassword):
        sign_ins.change_password(
            stage.dee, PASSWORD, "stolen in the meantime", slow(another_password), MONDAY
        )
    assert sign_in(stage.dee.email, OTHER) == stage.dee


def test_a_link_that_is_replaced_while_it_is_used_leads_nowhere(flo, link):
    def newer_link():
        sign_ins.new_link(sign_ins.find_by_email(flo.email), OPERATOR, KEY, MONDAY)

    with pytest.raises(LinkEnded):
        sign_ins.use_link(link, KEY, OTHER, slow(newer_link), MONDAY)


def test_nothing_is_hashed_for_a_link_that_leads_nowhere(stage):
    worked = []
    with pytest.raises(LinkEnded):
        sign_ins.use_link("no link", KEY, OTHER, slow(lambda: worked.append("hashed")), MONDAY)
    assert worked == []


def test_an_address_that_no_database_can_hold_is_nobodys(stage):
    assert sign_in("no\0body@hill.example") is None
    assert sign_in("\0dee@hill.example") == stage.dee


def test_out_everywhere_is_at_once(stage):
    token = stage.dee.session_token
    sign_ins.sign_out_everywhere(stage.dee, MONDAY)
    assert sign_ins.find_by_token(token) is None
    assert sign_ins.find_by_token(stage.dee.session_token) == stage.dee


def test_an_administrator_who_goes_is_out_at_once_and_may_come_back(stage):
    ada = an_administrator()
    token, link = ada.session_token, sign_ins.new_link(ada, OPERATOR, KEY, MONDAY)
    administrators.end(ada, OPERATOR, MONDAY)
    administrators.end(ada, OPERATOR, MONDAY + SECOND)
    assert (ada.ended_at, ada.ended_by) == (MONDAY, OPERATOR)
    assert sign_ins.find_by_token(token) is None
    assert sign_in("ada@installation.example") is None
    with pytest.raises(LinkEnded):
        use(link)
    assert administrators.add("ADA@installation.example", "Ada Adler", MONDAY) == ada
    assert (ada.name, ada.ended_at) == ("Ada Adler", None)
    assert sign_in("ada@installation.example") is None
    lines = db.session.scalars(db.select(InstallationLine).filter_by(action="administrator ended"))
    assert [line.details for line in lines] == [{"administrator": str(ada.id)}]


def test_an_address_belongs_to_one_person_of_either_kind(stage):
    ada = an_administrator()
    with pytest.raises(administrators.UsedAddress):
        people.add(stage.clinic, Newcomer(ada.email.upper(), "Ada"), OPERATOR, MONDAY)
    with pytest.raises(administrators.UsedAddress):
        administrators.add(stage.dee.email, "Dee", MONDAY)
    with pytest.raises(administrators.UsedAddress):
        administrators.add(ada.email, "Ada", MONDAY)


def test_the_operator_types_a_password_long_enough(stage):
    new = Newcomer("new@hill.example", "New")
    with pytest.raises(ShortPassword):
        people.add_clinician(stage.clinic, new, "short", CHEAP, MONDAY)
    assert not db.session.scalar(db.select(Clinician).where(Clinician.email == new.email))
