"""A clinician's desk: signed in at a browser without scripts, with the rounds at hand."""

from __future__ import annotations

import re
from html import unescape

from flask import Flask
from flask.testing import FlaskClient

from recovery.records import heartbeats
from recovery.records.database import db
from recovery.records.sign_ins import Person
from recovery.rounds import review
from tests.people import MONDAY, PASSWORD

SAME = {"Sec-Fetch-Site": "same-origin"}


def desk_of(app: Flask, nurse: Person) -> FlaskClient:
    """The browser of this nurse, lead or administrator, signed in."""
    client = app.test_client()
    posted = {"email": nurse.email, "password": PASSWORD}
    assert client.post("/clinic/sign-in", data=posted, headers=SAME).status_code == 302
    return client


def see(desk: FlaskClient, path: str = "/clinic/", status: int = 200) -> str:
    """What stands on a page, with its white space closed up."""
    answer = desk.get(path)
    assert answer.status_code == status, answer.text
    return words(answer.text)


def send(desk: FlaskClient, path: str, status: int = 303, **fields: object) -> str:
    """Post a form of ours."""
    answer = desk.post(path, data=fields, headers=SAME)
    assert answer.status_code == status, words(answer.text)
    return words(answer.text)


def words(html: str) -> str:
    return " ".join(plain(html).split())


def plain(html: str) -> str:
    """A page in which each sentence reads in one piece: the numbers in it are no links."""
    page = re.sub(r'<(a|span) class="phone-number"[^>]*>(.*?)</\1>', r"\2", unescape(html))
    return re.sub(r"<span>([^<]*)</span>(?=</)", r"\1", page)


def review_all(app: Flask, now=MONDAY) -> None:
    """One review round, on time."""
    with app.app_context():
        review.review_due(now)
        heartbeats.beat("review", 5, now)


def rows_of(app: Flask, table, **columns) -> list:
    """The kept rows of a table with these columns."""
    with app.app_context():
        return list(db.session.scalars(db.select(table).filter_by(**columns)))
