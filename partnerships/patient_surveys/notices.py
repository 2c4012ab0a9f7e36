"""Message about the voice of patients: a form was opened."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from outbox.kinds import Recipient, Topic
from outbox.models import Message
from partnerships.case.mail_context import case_mail_context, page
from partnerships.case.recipients import SPEAKERS, case_of, kind, lead_broker, members, parties_of
from partnerships.models import PatientSurvey


def _survey(message: Message) -> PatientSurvey:
    return PatientSurvey.objects.select_related("milestone").get(pk=message.facts["survey"])


def _everybody(message: Message, _at: datetime) -> list[Recipient]:
    """Return all parties and the broker; nobody once the form is closed."""
    case = case_of(message)
    if _survey(message).closed_at:
        return []
    return [*members(parties_of(case), SPEAKERS), *lead_broker(case)]


def _context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, survey = case_of(message), _survey(message)
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("surveys", case),
        button=_("Voir le lien et l’affiche"),
        survey_subject=survey.subject,
        milestone=f"{survey.milestone.code}, {survey.milestone.title}" if survey.milestone else "",
        address=settings.PUBLIC_URL + reverse("patient_survey", args=[survey.token]),
    )


KINDS = (kind("survey-opened", Topic.MILESTONES, _everybody, _context),)
