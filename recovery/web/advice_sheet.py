"""The advice table as the app on the phone interprets it: its rows with numbers, its texts and notices by key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from recovery.clinical.pathway import AdviceRow, Pathway
from recovery.clinical.patient_words import ADVICE, NOTICES
from recovery.web.open_texts import left_open
from recovery.web.speech import here
from recovery.web.visit import visit_now

pages = Blueprint("advice_sheet", __name__)


@pages.get("/advice.json")
def advice() -> ResponseReturnValue:
    """What this clinic tells at once, in the language of the page; the same sheet has the same version."""
    sheet = sheet_of(visit_now().pathway)
    response = jsonify(sheet)
    response.set_etag(str(sheet["version"]))
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)


def sheet_of(pathway: Pathway) -> dict[str, object]:
    """The sheet; %(name)s stays in its sentences for whoever shows them."""
    hours = pathway.rules.fever.repeated_hours
    sheet: dict[str, object] = {
        "language": here().language,
        **table_of(pathway),
        "texts": {key: [left_open(text, hours) for text in texts] for key, texts in ADVICE.items()},
        "notices": {key: left_open(NOTICES[key]) for key in ("closed", "still")},
    }
    digest = hashlib.sha256(json.dumps(sheet, sort_keys=True).encode()).hexdigest()
    return {"version": digest[:12], **sheet}


def table_of(pathway: Pathway) -> dict[str, object]:
    """The rows, and at which Cel the pathway itself calls a reading a fever."""
    fever = pathway.rules.fever
    return {
        "fever_points": [fever.limit, fever.limit_late],
        "table": [_row(row) for row in pathway.advice],
    }


def _row(row: AdviceRow) -> Mapping[str, object]:
    """A row without the conditions that it does not have."""
    values = {each.name: getattr(row, each.name) for each in fields(row)}
    return {name: value for name, value in values.items() if value not in (None, ())}
