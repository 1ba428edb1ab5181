"""The numbers of rules, limits, milestones and questionnaires, as the pathway file names them, with their sources."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OwnLevel:
    """Which earlier days give a patient's own level: their median, if there are enough reports."""

    from_days_ago: int
    to_days_ago: int
    reports: int


@dataclass(frozen=True, slots=True)
class WarningSign:
    emergency: tuple[str, ...]
    leg_weakness_today: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fever:
    limit: float
    limit_late: float
    limit_low: float
    late_from_day: int
    limit_repeated: float
    repeated_hours: int
    repeated_within_hours: int
    rise: float
    rise_readings: int
    emergency_with: tuple[str, ...]
    emergency_within_hours: int


@dataclass(frozen=True, slots=True)
class PainWorsening:
    silent_hours: int
    silent_days: int
    shift: float
    mobility_shift: float
    mobility_weight: float
    moves_less_share: float
    threshold: float
    remembered_days: int
    new_level_days: int
    better_threshold: float
    beside_days: int
    jump: int
    jump_to: int
    above_before_to_day: int
    above_before_reports: int
    today_with: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MobilityLoss:
    drop: int
    reports: int


@dataclass(frozen=True, slots=True)
class NotImproving:
    severe_on_days: tuple[int, ...]
    severe: int
    relief_on_days: tuple[int, ...]
    relief_percent: int
    relief_baseline_from: int
    window_days: int
    reports: int
    very_severe: int
    very_severe_after_day: int
    very_severe_within_days: int
    very_severe_reports: int
    quiet_days: int


@dataclass(frozen=True, slots=True)
class GoneQuiet:
    days_least: int
    days_most: int
    days_after_danger: int
    danger_days: int
    surprise: float
    usual_share: float
    usual_weight: int
    first_week_days: int
    connected_by_day: int
    again_after_days: int
    fading_days: int
    fading_share: float
    well_percent: int


@dataclass(frozen=True, slots=True)
class Rules:
    """The numbers of the six rules; quiet_days after closing holds only for findings below `today`."""

    quiet_days: int
    own_level: OwnLevel
    warning_sign: WarningSign
    fever: Fever
    pain_worsening: PainWorsening
    mobility_loss: MobilityLoss
    not_improving: NotImproving
    gone_quiet: GoneQuiet


@dataclass(frozen=True, slots=True)
class LimitNumbers:
    """How far a clinician may go for one patient; days count the first one."""

    pause_days: int
    longest_days: int
    fever_floor: float
    target_reports: int


@dataclass(frozen=True, slots=True)
class ByUrgency:
    """One number for each urgency."""

    emergency: int
    today: int
    next_working_day: int
    routine: int

    def of(self, urgency: str) -> int:
        """The number of this urgency."""
        number: int = getattr(self, urgency)
        return number


@dataclass(frozen=True, slots=True)
class FlagNumbers:
    """How long somebody may have taken a flag without acting, and how long it may be put off at most."""

    claim_minutes: ByUrgency
    snooze_hours: ByUrgency


@dataclass(frozen=True, slots=True)
class EscalationNumbers:
    """When the second addresses are told of a flag that nobody has seen, unless a clinic has its own plan."""

    second_minutes_emergency: int
    second_minutes_today: int
    minutes_most: int


@dataclass(frozen=True, slots=True)
class Milestones:
    """The days after the procedure that patients and clinicians are shown."""

    puncture_pain_days: int
    follow_up_visit_days: int
    peak_day: int
    pathway_days: int
    end_notice_day: int
    last_notice_day: int
    no_lifting_sources: tuple[int, ...]
    no_lifting_most: int


@dataclass(frozen=True, slots=True)
class QuestionnaireNumbers:
    """From which day, and how often, the weekly list and the monthly question are asked."""

    weekly_from_day: int
    weekly_every_days: int
    weekly_lines: int
    monthly_from_day: int
    monthly_every_days: int


@dataclass(frozen=True, slots=True)
class CohortNumbers:
    """What a clinic is told of its patients together: on which days relief is judged and by which reports.

    old_from: the age at the procedure that parts the two age groups. studies, patients: behind each published curve.
    """

    relief_days: tuple[int, ...]
    relief_percents: tuple[int, ...]
    relief_window_days: int
    relief_reports: int
    old_from: int
    pain_studies: int
    pain_patients: int
    mobility_studies: int
    mobility_patients: int
