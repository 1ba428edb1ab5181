"""No key of anybody's stands in a log: neither in the address that was asked for, nor as where one came from."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy.exc import StatementError

from recovery.records.database import db
from recovery.records.sign_ins import find_by_token
from recovery.web.logs import REQUEST_LOGS

LINE = '%s - "GET %s HTTP/1.1" 200 "http://localhost%s" "Mozilla"'
KEYS = ("/c/ABCD2345EFGH", "/clinic/welcome/pC8n_x-4Zq", "/clinic/welcome/pC8n?again=1")


@pytest.mark.parametrize("name", REQUEST_LOGS)
@pytest.mark.parametrize("path", KEYS)
def test_a_key_in_an_address_is_left_out(sqlite_app, name, path):
    heard = []
    log = logging.getLogger(name)
    listener = logging.Handler()
    listener.emit = lambda record: heard.append(record.getMessage())
    log.addHandler(listener)
    try:
        log.warning(LINE, "127.0.0.1", path, path)
    finally:
        log.removeHandler(listener)
    [said] = heard
    assert said.count("/c/..." if path.startswith("/c/") else "/clinic/welcome/...") == 2
    assert path.rpartition("/")[2].partition("?")[0] not in said
    assert said.startswith("127.0.0.1")


def test_an_error_of_the_database_does_not_say_what_was_asked_for(sqlite_app):
    with sqlite_app.app_context():
        db.drop_all()
        with pytest.raises(StatementError) as failed:
            find_by_token("a-token-of-somebody")
    assert "a-token-of-somebody" not in str(failed.value)
