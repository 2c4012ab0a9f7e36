"""One of each thing an address may name, and a signed-in browser for each of the cast."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client

from accounts.models import DocumentKind, InterestKind
from accounts.organisations.actions import interests
from outbox.models import Delivery
from outbox.sending import delivery
from partnerships.handover import actions as handover
from partnerships.lifecycle import Case, Edition
from partnerships.models import Answer, LibraryClause, ModelCharter, Partnership, Stance, SuspensionGround
from partnerships.suspension import actions as suspension
from tests import briefs, files, make
from tests.cast import Cast, reauthenticate
from tests.matrix.rows import NOBODY, SIGNED_IN, UNKNOWN, Row
from tests.partnerships.closing import parts
from tests.partnerships.dialogue import shared
from tests.partnerships.expectations import filing
from tests.partnerships.limits import watching
from tests.partnerships.meetings import gathering
from tests.partnerships.questionnaires import answering


class Stage:
    """Cases in negotiation, in signing and active, all between Ada's and Carla's organisations."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.cases = {
            "negotiation": make.partnership(cast, until=Edition.NEGOTIATION, title="Premier"),
            "signing": make.partnership(cast, until=Edition.SIGNING, title="Deuxième"),
            "active": _asked_to_suspend(cast, "Troisième"),
            "asked": filing.ask_parties(cast, at=make.ago(days=1)),
            "compared": filing.opened(cast, at=make.ago(days=1)),
            "surveyed": answering.surveyed(cast, at=make.ago(days=1)),
            "suspended": _suspended(cast, "Septième"),
            "reviewed": parts.reviewed(cast, at=make.ago(days=1)),
            "left": parts.left(cast, at=make.ago(days=1)),
            "closed": parts.closed(cast, at=make.ago(days=1)),
        }
        self._add_dialogue(cast)
        given = make.complete(
            self.cases["active"], "J2", cast.dan, at=make.NOON, file=files.checked("preuve.pdf")
        )
        self.evidence, self.file = given.pk, given.file_id
        self.request = make.postpone(self.cases["active"], "J1", cast.ada, at=make.NOON)
        make.say(self.cases["negotiation"], cast.ada, Stance.QUESTION, at=make.NOON)
        make.agree(self.cases["negotiation"], cast.carla, at=make.NOON)
        make.ask_again(self.cases["negotiation"], cast.nora, at=make.NOON)
        delivery.deliver_due(at=make.NOON + timedelta(minutes=1))
        deliveries = Delivery.objects.exclude(html="").filter(message__kind="case-opened")
        self.mail = deliveries.order_by("pk")[:1].get()
        self.document = files.paper(cast.association, cast.ada, at=make.NOON)
        files.paper(
            cast.association,
            cast.ada,
            kind=DocumentKind.ETHICS_CHARTER,
            title="Charte éthique",
            at=make.NOON,
        )
        self.link = interests.declare_link(
            organisation_id=cast.association.pk,
            administrator=cast.ada,
            link=interests.BoardLinkDetails("Eve Autre", "Valfictif", "Actions", make.NOON.date()),
            at=make.NOON,
        )
        self.interest = interests.declare_broker_interest(
            broker=cast.nora,
            organisation_id=cast.association.pk,
            details=interests.BrokerInterestDetails(
                InterestKind.LINK, "Ancienne adhérente", make.NOON.date()
            ),
            at=make.NOON,
        )
        self.introduction = briefs.introduce(cast, at=make.ago(days=1))
        make.shipped_library()
        self.model = ModelCharter.objects.get(key="guide")
        self.library = LibraryClause.objects.get(key="confidentialite")
        self.clients = {NOBODY: Client()}
        for name in SIGNED_IN:
            person = getattr(cast, name)
            self.clients[name] = Client(raise_request_exception=True)
            self.clients[name].force_login(
                person, backend="allauth.account.auth_backends.AuthenticationBackend"
            )
            reauthenticate(self.clients[name])

    def _add_dialogue(self, cast: Cast) -> None:
        case = self.cases["negotiation"]
        shared.write(case, cast.ada, at=make.NOON)
        watching.raise_alert(self.cases["active"], cast.ada, at=make.NOON)
        watching.declare(self.cases["active"], cast.ada, asks=("L1",), at=make.NOON)
        planned, held = (gathering.set_meeting(case, cast.nora, at=make.NOON) for _number in range(2))
        gathering.file_minutes(held, cast.nora, at=make.NOON)
        self.task = gathering.add_task(planned, cast.nora, case.parties.get(code="A"), at=make.NOON).pk

    def args(self, row: Row) -> list[Any]:
        """Return the arguments of the row's address, its names in braces made real."""
        case = self.cases[row.case]
        made = {
            "{reference}": case.reference,
            "{clause}": make.clause_id(case, 1),
            "{answer}": self._answer(case),
            "{party}": case.parties.get(code="A").pk,
            "{milestone}": self._milestone(case),
            "{commitment}": self._commitment(case),
            "{payment}": case.payments.order_by("pk").values_list("pk", flat=True).first() or 0,
            "{request}": self.request.pk,
            "{evidence}": self.evidence,
            "{survey}": case.patient_surveys.order_by("pk").values_list("pk", flat=True).first() or 0,
            "{file}": self.file,
            "{task}": self.task,
            "{round}": case.rounds.order_by("-asked_at").values_list("pk", flat=True).first() or UNKNOWN,
            "{association}": self.cast.association.pk,
            "{link}": self.link.pk,
            "{interest}": self.interest.pk,
            "{brief}": self.introduction.invitees.get(brief__organisation=self.cast.association).brief_id,
            "{introduction}": self.introduction.pk,
            "{library}": self.library.pk,
            "{model}": self.model.pk,
            "{version}": self.library.current_id,
            "{mail}": self.mail.pk,
            "{document}": self.document.pk,
            "{ada}": self.cast.ada.pk,
            "{ben}": self.cast.ben.pk,
        }
        return [made.get(each, each) if isinstance(each, str) else each for each in row.args]

    def _answer(self, case: Partnership) -> int:
        answers = Answer.objects.filter(revision__clause__roadmap__partnership=case)
        return answers.order_by("pk").values_list("pk", flat=True).first() or 0

    def _commitment(self, case: Partnership) -> int:
        own = case.commitments.filter(party__code="A").order_by("pk")
        return own.values_list("pk", flat=True).first() or 0

    def _milestone(self, case: Partnership) -> int:
        own = case.milestones.filter(owner__code="A").order_by("pk")
        return own.values_list("pk", flat=True).first() or 0


def _asked_to_suspend(cast: Cast, title: str) -> Partnership:
    """Return an active case of which a party asks that it be suspended."""
    case = make.partnership(cast, until=Case.ACTIVE, title=title)
    suspension.ask(
        partnership_id=case.pk,
        person=cast.ada,
        ground=SuspensionGround.MONEY,
        text="Le versement est retardé.",
        until=make.NOON.date() + timedelta(days=20),
        at=make.NOON,
    )
    return case


def _suspended(cast: Cast, title: str) -> Partnership:
    """Return a suspended case that Oscar is asked to take over."""
    case = make.suspended(cast, title=title)
    handover.ask(
        partnership_id=case.pk,
        broker=cast.nora,
        to_broker_id=cast.oscar.pk,
        reason="Un congé.",
        at=make.NOON,
    )
    return case
