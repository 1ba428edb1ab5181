"""Errors: each of our own gets a status and a page with a sentence that says what to do."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from recovery.records.database import db
from recovery.records.patients import NotFound
from recovery.records.throttle import Slower
from recovery.web import guards


def register(app: Flask) -> None:
    """Give every error its page."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(guards.WrongAccess, _wrong_access)
    app.register_error_handler(Slower, _slower)
    app.register_error_handler(Exception, _unexpected)


def _sentence(status: int) -> str:
    sentences = {
        401: _("Please connect this phone with your card first. Nothing was stored."),
        403: _("This page cannot be opened from there. Go back and open it from our own pages."),
        404: _("There is no such page here. Check the address, or go back."),
        413: _("That was too much text at once. Shorten it and try again."),
    }
    return sentences.get(
        status, _("That did not work. Go back and try again, or phone the clinic.")
    )


def problem(status: int, sentence: str, **more: object) -> ResponseReturnValue:
    """An error as a script reads it (RFC 9457); the sentence says what to do."""
    title = HTTPStatus(status).phrase
    answer = jsonify(type="about:blank", title=title, status=status, detail=sentence, **more)
    answer.mimetype = "application/problem+json"
    return answer, status


def _page(status: int, sentence: str) -> ResponseReturnValue:
    if guards.wants_json():
        return problem(status, sentence)
    is_clinic = request.path.startswith("/clinic")
    shown = {"is_clinic": is_clinic, "is_administrator": is_clinic and _is_administrator()}
    return render_template("error.html", status=status, sentence=sentence, **shown), status


def _is_administrator() -> bool:
    try:
        return guards.is_administrator()
    except SQLAlchemyError:  # a page that says so must come up all the same
        db.session.rollback()
        return False


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    status = error.code or 500
    if status == 401 and request.path.startswith("/clinic"):
        return _page(401, _("You are signed out. Sign in again."))
    return _page(status, _sentence(status))


def _not_found(_error: NotFound) -> ResponseReturnValue:
    return _page(404, _sentence(404))


def _wrong_access(_error: guards.WrongAccess) -> ResponseReturnValue:
    return _page(
        401,
        _("This phone now answers for somebody else. Nothing was stored. Open the page again."),
    )


def _slower(error: Slower) -> ResponseReturnValue:
    sentence = ngettext(
        "Too many wrong tries. Wait %(num)s second, then try again.",
        "Too many wrong tries. Wait %(num)s seconds, then try again.",
        error.seconds,
    )
    return _page(429, sentence)


def _unexpected(error: Exception) -> ResponseReturnValue:
    # The page may be an old person's only one: it must come up even if the database does not.
    current_app.logger.exception("unexpected error", exc_info=error)
    db.session.rollback()
    return _page(500, _("Something went wrong on our side. Try again, or phone the clinic."))
