"""Opening and closing a form for patients, and counting an answer."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.refusals import Refusal
from outbox import post
from partnerships import message_keys
from partnerships.case.transitions import lock, write
from partnerships.models import Milestone, Partnership, PatientSurvey, SurveyCount, SurveyLanguage
from partnerships.patient_surveys.items import QUESTIONS
from partnerships.patient_surveys.queries import OPEN_CASES, is_answerable
from partnerships.permissions import require_answering_party
from partnerships.status.actions import refresh_status

TOKEN_BYTES: Final = 12
MAX_OPEN: Final = 6


class SurveyError(Refusal):
    """The form for patients cannot be opened, closed or answered."""


class SurveyNotAllowed(SurveyError):
    """The charter is not signed yet, or the case is closed."""

    sentence = gettext_lazy(
        "Les patients donnent leur avis quand la charte est signée, jusqu’à la clôture du dossier."
    )


class TooManySurveys(SurveyError):
    """Six forms are open."""

    sentence = gettext_lazy(
        "Six questionnaires aux patients sont déjà ouverts. Fermez-en un avant d’en ouvrir un autre."
    )


class SurveyIsClosed(SurveyError):
    """The form takes no more answers."""

    sentence = gettext_lazy("Ce questionnaire est fermé\u00a0: il n’accepte plus de réponse.")


@transaction.atomic
def open_survey(
    *,
    partnership_id: UUID,
    person: User,
    subject: str,
    language: SurveyLanguage,
    milestone_id: int | None = None,
    at: datetime,
) -> PatientSurvey:
    """Open a form for patients about a milestone, or about the whole action, for a party or the broker.

    Raises SurveyNotAllowed, TooManySurveys, Milestone.DoesNotExist, and for anybody but a broker what
    require_answering_party raises.
    """
    partnership = lock(partnership_id)
    party = None if person.is_broker else require_answering_party(person, partnership)
    if partnership.state not in OPEN_CASES:
        raise SurveyNotAllowed
    if partnership.patient_surveys.filter(closed_at=None).count() >= MAX_OPEN:
        raise TooManySurveys
    milestone = (
        Milestone.objects.get(pk=milestone_id, partnership=partnership, cancelled_at=None)
        if milestone_id
        else None
    )
    survey = PatientSurvey.objects.create(
        partnership=partnership,
        milestone=milestone,
        token=secrets.token_urlsafe(TOKEN_BYTES),
        language=language,
        subject=subject,
        party=party,
        opened_by=person,
        opened_at=at,
    )
    SurveyCount.objects.bulk_create(
        SurveyCount(survey=survey, question=item.code, choice=value)
        for item in QUESTIONS
        for value, _label in item.choices
    )
    write(
        partnership,
        "survey.open",
        actor=person,
        at=at,
        subject=subject,
        code=milestone.code if milestone else "",
        language=str(language.value),
    )
    post.post(
        kind="survey-opened",
        key=message_keys.patient_survey(partnership.pk, survey.pk),
        at=at,
        facts={"partnership": str(partnership.pk), "survey": survey.pk},
    )
    refresh_status(partnership, at=at)
    return survey


@transaction.atomic
def close_survey(*, survey_id: int, person: User, at: datetime) -> PatientSurvey:
    """Close a form for a party or the broker; what was counted stays.

    Raises SurveyIsClosed, and for anybody but a broker what require_answering_party raises.
    """
    partnership = lock(PatientSurvey.objects.values_list("partnership_id", flat=True).get(pk=survey_id))
    if not person.is_broker:
        require_answering_party(person, partnership)
    survey = PatientSurvey.objects.get(pk=survey_id)
    if survey.closed_at:
        raise SurveyIsClosed
    survey.closed_by, survey.closed_at = person, at
    survey.save(update_fields=["closed_by", "closed_at"])
    write(partnership, "survey.close", actor=person, at=at, subject=survey.subject)
    refresh_status(partnership, at=at)
    return survey


def close_surveys(partnership: Partnership, *, broker: User, at: datetime) -> None:
    """Close the forms of a case that closes, inside the transaction of the caller."""
    partnership.patient_surveys.filter(closed_at=None).update(closed_at=at, closed_by=broker)


@transaction.atomic
def count_answer(*, token: str, choices: Mapping[str, str]) -> None:
    """Count one answer: nothing of the person, of the moment or of the other choices is stored.

    `choices`: the value chosen for each question. Raises SurveyIsClosed, PatientSurvey.DoesNotExist.
    """
    survey = PatientSurvey.objects.select_related("partnership").get(token=token)
    if not is_answerable(survey):
        raise SurveyIsClosed
    # In the order of the questions, so that two answers at once cannot wait for each other.
    for item in QUESTIONS:
        survey.counts.filter(question=item.code, choice=choices[item.code]).update(number=F("number") + 1)
