"""Every page that somebody can open, by whom: what a sweep looks at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from outbox import preferences
from outbox.kinds import kind_named
from partnerships.charter.texts import Heading
from tests.matrix.rows import NOBODY, ROWS, SIGNED_IN

if TYPE_CHECKING:
    from tests.matrix.stage import Stage

LANGUAGES = ("fr", "en")
THEMES = ("light", "dark")
WHO = (*SIGNED_IN, NOBODY)

OPEN = (
    "landing",
    "glossary",
    "accessibility",
    "personal_data",
    "processing",
    "verification",
    "register",
    "what_a_broker_may_do",
    "registration",
    "account_inactive",
)
AT_THE_DOOR = (
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_password_reset_completed",
)
OF_AN_ACCOUNT = (
    "account_email",
    "account_change_password",
    "account_reauthenticate",
    "account_logout",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "usersessions_list",
)
# Also opened, with something of the stage in their address.
NAMED = ("verification_code", "outbox:unsubscribe", "patient_survey", "patient_survey_thanks")
# No page of ours: a file, a frame, an answer for machines, an act, a step of a way that others begin.
NO_PAGE = (
    "health",
    "robots",
    "favicon",
    "set_language",
    "switch_organisation",
    "register_association",
    "register_company",
    "invitation",
    "document",
    "partnerships:case_file",
    "partnerships:charter_pdf",
    "partnerships:payment_list",
    "partnerships:payment_list_pdf",
    "partnerships:closing_report",
    "partnerships:survey_poster",
    "partnerships:survey_qr",
    "partnerships:text_docx",
    "partnerships:text_pdf",
    "partnerships:text_tables",
    "partnerships:frozen_pdf",
    "partnerships:seal",
    "partnerships:ethics_charter",
    "broker:mail_html",
    "calendar_feed",
    "address_change",
    "mfa_download_recovery_codes",
    "mfa_login_webauthn",
    "account_email_verification_sent",
    "account_confirm_login_code",
    "account_confirm_password_reset_code",
    "account_complete_password_reset",
    "account_set_password",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_remove_webauthn",
    "mfa_edit_webauthn",
)


@dataclass(frozen=True, kw_only=True)
class Sight:
    """One page as one person sees it; `status` is what the house should answer."""

    who: str
    language: str
    theme: str
    path: str
    status: int = 200


def sights(stage: Stage) -> list[Sight]:
    """Return every page x reader x language x theme, always in the same order."""
    return [
        Sight(who=who, language=language, theme=theme, path=path, status=status)
        for who in WHO
        for language in LANGUAGES
        for theme in THEMES
        for path, status in paths(stage, who)
    ]


def paths(stage: Stage, who: str) -> list[tuple[str, int]]:
    """Return each address that somebody opens, and two that they may not, with the status of each."""
    return [*((path, 200) for path in _open_to(stage, who)), *_closed_to(who)]


def _open_to(stage: Stage, who: str) -> Iterator[str]:
    doors = AT_THE_DOOR if who == NOBODY else OF_AN_ACCOUNT
    yield from (reverse(name) for name in (*OPEN, *doors))
    active = stage.cases["active"]
    yield reverse("verification_code", args=[active.charters.get().verification_code])
    survey = stage.cases["reviewed"].patient_surveys.get()
    yield reverse("patient_survey", args=[survey.token])
    yield reverse("patient_survey_thanks", args=[survey.token])
    yield preferences.settings_path(user=stage.cast.ada, kind=kind_named("milestone-reminder"))
    for name, row in ROWS.items():
        if who in row.reads and name not in NO_PAGE:
            yield reverse(name, args=stage.args(row))
    # The two forms that hold the most: the budget, and the regulatory typology.
    form = ROWS["partnerships:new_clause"]
    if who in form.reads:
        for heading in (Heading.BUDGET, Heading.TRANSPARENCY):
            yield reverse("partnerships:new_clause", args=[stage.args(form)[0], heading])


def _closed_to(who: str) -> Iterator[tuple[str, int]]:
    if who != NOBODY:
        yield reverse("partnerships:roadmap", args=["LL-2026-9999"]), 404


def sample(everything: list[Sight], wanted: int) -> list[Sight]:
    """Return about `wanted` sights, spread over people, languages, themes and pages."""
    stride = len(everything) // wanted | 1
    return everything[stride // 2 :: stride]
