"""Health: whether this process answers, and whether the rounds have finished on time."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from recovery.records import clock, heartbeats, messages, reviews

pages = Blueprint("health", __name__, url_prefix="/health")


@pages.get("")
def process() -> ResponseReturnValue:
    """This process answers."""
    return jsonify(status="ok")


@pages.get("/rounds")
def rounds() -> ResponseReturnValue:
    """200 while every round finishes on time; 503 when one is late or none has ever finished."""
    now = clock.now()
    pulse = heartbeats.pulse(now)
    body = {
        "status": "late" if pulse.is_late else "ok",
        "late": pulse.late,
        "last_finished": pulse.last.isoformat() if pulse.last else None,
        "could_not_be_checked": reviews.count_failing(),
        "messages_stuck": messages.count_stuck(now),
    }
    return jsonify(body), 503 if pulse.is_late else 200
