"""What the role of the application may do with each table, granted by the owner after every migration.

The application owns nothing: it cannot alter or empty a table, disable a trigger or replace a function. A
table that is not listed is out of its reach; a test compares the list with the tables of the database.
"""

from __future__ import annotations

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

READ: Final = ("SELECT",)
APPEND: Final = ("SELECT", "INSERT")
KEEP: Final = ("SELECT", "INSERT", "UPDATE")
ALL: Final = ("SELECT", "INSERT", "UPDATE", "DELETE")

# Only migrations write these.
READ_TABLES: Final = ("auth_permission", "django_content_type", "django_migrations")
APPEND_TABLES: Final = (
    "django_admin_log",
    "ledger_entry",
    "partnerships_agendaitem",
    "partnerships_accountanswer",
    "partnerships_answer",
    "partnerships_canvas",
    "partnerships_charter",
    "partnerships_clauserevision",
    "partnerships_closingpart",
    "partnerships_closingrecord",
    "partnerships_closingreport",
    "partnerships_confirmation",
    "partnerships_declaredaction",
    "partnerships_declaredactionanswer",
    "partnerships_earlyexitanswer",
    "partnerships_evidenceanswer",
    "partnerships_keptrisk",
    "partnerships_libraryversion",
    "partnerships_limitalert",
    "partnerships_mention",
    "partnerships_minutesanswer",
    "partnerships_modelcharterversion",
    "partnerships_note",
    "partnerships_party",
    "partnerships_postponementanswer",
    "partnerships_reminderrules",
    "partnerships_reply",
    "partnerships_sealedcharter",
    "partnerships_settlement",
    "partnerships_sharedfile",
    "partnerships_signature",
    "partnerships_suspensionanswer",
    "partnerships_thread",
    "partnerships_threadmessage",
    "partnerships_voidedcharter",
)
KEEP_TABLES: Final = (
    "accounts_housethresholds",
    "accounts_user",
    "outbox_delivery",
    "outbox_message",
    "partnerships_brief",
    "partnerships_casehandover",
    "partnerships_casedate",
    "partnerships_clause",
    "partnerships_commitment",
    "partnerships_comparison",
    "partnerships_earlyexit",
    "partnerships_envelope",
    "partnerships_evidence",
    "partnerships_extensionrequest",
    "partnerships_introduction",
    "partnerships_invitee",
    "partnerships_libraryclause",
    "partnerships_line",
    "partnerships_mediation",
    "partnerships_meeting",
    "partnerships_meetingtask",
    "partnerships_milestone",
    "partnerships_modelcharter",
    "partnerships_partnership",
    "partnerships_partnershipstatus",
    "partnerships_patientsurvey",
    "partnerships_payment",
    "partnerships_postponement",
    "partnerships_roadmap",
    "partnerships_round",
    "partnerships_suspension",
    "partnerships_threadreader",
    "partnerships_surveycount",
)
ALL_TABLES: Final = (
    "account_emailaddress",
    "account_emailconfirmation",
    "accounts_addresschange",
    "accounts_boardlink",
    "accounts_brokerinterest",
    "accounts_document",
    "accounts_formsubmission",
    "accounts_handover",
    "accounts_identitychange",
    "accounts_industrysupport",
    "accounts_intereststatement",
    "accounts_invitation",
    "accounts_mandate",
    "accounts_membership",
    "accounts_officialapproval",
    "accounts_organisation",
    "accounts_registerevidence",
    "accounts_registrationdraft",
    "accounts_user_groups",
    "accounts_user_user_permissions",
    "accounts_vetting",
    "accounts_vettingcheck",
    "accounts_yearlyincome",
    "associations_associationprofile",
    "auth_group",
    "auth_group_permissions",
    "companies_companyprofile",
    "django_session",
    "guardian_groupobjectpermission",
    "guardian_userobjectpermission",
    "mfa_authenticator",
    "outbox_monthlycap",
    "outbox_preference",
    "partnerships_calendarfeed",
    "partnerships_clause_written_from",
    "partnerships_clauseposition",
    "partnerships_clausestanding",
    "partnerships_interviewnote",
    "partnerships_linegroup",
    "partnerships_partnershipgrouppermission",
    "partnerships_partnershipuserpermission",
    "partnerships_sealrefusal",
    "partnerships_snooze",
    "partnerships_unsavedwording",
    "usersessions_usersession",
)
RIGHTS: Final = {
    table: rights
    for tables, rights in (
        (READ_TABLES, READ),
        (APPEND_TABLES, APPEND),
        (KEEP_TABLES, KEEP),
        (ALL_TABLES, ALL),
    )
    for table in tables
}

FAULTS: Final = """
SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication, EXISTS (
    SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relowner = pg_roles.oid
) FROM pg_roles WHERE rolname = current_user
"""


def grant(connection: BaseDatabaseWrapper, *, role: str, password: str) -> None:
    """Grant `role` exactly RIGHTS, as the owner of the tables; create the role if there is none."""
    name = sql.Identifier(role)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user = %s, current_database()", [role])
        is_owner, database = cursor.fetchone()
        if is_owner:
            return
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            secret = sql.SQL(" PASSWORD {}").format(sql.Literal(password)) if password else sql.SQL("")
            cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name) + secret)
        present = set(connection.introspection.table_names(cursor))
        grants = [
            sql.SQL("GRANT {} ON {} TO {}").format(
                sql.SQL(", ").join(map(sql.SQL, rights)), sql.Identifier(table), name
            )
            for table, rights in RIGHTS.items()
            if table in present
        ]
        # Temporary tables too: a function would read one before the table of the same name.
        revocations = [
            sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC"),
            sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)),
            sql.SQL("REVOKE ALL ON DATABASE {} FROM {}").format(sql.Identifier(database), name),
            sql.SQL("REVOKE ALL ON SCHEMA public FROM {}").format(name),
            sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(name),
            sql.SQL("REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {}").format(name),
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(database), name),
            sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name),
        ]
        cursor.execute(sql.SQL("; ").join([*revocations, *grants]))


def faults(connection: BaseDatabaseWrapper) -> list[str]:
    """Return what the role of a connection may do beyond the rights of an application. 1 query."""
    with connection.cursor() as cursor:
        cursor.execute(FAULTS)
        has_attributes, is_owner = cursor.fetchone()
    excess_rights = []
    if has_attributes:
        excess_rights.append("is a superuser or may create roles or databases")
    if is_owner:
        excess_rights.append("owns tables, so it can disable their triggers")
    return excess_rights
