"""The parts of the closing, written and confirmed by the real actions."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from partnerships.closing.actions import early_exit, reports, review
from partnerships.lifecycle import Case
from partnerships.models import ClosingPart, ItemState, Partnership, Party, SurveyLanguage
from partnerships.patient_surveys import actions as surveys
from partnerships.status.closing import PartyClosing, parts_of
from tests import make
from tests.cast import Cast
from tests.fixture_cache import cached_fixture


def row_of(case: Partnership, code: str) -> PartyClosing:
    parties = list(case.parties.select_related("organisation").order_by("rank"))
    return next(row for row in parts_of(case, parties) if row.party.code == code)


def party_of(case: Partnership, code: str) -> Party:
    return case.parties.get(code=code)


def write(
    case: Partnership, code: str, person: User, *, spent: int = 0, seen: int | None = None, at: datetime
) -> ClosingPart:
    """Have somebody write the part of a party, with `spent` cents on each of its lines."""
    row = row_of(case, code)
    return review.write_part(
        party_id=row.party.pk,
        speaker=person,
        words=review.PartWords(
            lesson="Prévoir des enveloppes affranchies dès le début.",
            data_state=ItemState.DONE,
            logo_state=ItemState.NONE,
            spent=[spent for _line in row.budget],
            remarks=["Deux impressions de moins." for _line in row.budget],
        ),
        seen_number=(row.part.number if row.part else 0) if seen is None else seen,
        at=at,
    )


def confirm(case: Partnership, code: str, person: User, *, is_confirmed: bool = True, at: datetime) -> None:
    """Have somebody of another party answer the accounts of a party."""
    row = row_of(case, code)
    review.answer_accounts(
        party_id=row.party.pk,
        speaker=person,
        seen_number=row.part.accounts_number,
        is_confirmed=is_confirmed,
        reason="" if is_confirmed else "Une facture manque.",
        at=at,
    )


@cached_fixture
def reviewed(cast: Cast, *, at: datetime) -> Partnership:
    """Play a case to its review, with the part of the company written and a form for patients open."""
    case = make.partnership(cast, until=Case.REVIEW, title="En bilan", at=at)
    write(case, "E", cast.dan, spent=100_00, at=at)
    surveys.open_survey(
        partnership_id=case.pk, person=cast.ada, subject="Le carnet", language=SurveyLanguage.FRENCH, at=at
    )
    return case


@cached_fixture
def left(cast: Cast, *, at: datetime) -> Partnership:
    """Play a case to its follow-up, and have the association ask to leave it."""
    case = make.partnership(cast, until=Case.ACTIVE, title="Quitté", at=at)
    early_exit.ask_early_exit(
        partnership_id=case.pk,
        person=cast.ada,
        reason="Le bureau de l’association change.",
        leaves_on=at.date().replace(year=at.year + 1),
        terms=early_exit.ExitTerms(wording="L’action s’arrête.", money="4 000 € sont rendus."),
        at=at,
    )
    return case


@cached_fixture
def closed(cast: Cast, *, at: datetime) -> Partnership:
    """Play a case to its end, with its report printed."""
    case = make.partnership(cast, until=Case.CLOSED, title="Clos avec son rapport", at=at)
    reports.write_report(partnership_id=case.pk, at=at)
    return case
