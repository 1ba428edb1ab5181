"""The first tables: clinics, patients, cards, check-ins, flags, messages, heartbeats and audit."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clinics",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("emergency_number", sa.String(length=20), nullable=False),
        sa.Column("out_of_hours_phone", sa.String(length=40), nullable=False),
        sa.Column("lost_card_phone", sa.String(length=40), nullable=False),
        sa.Column("weekly_hours", sa.String(length=300), nullable=False),
        sa.Column("closed_days", sa.JSON(), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("alert_addresses", sa.JSON(), nullable=False),
        sa.Column("second_alert_addresses", sa.JSON(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_clinics"),
        sa.UniqueConstraint("name", name="uq_clinics_name"),
    )
    op.create_table(
        "heartbeats",
        sa.Column("round", sa.String(length=40), nullable=False),
        sa.Column("every_seconds", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("round", name="pk_heartbeats"),
    )
    op.create_table(
        "throttles",
        sa.Column("door", sa.String(length=20), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("wait_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("door", "address_hash", name="pk_throttles"),
    )
    op.create_table(
        "audit",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_audit_clinic_id"),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="pk_audit"),
    )
    op.create_index(
        "ix_audit_clinic_id_patient_id_at", "audit", ["clinic_id", "patient_id", "at"], unique=False
    )
    op.create_table(
        "clinicians",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("session_token", sa.String(length=64), nullable=False),
        sa.Column("shown_patients", sa.String(length=64), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_clinicians_clinic_id"),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="pk_clinicians"),
        sa.UniqueConstraint("email", name="uq_clinicians_email"),
        sa.UniqueConstraint("session_token", name="uq_clinicians_session_token"),
    )
    op.create_table(
        "pathway_copies",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("base_version", sa.String(length=60), nullable=False),
        sa.Column("overrides", sa.JSON(), nullable=False),
        sa.Column("approved_by", sa.String(length=200), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_pathway_copies_clinic_id"),
        sa.PrimaryKeyConstraint("clinic_id", "name", "number", name="pk_pathway_copies"),
    )
    op.create_table(
        "patients",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("record_number", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("date_of_birth", sa.Date(), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("no_phone_reason", sa.String(length=200), nullable=False),
        sa.Column("contact_way", sa.String(length=20), nullable=False),
        sa.Column("contact_note", sa.String(length=300), nullable=False),
        sa.Column("second_name", sa.String(length=200), nullable=False),
        sa.Column("second_phone", sa.String(length=40), nullable=False),
        sa.Column("second_may_be_told", sa.Boolean(), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("risks", sa.JSON(), nullable=False),
        sa.Column("long_standing_signs", sa.JSON(), nullable=False),
        sa.Column("answers_daily", sa.String(length=20), nullable=False),
        sa.Column("consent_on", sa.Date(), nullable=False),
        sa.Column("consent_words", sa.String(length=20), nullable=False),
        sa.Column("consent_by", sa.String(length=200), nullable=False),
        sa.Column("consent_for_helper", sa.Boolean(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enrolled_by", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_by", sa.String(length=60), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_is_urgent", sa.Boolean(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_failures", sa.Integer(), nullable=False),
        sa.Column("review_failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'paused') = (paused_until IS NOT NULL)", name="ck_patients_pause_ends"
        ),
        sa.CheckConstraint(
            "phone <> '' OR no_phone_reason <> ''", name="ck_patients_phone_or_reason"
        ),
        sa.CheckConstraint(
            "state IN ('active', 'paused', 'in_hospital', 'withdrawn', 'deceased', 'completed')",
            name="ck_patients_state",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "enrolled_by"],
            ["clinicians.clinic_id", "clinicians.id"],
            name="fk_patients_clinic_id_enrolled_by",
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_patients_clinic_id"),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="pk_patients"),
        sa.UniqueConstraint(
            "clinic_id", "record_number", name="uq_patients_clinic_id_record_number"
        ),
    )
    op.create_index(
        "ix_patients_due",
        "patients",
        ["review_is_urgent", "review_due_at"],
        unique=False,
        sqlite_where=sa.text("review_due_at IS NOT NULL"),
        postgresql_where=sa.text("review_due_at IS NOT NULL"),
    )
    op.create_table(
        "cards",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("holder", sa.String(length=20), nullable=False),
        sa.Column("holder_name", sa.String(length=200), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=60), nullable=True),
        sa.Column("is_lost", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ck_cards_ended_pair"),
        sa.ForeignKeyConstraint(
            ["clinic_id", "issued_by"],
            ["clinicians.clinic_id", "clinicians.id"],
            name="fk_cards_clinic_id_issued_by",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name="fk_cards_clinic_id_patient_id",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="pk_cards"),
        sa.UniqueConstraint("clinic_id", "code_hash", name="uq_cards_clinic_id_code_hash"),
    )
    op.create_index(
        "ix_cards_clinic_id_patient_id", "cards", ["clinic_id", "patient_id"], unique=False
    )
    op.create_index("ix_cards_code_hash", "cards", ["code_hash"], unique=False)
    op.create_table(
        "contacts",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("whom", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(whom = 'nobody') = (next_try_at IS NOT NULL)", name="ck_contacts_next_try"
        ),
        sa.CheckConstraint(
            "whom IN ('nobody', 'patient', 'helper', 'hospital')", name="ck_contacts_whom"
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "by"],
            ["clinicians.clinic_id", "clinicians.id"],
            name="fk_contacts_clinic_id_by",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name="fk_contacts_clinic_id_patient_id",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="pk_contacts"),
    )
    op.create_index(
        "ix_contacts_clinic_id_patient_id_at",
        "contacts",
        ["clinic_id", "patient_id", "at"],
        unique=False,
    )
    op.create_table(
        "procedures",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("performed_on", sa.Date(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("pathway", sa.String(length=60), nullable=False),
        sa.Column("baseline_pain", sa.Integer(), nullable=True),
        sa.Column("baseline_mobility", sa.Integer(), nullable=True),
        sa.Column("baseline_on", sa.Date(), nullable=True),
        sa.Column("baseline_by", sa.String(length=200), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(baseline_pain IS NULL) = (baseline_on IS NULL)", name="ck_procedures_baseline_dated"
        ),
        sa.CheckConstraint(
            "baseline_mobility BETWEEN 0 AND 5", name="ck_procedures_baseline_mobility"
        ),
        sa.CheckConstraint("baseline_pain BETWEEN 0 AND 10", name="ck_procedures_baseline_pain"),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name="fk_procedures_clinic_id_patient_id",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "patient_id", "id", name="pk_procedures"),
    )
    op.create_index(
        "uq_procedures_current",
        "procedures",
        ["clinic_id", "patient_id"],
        unique=True,
        sqlite_where=sa.text("ended_on IS NULL"),
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_table(
        "devices",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("access", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=60), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ck_devices_ended_pair"),
        sa.ForeignKeyConstraint(
            ["clinic_id", "card_id"],
            ["cards.clinic_id", "cards.id"],
            name="fk_devices_clinic_id_card_id",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name="fk_devices_clinic_id_patient_id",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="pk_devices"),
        sa.UniqueConstraint("clinic_id", "access", name="uq_devices_clinic_id_access"),
        sa.UniqueConstraint("clinic_id", "token_hash", name="uq_devices_clinic_id_token_hash"),
    )
    op.create_index(
        "ix_devices_clinic_id_card_id", "devices", ["clinic_id", "card_id"], unique=False
    )
    op.create_index("ix_devices_token_hash", "devices", ["token_hash"], unique=False)
    op.create_table(
        "flags",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("procedure_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(length=30), nullable=False),
        sa.Column("urgency", sa.String(length=30), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pathway_version", sa.String(length=60), nullable=False),
        sa.Column("has_news", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=60), nullable=True),
        sa.Column("closing_words", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by IS NULL)", name="ck_flags_closed_pair"
        ),
        sa.CheckConstraint("(seen_at IS NULL) = (seen_by IS NULL)", name="ck_flags_seen_pair"),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id", "procedure_id"],
            ["procedures.clinic_id", "procedures.patient_id", "procedures.id"],
            name="fk_flags_clinic_id_patient_id_procedure_id",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "seen_by"],
            ["clinicians.clinic_id", "clinicians.id"],
            name="fk_flags_clinic_id_seen_by",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="pk_flags"),
    )
    op.create_index(
        "ix_flags_clinic_id_patient_id_raised_at",
        "flags",
        ["clinic_id", "patient_id", "raised_at"],
        unique=False,
    )
    op.create_index(
        "uq_flags_open",
        "flags",
        ["clinic_id", "patient_id", "rule"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "checkins",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("procedure_id", sa.Uuid(), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("pain", sa.Integer(), nullable=True),
        sa.Column("mobility", sa.Integer(), nullable=True),
        sa.Column("temperature_c", sa.Double(), nullable=True),
        sa.Column("temperature_unit", sa.String(length=1), nullable=False),
        sa.Column("temperature_instead", sa.String(length=20), nullable=True),
        sa.Column("warning_signs", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("leg_weakness", sa.String(length=10), nullable=True),
        sa.Column("wound_unseen", sa.Boolean(), nullable=False),
        sa.Column("paracetamol", sa.Boolean(), nullable=True),
        sa.Column("answered_by", sa.String(length=20), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("pain_place", sa.String(length=10), nullable=True),
        sa.Column("pain_onset", sa.String(length=10), nullable=True),
        sa.Column("fall", sa.Boolean(), nullable=True),
        sa.Column("incomplete", sa.Boolean(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("clinician_id", sa.Uuid(), nullable=True),
        sa.Column("pathway_version", sa.String(length=60), nullable=False),
        sa.Column("advice_key", sa.String(length=60), nullable=False),
        sa.Column("note_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note_read_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(device_id IS NULL) <> (clinician_id IS NULL)", name="ck_checkins_one_source"
        ),
        sa.CheckConstraint(
            "(note_read_at IS NULL) = (note_read_by IS NULL)", name="ck_checkins_note_read_pair"
        ),
        sa.CheckConstraint("mobility BETWEEN 0 AND 5", name="ck_checkins_mobility"),
        sa.CheckConstraint("pain BETWEEN 0 AND 10", name="ck_checkins_pain"),
        sa.ForeignKeyConstraint(
            ["clinic_id", "clinician_id"],
            ["clinicians.clinic_id", "clinicians.id"],
            name="fk_checkins_clinic_id_clinician_id",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "device_id"],
            ["devices.clinic_id", "devices.id"],
            name="fk_checkins_clinic_id_device_id",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "note_read_by"],
            ["clinicians.clinic_id", "clinicians.id"],
            name="fk_checkins_clinic_id_note_read_by",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id", "procedure_id"],
            ["procedures.clinic_id", "procedures.patient_id", "procedures.id"],
            name="fk_checkins_clinic_id_patient_id_procedure_id",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "patient_id", "entry_id", "revision", name="pk_checkins"
        ),
    )
    op.create_index(
        "ix_checkins_by_day",
        "checkins",
        ["clinic_id", "patient_id", "procedure_id", "day"],
        unique=False,
    )
    op.create_index(
        "ix_checkins_unread_notes",
        "checkins",
        ["clinic_id"],
        unique=False,
        sqlite_where=sa.text("note <> '' AND note_read_at IS NULL"),
        postgresql_where=sa.text("note <> '' AND note_read_at IS NULL"),
    )
    op.create_table(
        "findings",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("urgency", sa.String(length=30), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id", "flag_id"],
            ["flags.clinic_id", "flags.id"],
            name="fk_findings_clinic_id_flag_id",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "flag_id", "number", name="pk_findings"),
        sa.UniqueConstraint(
            "clinic_id", "flag_id", "reason", "day", name="uq_findings_clinic_id_flag_id_reason_day"
        ),
    )
    op.create_table(
        "messages",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=30), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("slot", sa.String(length=100), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("urgency", sa.String(length=30), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("flag_id", sa.Uuid(), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withheld_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withheld_because", sa.String(length=60), nullable=True),
        sa.Column("last_error", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "(withheld_at IS NULL) = (withheld_because IS NULL)", name="ck_messages_withheld_pair"
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "flag_id"],
            ["flags.clinic_id", "flags.id"],
            name="fk_messages_clinic_id_flag_id",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name="fk_messages_clinic_id_patient_id",
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_messages_clinic_id"),
        sa.PrimaryKeyConstraint("clinic_id", "id", name="pk_messages"),
        sa.UniqueConstraint(
            "clinic_id", "purpose", "recipient", "slot", "step", name="uq_messages_once"
        ),
    )
    op.create_index(
        "ix_messages_due",
        "messages",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("sent_at IS NULL AND withheld_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL AND withheld_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_messages_due",
        table_name="messages",
        sqlite_where=sa.text("sent_at IS NULL AND withheld_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL AND withheld_at IS NULL"),
    )
    op.drop_table("messages")
    op.drop_table("findings")
    op.drop_index(
        "ix_checkins_unread_notes",
        table_name="checkins",
        sqlite_where=sa.text("note <> '' AND note_read_at IS NULL"),
        postgresql_where=sa.text("note <> '' AND note_read_at IS NULL"),
    )
    op.drop_index("ix_checkins_by_day", table_name="checkins")
    op.drop_table("checkins")
    op.drop_index(
        "uq_flags_open",
        table_name="flags",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_index("ix_flags_clinic_id_patient_id_raised_at", table_name="flags")
    op.drop_table("flags")
    op.drop_index("ix_devices_token_hash", table_name="devices")
    op.drop_index("ix_devices_clinic_id_card_id", table_name="devices")
    op.drop_table("devices")
    op.drop_index(
        "uq_procedures_current",
        table_name="procedures",
        sqlite_where=sa.text("ended_on IS NULL"),
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.drop_table("procedures")
    op.drop_index("ix_contacts_clinic_id_patient_id_at", table_name="contacts")
    op.drop_table("contacts")
    op.drop_index("ix_cards_code_hash", table_name="cards")
    op.drop_index("ix_cards_clinic_id_patient_id", table_name="cards")
    op.drop_table("cards")
    op.drop_index(
        "ix_patients_due",
        table_name="patients",
        sqlite_where=sa.text("review_due_at IS NOT NULL"),
        postgresql_where=sa.text("review_due_at IS NOT NULL"),
    )
    op.drop_table("patients")
    op.drop_table("pathway_copies")
    op.drop_table("clinicians")
    op.drop_index("ix_audit_clinic_id_patient_id_at", table_name="audit")
    op.drop_table("audit")
    op.drop_table("throttles")
    op.drop_table("heartbeats")
    op.drop_table("clinics")
