"""The cast: two made-up clinics, who works there, and about forty patients at every stage."""

from __future__ import annotations

from dataclasses import dataclass

from recovery.demo import stories
from recovery.demo.stories import Story

CLINICS = (
    {
        "name": "Riverside Spine Clinic",
        "phone": "+44 20 7946 0101",
        "emergency_number": "999",
        "out_of_hours_phone": "+44 20 7946 0199",
        "lost_card_phone": "+44 20 7946 0102",
        "weekly_hours": "Mo-Fr 08:00-16:00",
        "closed_days": ["2026-12-25", "2026-12-28", "2027-01-01"],
        "zone": "Europe/London",
        "language": "en",
        "alert_addresses": ["nurses@riverside.example"],
        "second_alert_addresses": ["lead@riverside.example"],
        "no_lifting_days": 42,
        "is_demo": True,
    },
    {
        "name": "Harbour Spine Clinic",
        "phone": "+49 30 23125 101",
        "emergency_number": "112",
        "out_of_hours_phone": "+49 30 23125 199",
        "lost_card_phone": "+49 30 23125 102",
        "weekly_hours": "Mo-Fr 07:30-15:30; Sa 09:00-12:00",
        "closed_days": ["2026-12-25", "2026-12-26", "2027-01-01"],
        "zone": "Europe/Berlin",
        "language": "en",
        "alert_addresses": ["nurses@harbour.example"],
        "second_alert_addresses": ["lead@harbour.example"],
        "is_demo": True,
    },
)
CLINICIANS = (
    ("Riverside Spine Clinic", "dee@riverside.example", "Nurse Dee Okafor", "clinician"),
    ("Riverside Spine Clinic", "lead@riverside.example", "Dr Finn Harper", "lead"),
    ("Harbour Spine Clinic", "eli@harbour.example", "Nurse Eli Brandt", "clinician"),
    ("Harbour Spine Clinic", "lead@harbour.example", "Dr Mara Jansen", "lead"),
)
ADMINISTRATORS = (("ada@demo.example", "Ada Whitfield"),)


@dataclass(frozen=True)
class Person:
    """One made-up patient: the day after the procedure on which the demo meets them, and their story.

    is_reached: by e-mail, because nothing made up can be reached by push.
    """

    name: str
    age: int
    day: int
    story: Story
    baseline: int | None = 8
    levels: str = "L1"
    state: str = "active"
    answers_daily: str = "patient"
    clinic: int = 0
    helper: str = ""
    is_reached: bool = True


PEOPLE = (
    Person("Ana Ruiz", 78, 23, stories.recovers, 8, "L1"),
    Person("Bo Lindqvist", 81, 34, stories.worsens, 7, "T12 L1"),
    Person("Cy Aderemi", 74, 19, stories.falls_silent, 7, "L2"),
    Person("Doris Whitlock", 86, 12, stories.fever, 8, "T11", helper="Ellen Whitlock"),
    Person("Edgar Thwaite", 79, 9, stories.leg, 9, "L3"),
    Person("Freda Malone", 83, 5, stories.chest, 8, "T12"),
    Person("Gus Petrakis", 72, 41, stories.creeps_up, 7, "L1"),
    Person("Hilda Sorensen", 88, 63, stories.not_better, 8, "T9"),
    Person("Ivor Pugh", 77, 27, stories.less_able, 6, "L4"),
    Person("June Castellano", 80, 31, stories.slowly, 8, "T12"),
    Person("Karl Osei", 75, 4, stories.never, 7, "L1"),
    Person("Lena Moss", 84, 16, stories.tells, 8, "L2"),
    Person("Mabel Quigley", 90, 30, stories.silent_after_worse, 9, "T8 T10"),
    Person("Nils Eriksen", 71, 0, stories.recovers, 8, "L1"),
    Person("Olive Banerjee", 82, 1, stories.recovers, 9, "T12"),
    Person("Percy Doyle", 78, 2, stories.recovers, 7, "L5"),
    Person("Queenie Abara", 85, 7, stories.recovers, None, "L1"),
    Person("Ralph Novak", 76, 14, stories.recovers, 8, "T11 T12"),
    Person("Sadie Kowalski", 79, 21, stories.recovers, 6, "L2"),
    Person("Ted Marchetti", 73, 28, stories.recovers, 7, "L3"),
    Person("Una Fairweather", 87, 35, stories.recovers, 9, "T12"),
    Person("Vic Tanaka", 80, 45, stories.recovers, 5, "L1"),
    Person("Wanda Lisle", 81, 52, stories.recovers, 8, "L4"),
    Person("Xavier Dunne", 70, 60, stories.recovers, 7, "T10"),
    Person("Yara Haddad", 77, 72, stories.recovers, 8, "L1"),
    Person("Zoltan Biro", 83, 80, stories.recovers, 6, "L2"),
    Person("Agnes Holt", 89, 88, stories.slowly, 8, "T12"),
    Person("Bernard Achebe", 74, 10, stories.recovers, 7, "L1", "paused"),
    Person("Clara Jensen", 82, 18, stories.recovers, 8, "L3", "in_hospital"),
    Person("Dov Alpert", 76, 33, stories.recovers, 6, "T11", "withdrawn"),
    Person("Elsie Vance", 91, 25, stories.recovers, 9, "L1", answers_daily="by_phone"),
    Person("Anton Krause", 79, 24, stories.recovers, 8, "L1", clinic=1),
    Person("Birgit Vogel", 84, 38, stories.worsens, 7, "T12", clinic=1),
    Person("Conrad Weiss", 77, 15, stories.fever, 8, "L2", clinic=1),
    Person("Dagmar Lenz", 72, 47, stories.recovers, 6, "L4", clinic=1),
    Person("Emil Hartung", 86, 29, stories.falls_silent, 9, "T10", clinic=1),
    Person("Frieda Albers", 81, 65, stories.recovers, 7, "L1", clinic=1),
    Person("Georg Stein", 75, 6, stories.recovers, 8, "T12", clinic=1),
    Person("Hanna Beck", 88, 73, stories.slowly, 8, "L3", clinic=1),
    Person("Ingo Falk", 70, 11, stories.recovers, 5, "L2", clinic=1),
    Person("Iris Novotny", 82, 6, stories.says_nothing, 8, "T12", is_reached=False),
    Person("Jonas Field", 78, 20, stories.falls_silent, 7, "L1", answers_daily="by_phone"),
    Person("Käthe Müller", 80, 26, stories.falls_silent, 8, "L2", is_reached=False),
    Person("Liam O'Neill", 69, 13, stories.recovers, 6, "T11", is_reached=False),
    Person("Maja Łukasik", 88, 3, stories.never, 9, "L1", answers_daily="by_phone"),
)
