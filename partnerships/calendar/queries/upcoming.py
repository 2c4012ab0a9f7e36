"""The mails that a person will get as things stand, with their reasons.

To whom a message goes is computed at delivery. Of the kinds that a case plans in numbers it is computed here
for all messages together, and a test compares; of any other kind, by the kind itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.lifecycle import READ_ONLY
from accounts.models import Mandate, Membership, Organisation, User
from accounts.recipients import recipient_for
from accounts.templatetags import wording
from outbox import queries as outbox
from outbox.kinds import Recipient, Topic, kind_named
from outbox.message_keys import build_prefix
from outbox.models import Message
from outbox.queries import FutureMail
from outbox.sending import rendering
from outbox.slots import slot_in
from partnerships import message_keys, reminders
from partnerships.lifecycle import FINAL, Case, Edition
from partnerships.models import (
    Envelope,
    Evidence,
    EvidenceAnswer,
    Invitee,
    Milestone,
    Partnership,
    Party,
    Payment,
    Roadmap,
    Round,
    Snooze,
)

PAGE_SIZE: Final = 50
MILESTONE: Final = "milestone-reminder"
OVERDUE: Final = "milestone-overdue"
EVIDENCE: Final = "evidence-reminder"
PAYMENT: Final = "payment-reminder"
RECHECK: Final = "organisation-recheck"
SIGNATURES: Final = ("signature-reminder", "signature-overdue")
NEGOTIATED: Final = "round-reminder"
ROUNDS: Final = frozenset(kinds.reminder for kinds in reminders.ROUND_KINDS.values())


@dataclass(frozen=True, kw_only=True)
class UpcomingMail:
    """One mail to come: what it is about, why its reader gets it, and its case, None for none.

    `snooze_url`: where the reader puts this reminder off, "" where it cannot be.
    """

    leaves_at: datetime
    in_digest: bool
    title: str
    why: str
    url: str
    case: Partnership | None
    snooze_url: str = ""


@dataclass(frozen=True, kw_only=True)
class _Place:
    """What a person is in their cases: the parties, as whom they are reminded, as whom they speak.

    `acting`: the parties for which they speak and that may act; `led`: the cases that they lead as broker.
    """

    cases: Mapping[str, Partnership]
    parties: Mapping[str, Sequence[Party]]
    reminded: Collection[int]
    speaking: Collection[int]
    acting: Collection[int]
    led: Collection[str]


def upcoming_mails(user: User, at: datetime, *, page: int = 1) -> Page[UpcomingMail]:
    """Return one page of the mails to come to a person, the next one first.

    17 queries, and of the page those that describe the mails about an organisation, a mandate or an
    introduction, and say to whom those about signatures go.
    """
    place = _place_of(user)
    subjects: dict[str, Any] = {}
    recipient = recipient_for(user)

    def addressed(messages: Sequence[Message]) -> list[Message]:
        subjects.update(_subjects(messages))
        memo: dict[tuple[object, ...], bool] = {}
        return [each for each in messages if _is_addressed(each, place, subjects, recipient, memo, at)]

    mails = outbox.future_mails(
        recipient=recipient, candidates=_candidates(user, place), addressed=addressed, at=at
    )
    shown: Page[Any] = Paginator(mails, PAGE_SIZE).get_page(page)
    shown.object_list = [_upcoming(mail, place, subjects, recipient, at) for mail in shown.object_list]
    return shown


def _place_of(user: User) -> _Place:
    """Return what a person is in each open case. 4 queries."""
    own = Q(parties__organisation__in=_organisations(user)) if not user.is_broker else Q()
    led = Q(broker=user) | Q(broker__is_active=False) | Q(broker__is_broker=False)
    open_cases = Partnership.objects.exclude(state__in=FINAL).select_related("broker")
    cases = list(open_cases.filter(led if user.is_broker else own).distinct().order_by("pk"))
    parties = list(
        Party.objects.filter(partnership__in=cases)
        .select_related("organisation")
        .order_by("partnership_id", "rank")
    )
    members = Membership.objects.present().filter(
        organisation__in={party.organisation_id for party in parties}, user__is_broker=False
    )
    members = members.filter(Q(is_referent=True) | Q(is_signatory=True)).order_by("pk")
    with_referent = {each.organisation_id for each in members if each.is_referent}
    own_roles = {each.organisation_id: each for each in members if each.user_id == user.pk}
    grouped: dict[str, list[Party]] = {str(case.pk): [] for case in cases}
    for party in parties:
        grouped[str(party.partnership_id)].append(party)
    speaking = [party for party in parties if party.organisation_id in own_roles]
    acting = [party for party in speaking if party.organisation.state not in READ_ONLY]
    return _Place(
        cases={str(case.pk): case for case in cases},
        parties=grouped,
        reminded={
            party.pk
            for party in acting
            if own_roles[party.organisation_id].is_referent or party.organisation_id not in with_referent
        },
        speaking={party.pk for party in speaking},
        acting={party.pk for party in acting},
        led={str(case.pk) for case in cases if user.is_broker},
    )


def _organisations(user: User) -> list[UUID]:
    present = Membership.objects.present().filter(user=user).order_by("organisation_id")
    return list(present.values_list("organisation_id", flat=True))


def _candidates(user: User, place: _Place) -> Q:
    """Return the messages that may be addressed to a person. 3 queries."""
    organisations = _organisations(user)
    mandates = Mandate.objects.filter(organisation__in=organisations, revoked_at=None)
    invited = Invitee.objects.filter(brief__organisation__in=organisations)
    introductions = invited.order_by("introduction_id").values_list("introduction_id", flat=True).distinct()
    prefixes = [
        *(message_keys.case_prefix(case.pk) for case in place.cases.values()),
        *(build_prefix("organisation", each) for each in organisations),
        *(build_prefix("mandate", each) for each in mandates.order_by("pk").values_list("pk", flat=True)),
        *(message_keys.introduction_prefix(each) for each in introductions),
    ]
    candidates = Q(pk__in=[])
    for prefix in prefixes:
        candidates |= Q(key__startswith=prefix)
    if user.is_broker:
        candidates |= Q(key__startswith=build_prefix("organisation"), kind=RECHECK)
    return candidates


def _subjects(messages: Sequence[Message]) -> dict[str, Any]:
    """Return what the messages are about, by kind and key, as "milestone:7". 8 queries."""

    def keys(fact: str, *kinds: str) -> set[Any]:
        return {each.facts[fact] for each in messages if each.kind in kinds}

    snoozes = Prefetch("snoozes", queryset=Snooze.objects.order_by("pk"))
    milestones = Milestone.objects.select_related("owner__organisation", "depends_on", "partnership")
    rounds = Round.objects.defer("key").annotate(
        is_negotiated=Exists(
            Roadmap.objects.filter(partnership=OuterRef("partnership"), state=Edition.NEGOTIATION)
        )
    )
    envelopes = Prefetch("envelopes", queryset=Envelope.objects.only("round", "party", "sealed_at"))
    answers = Prefetch("answers", queryset=EvidenceAnswer.objects.order_by("pk"))
    evidence = Evidence.objects.select_related("milestone", "commitment", "settlement")
    payments = Payment.objects.select_related("payer")
    wanted: tuple[tuple[str, Any, set[Any]], ...] = (
        ("milestone", milestones.prefetch_related(snoozes), keys("milestone", MILESTONE, OVERDUE)),
        ("round", rounds.prefetch_related(envelopes), keys("round", *ROUNDS)),
        ("evidence", evidence.prefetch_related(answers), keys("evidence", EVIDENCE)),
        ("payment", payments, keys("payment", PAYMENT)),
        ("organisation", Organisation.objects.all(), keys("organisation", RECHECK)),
    )
    return {
        f"{fact}:{row.pk}": row
        for fact, rows, wanted_keys in wanted
        for row in rows.filter(pk__in=wanted_keys).order_by("pk")
    }


def _is_addressed(
    message: Message,
    place: _Place,
    subjects: Mapping[str, Any],
    recipient: Recipient,
    memo: dict[tuple[object, ...], bool],
    at: datetime,
) -> bool:
    """Return whether a message would go to the person, if it left now."""
    rule = _RULES.get(message.kind)
    if rule is not None:
        fact, check = rule
        subject = subjects.get(f"{fact}:{message.facts[fact]}")
        return subject is not None and check(message, subject, place, recipient, at)
    about = {name: value for name, value in message.facts.items() if name not in ("slot", "days", "collapse")}
    key = (message.kind, repr(sorted(about.items())))
    if key not in memo:
        memo[key] = _is_told(message, recipient, at)
    return memo[key]


def _is_told(message: Message, recipient: Recipient, at: datetime) -> bool:
    kind, person = kind_named(message.kind), recipient.user
    people = [each.user for each in kind.recipients(message, at) if each.user is not None]
    return any(person is not None and each.pk == person.pk for each in people)


def _is_open(message: Message, milestone: Milestone, at: datetime) -> bool:
    is_closed = milestone.completed_at is not None or milestone.cancelled_at is not None
    is_same_day = milestone.due_date.isoformat() == message.facts["due_date"]
    waits = milestone.waits_on(timezone.localdate(at))
    return not (is_closed or waits) and is_same_day and milestone.partnership.state == Case.ACTIVE


def _of_milestone(
    message: Message, milestone: Milestone, place: _Place, recipient: Recipient, at: datetime
) -> bool:
    if not _is_open(message, milestone, at) or recipient.user is None:
        return False
    if message.kind == OVERDUE:
        return str(milestone.partnership_id) in place.led
    owners = (
        {milestone.owner_id}
        if milestone.owner_id
        else {party.pk for party in place.parties[str(milestone.partnership_id)]}
    )
    only = message.facts.get("user")
    snoozed = reminders.snoozed_people(message.facts, milestone.snoozes.all())
    is_told = recipient.user.pk not in snoozed and only in (None, str(recipient.user.pk))
    return is_told and not owners.isdisjoint(place.reminded)


def _of_round(message: Message, round_: Any, place: _Place, _recipient: Recipient, at: datetime) -> bool:
    is_over = round_.opened_at is not None or round_.cancelled_at is not None or round_.deadline_at <= at
    if is_over or (message.kind == NEGOTIATED and not round_.is_negotiated):
        return False
    return any(each.sealed_at is None and each.party_id in place.acting for each in round_.envelopes.all())


def _of_evidence(
    _message: Message, evidence: Evidence, place: _Place, _recipient: Recipient, _at: datetime
) -> bool:
    case = str(evidence.subject.partnership_id)
    answers = list(evidence.answers.all())
    is_settled = hasattr(evidence, "settlement") or any(not each.is_confirmed for each in answers)
    if is_settled or case not in place.cases or place.cases[case].state != Case.ACTIVE:
        return False
    answered = {evidence.party_id, *(each.party_id for each in answers)}
    return any(party.pk in place.speaking for party in place.parties[case] if party.pk not in answered)


def _of_payment(
    _message: Message, payment: Payment, place: _Place, _recipient: Recipient, _at: datetime
) -> bool:
    is_open = payment.declared_at is None and payment.cancelled_at is None
    return is_open and payment.payer_id in place.speaking


def _of_recheck(
    _message: Message, _organisation: Organisation, _place: _Place, recipient: Recipient, _at: datetime
) -> bool:
    return isinstance(recipient.user, User) and recipient.user.is_broker


type _Rule = tuple[str, Callable[[Message, Any, _Place, Recipient, datetime], bool]]
_RULES: Final[Mapping[str, _Rule]] = {
    MILESTONE: ("milestone", _of_milestone),
    OVERDUE: ("milestone", _of_milestone),
    **dict.fromkeys(ROUNDS, ("round", _of_round)),
    EVIDENCE: ("evidence", _of_evidence),
    PAYMENT: ("payment", _of_payment),
    RECHECK: ("organisation", _of_recheck),
}


def _upcoming(
    mail: FutureMail, place: _Place, subjects: Mapping[str, Any], recipient: Recipient, at: datetime
) -> UpcomingMail:
    message = mail.message
    case = place.cases.get(str(message.facts.get("partnership", "")))
    rule = _RULES.get(message.kind)
    subject = subjects.get(f"{rule[0]}:{message.facts[rule[0]]}") if rule else None
    if subject is not None:
        title, why = _words(message, subject)
        url = _url(message, case)
    elif mail.is_ready or message.kind in SIGNATURES:
        title, why = _words_of_a_case(mail)
        url = case.get_absolute_url() if case else reverse("home")
    else:
        kind = kind_named(message.kind)
        line = rendering.describe(kind=kind, message=message, recipient=recipient, at=max(at, mail.leaves_at))
        title, why, url = line.heading, line.why, line.url
    return UpcomingMail(
        leaves_at=mail.leaves_at,
        in_digest=mail.in_digest,
        title=title,
        why=why,
        url=url,
        case=case,
        snooze_url=_snooze_url(message, case),
    )


def _url(message: Message, case: Partnership | None) -> str:
    if case is None:
        return reverse("broker:vet", args=[message.facts["organisation"]])
    page = "rounds" if message.kind == NEGOTIATED else "follow_up"
    return reverse(f"partnerships:{page}", args=[case.reference])


def _words_of_a_case(mail: FutureMail) -> tuple[str, str]:
    """Return what a mail is about, and why its reader gets it, without reading more of the case."""
    if mail.message.kind in SIGNATURES:
        return _("Rappel\u00a0: signature attendue"), _("Une partie n’a pas encore signé le texte figé.")
    topic = kind_named(mail.message.kind).topic
    title = str(Topic(topic).label)
    return title, _("Ce message est prêt\u00a0: il attend une heure ouvrée ou votre résumé.")


def _words(message: Message, subject: Any) -> tuple[str, str]:
    """Return what a mail is about, and why its reader gets it."""
    match message.kind:
        case "milestone-overdue":
            title = _("Retard du jalon %(name)s") % {"name": subject}
            why = _("Vous êtes passeur de ce dossier. Ce message part si le jalon n’est pas atteint.")
        case "milestone-reminder":
            title = _("Rappel du jalon %(name)s") % {"name": subject}
            words = (
                _("Votre organisation est responsable de ce jalon, attendu le %(day)s.")
                if subject.owner_id
                else _("Toutes les parties sont responsables de ce jalon, attendu le %(day)s.")
            )
            why = words % {"day": wording.day_text(subject.due_date)}
        case "evidence-reminder":
            title = _("Rappel\u00a0: confirmer ou contester %(name)s") % {"name": subject.subject}
            why = _("Votre organisation n’a pas répondu. Sans réponse, c’est accepté le %(day)s.") % {
                "day": wording.moment_text(subject.answer_until)
            }
        case "organisation-recheck":
            title = _("Vérification annuelle\u00a0: %(name)s") % {"name": subject.name}
            why = _("Un passeur vérifie de nouveau chaque organisation tous les ans.")
        case "payment-reminder":
            title = _("Rappel du versement\u00a0: %(name)s") % {"name": subject.label}
            why = _("Votre organisation doit ce versement et ne l’a pas encore indiqué.")
        case _round:
            title = _("Rappel\u00a0: %(name)s") % {"name": subject.get_question_display()}
            why = _("Votre organisation n’a pas scellé son enveloppe. Date limite\u00a0: %(day)s.") % {
                "day": wording.moment_text(subject.deadline_at)
            }
    return title, why


def _snooze_url(message: Message, case: Partnership | None) -> str:
    slot = slot_in(message.facts)
    if message.kind != MILESTONE or case is None or slot is None or slot.target >= slot.due:
        return ""
    if slot.is_last_word:
        return ""
    return reverse("partnerships:snooze", args=[case.reference, message.facts["milestone"]])
