"""The timetable: which rounds there are, how often each runs, and the process that runs them."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask

from config import Settings
from recovery.records import clock, heartbeats, life_cycle
from recovery.rounds import delivery, digest, escalation, imports, rehearsal, reminders, review

log = logging.getLogger(__name__)
AT_ONE_GO = 200  # patients reviewed or reminded before the round reports that it lives


@dataclass(frozen=True)
class Round:
    """One kind of work on time."""

    name: str
    every_seconds: int
    run: Callable[[datetime, Settings], object]


TIMETABLE = (
    Round("review", 2, lambda now, _: review.review_due(now, AT_ONE_GO)),
    Round("claims", 15, lambda now, _: life_cycle.end_due(now)),
    Round("reminders", 30, lambda now, settings: reminders.remind_due(settings, now, AT_ONE_GO)),
    # Each channel by itself: an alert does not wait for a push service that hangs, nor the other way round.
    Round("delivery", 3, lambda _, settings: delivery.deliver_due(settings, clock.now)),
    Round("push", 10, lambda _, settings: delivery.deliver_due(settings, clock.now, "push")),
    Round("sms", 10, lambda _, settings: delivery.deliver_due(settings, clock.now, "sms")),
    Round("chat", 10, lambda _, settings: delivery.deliver_due(settings, clock.now, "chat")),
    Round("escalation", 30, lambda now, _: escalation.escalate_due(now)),
    Round("digest", 60, lambda now, _: digest.digest_due(now)),
    Round(
        rehearsal.NAME, rehearsal.EVERY_SECONDS, lambda *_: rehearsal.work_out_waiting(clock.now)
    ),
    Round(imports.NAME, imports.EVERY_SECONDS, lambda *_: imports.work_on_waiting(clock.now)),
)


def run_once(settings: Settings, at: datetime | None) -> None:
    """Every round once, whoever is due, as of `at` or of now; only a run as of now beats."""
    now = at or clock.now()
    review.review_due(now)
    life_cycle.end_due(now)
    reminders.remind_due(settings, now)
    escalation.escalate_due(now)
    digest.digest_due(now)
    # A phone that is not reached makes the second step due at once.
    for channel in ("push", "email", "sms", "chat"):
        delivery.deliver_due(settings, lambda: now, channel)
    rehearsal.work_out_waiting(lambda: now)
    imports.work_on_waiting(lambda: now)
    for due in TIMETABLE if at is None else ():
        heartbeats.beat(due.name, due.every_seconds, now)


def run_and_beat(app: Flask, due: Round) -> None:
    """Run one round and note that it finished. One that fails is reported, and missed by the watcher."""
    with app.app_context():
        try:
            due.run(clock.now(), app.extensions["settings"])
            heartbeats.beat(due.name, due.every_seconds, clock.now())
        except Exception:
            log.exception("round %s failed", due.name)


def serve(app: Flask) -> None:
    """Run the timetable until SIGINT or SIGTERM; the round at hand is finished first."""
    scheduler = BlockingScheduler(
        timezone="UTC",
        job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
    )
    with app.app_context():
        for due in TIMETABLE:
            heartbeats.expect(due.name, due.every_seconds, clock.now())
    for due in TIMETABLE:
        scheduler.add_job(
            run_and_beat,
            "interval",
            (app, due),
            seconds=due.every_seconds,
            next_run_time=clock.now(),
        )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: scheduler.shutdown(wait=True))
    scheduler.start()
