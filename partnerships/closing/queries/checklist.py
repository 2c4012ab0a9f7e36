"""What is done and what is missing before a case closes, with who must act and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.case.editions import edition_name
from partnerships.following.queries import follow_up as follow_up_queries
from partnerships.lifecycle import UNDER_WORK
from partnerships.models import EarlyExit, ItemState, Partnership, Postponement
from partnerships.questionnaires.queries import has_evaluation
from partnerships.reminders import EVENING
from partnerships.status.closing import PartyClosing, parts_of

if TYPE_CHECKING:
    from partnerships.following.queries.follow_up import FollowUp

# The notice of the clause « Sortir du partenariat » of the library.
NOTICE: Final = timedelta(days=60)


@dataclass(frozen=True, kw_only=True)
class ClosingPoint:
    """One point of the checklist.

    `missing`: what is missing, "" when nothing is; `actor`: who must act, "" for the broker; `page`: URL name
    of the page where, with `args` after the reference; `is_blocking`: no reason closes the case without it.
    """

    label: str
    missing: str = ""
    actor: str = ""
    page: str = ""
    args: tuple[int, ...] = ()
    is_blocking: bool = False

    @property
    def url_name(self) -> str:
        return f"partnerships:{self.page}"

    @property
    def words(self) -> str:
        """The point and what is missing, in one line."""
        return f"{self.label}\u00a0: {self.missing}" if self.missing else self.label


def checklist(partnership: Partnership, at: datetime) -> list[ClosingPoint]:
    """Return the points to settle before the case closes, in order. At most 21 queries."""
    parties = list(partnership.parties.select_related("organisation").order_by("rank"))
    page = follow_up_queries.follow_up(partnership, at)
    parts = parts_of(partnership, parties)
    return [
        *_open_matters(partnership),
        *_followed(page, is_exit=effective_exit(partnership, timezone.localdate(at)) is not None),
        *_parts(parts),
        _evaluation(partnership),
        *_payments(partnership),
    ]


def missing_of(items: Iterable[ClosingPoint]) -> list[ClosingPoint]:
    """Return what is missing and may be left so with a reason."""
    return [item for item in items if item.missing and not item.is_blocking]


def effective_exit(partnership: Partnership, today: date) -> EarlyExit | None:
    """Return the early exit whose day has come, None without one. 1 query.

    With the notice of the charter it needs nobody's agreement; before that, all parties must have agreed.
    """
    rows = partnership.early_exits.filter(withdrawn_at=None, leaves_on__lte=today)
    for row in rows.order_by("number"):
        if row.agreed_at or row.leaves_on - timezone.localdate(row.asked_at, EVENING.tzinfo) >= NOTICE:
            return row
    return None


def _open_matters(partnership: Partnership) -> Iterator[ClosingPoint]:
    """Yield what must be over, whatever the reason: amendment, questionnaire, mediation, postponement."""
    amendment = partnership.roadmaps.filter(state__in=UNDER_WORK, edition__gt=1).first()
    yield ClosingPoint(
        label=_("Avenant en cours"),
        missing=edition_name(amendment.edition) if amendment else "",
        page="amendment",
        is_blocking=True,
    )
    running = partnership.rounds.filter(opened_at=None, cancelled_at=None).order_by("asked_at").first()
    yield ClosingPoint(
        label=_("Questionnaire en cours"),
        missing=str(running.get_question_display()) if running else "",
        actor=_("les parties"),
        page="questionnaires",
        is_blocking=True,
    )
    mediations = [row.code for row in partnership.mediations.filter(closed_at=None).order_by("number")]
    yield ClosingPoint(
        label=_("Médiation ouverte"),
        missing=", ".join(mediations),
        page="mediations",
        is_blocking=True,
    )
    requests = Postponement.objects.filter(milestone__partnership=partnership, decided_at=None)
    codes = requests.order_by("pk").values_list("milestone__code", flat=True)
    yield ClosingPoint(
        label=_("Report demandé"),
        missing=", ".join(codes),
        actor=_("les parties"),
        page="follow_up",
        is_blocking=True,
    )


def _followed(page: FollowUp, *, is_exit: bool) -> Iterator[ClosingPoint]:
    milestones = [*page.open_codes, *(code for code in page.unsettled_codes if code not in page.open_codes)]
    yield ClosingPoint(
        label=_("Jalons et preuves"),
        missing=", ".join(milestones),
        actor=_("les parties"),
        page="follow_up",
        is_blocking=not is_exit,
    )
    for group in page.commitments:
        still_open = [
            row.commitment.code for row in group.commitments if row.progress in follow_up_queries.OPEN
        ]
        yield ClosingPoint(
            label=_("Engagements\u00a0: %(name)s")
            % {"name": group.party.organisation.name if group.party else _("le passeur")},
            missing=", ".join(still_open),
            actor=group.party.organisation.name if group.party else "",
            page="follow_up",
        )


def _parts(parts: Sequence[PartyClosing]) -> Iterator[ClosingPoint]:
    for row in parts:
        name = row.party.organisation.name
        if row.budget:
            yield _accounts(row, name)
        for label, state in (
            (_("Données rendues ou supprimées\u00a0: %(name)s"), row.part.data_state if row.part else None),
            (_("Noms et logos retirés\u00a0: %(name)s"), row.part.logo_state if row.part else None),
        ):
            yield ClosingPoint(
                label=label % {"name": name},
                missing=_not_given_back(state),
                actor=name,
                page="closing_part",
                args=(row.party.pk,),
            )
        yield ClosingPoint(
            label=_("Leçons\u00a0: %(name)s") % {"name": name},
            missing="" if row.part else _("pas encore écrites"),
            actor=name,
            page="closing_part",
            args=(row.party.pk,),
        )


def _accounts(row: PartyClosing, name: str) -> ClosingPoint:
    label = _("Comptes\u00a0: %(name)s") % {"name": name}
    if row.part and row.waiting and not row.is_contested:
        waiting = ", ".join(party.organisation.name for party in row.waiting)
        missing = _("à confirmer")
        args = (row.party.pk,)
        return ClosingPoint(label=label, missing=missing, actor=waiting, page="closing_accounts", args=args)
    missing = "" if row.is_confirmed else _("contestés") if row.part else _("pas encore écrits")
    return ClosingPoint(label=label, missing=missing, actor=name, page="closing_part", args=(row.party.pk,))


def _not_given_back(state: str | None) -> str:
    if state is None:
        return _("pas encore déclaré")
    return _("pas encore fait") if state == ItemState.NOT_YET else ""


def _evaluation(partnership: Partnership) -> ClosingPoint:
    return ClosingPoint(
        label=_("Évaluation croisée des attentes"),
        missing="" if has_evaluation(partnership) else _("pas encore demandée"),
        page="questionnaires",
    )


def _payments(partnership: Partnership) -> Iterator[ClosingPoint]:
    open_rows = partnership.payments.with_due().filter(cancelled_at=None, received_at=None)
    for payment in open_rows.select_related("payer__organisation").order_by("pk"):
        yield ClosingPoint(
            label=_("Versement\u00a0: %(name)s") % {"name": payment.label},
            missing=_("réception à confirmer") if payment.declared_at else _("pas encore payé"),
            actor=_("l’autre partie") if payment.declared_at else payment.payer.organisation.name,
            page="follow_up",
        )
