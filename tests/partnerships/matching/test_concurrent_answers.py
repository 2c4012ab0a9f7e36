"""Concurrent answers to one introduction: names are revealed to all exactly once, or to nobody."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Decision
from accounts.refusals import Refusal
from accounts.vetting import actions as vetting
from ledger import verify
from ledger.queries import entries
from ledger.record import Subject
from outbox.models import Delivery, Message
from outbox.sending import delivery
from partnerships.matching.actions import introductions as actions
from partnerships.matching.queries.introductions import IntroductionStatus, status_of
from partnerships.models import Brief, Introduction, Invitee
from tests import briefs, make
from tests.cast import assemble_cast
from tests.partnerships.matching.test_introductions import marks, page_of

LATER = make.NOON + timedelta(hours=1)


def at_once(*acts):
    """Run the acts together, each on its own connection, and return how many were refused."""
    start, refused = threading.Barrier(len(acts)), []

    def run(act):
        try:
            start.wait(timeout=60)
            act()
        except Refusal as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return len(refused)


def yes(introduction, person):
    return lambda: briefs.say(introduction, person, at=LATER)


def no(introduction, person):
    return lambda: briefs.say(introduction, person, is_yes=False, reason="Non.", at=LATER)


def ledger_kinds(organisation, introduction):
    chain = entries(subject=Subject("organisation", organisation.pk)).exclude(kind="organisation.introduced")
    kinds = [each.kind for each in chain.filter(facts__introduction=str(introduction.pk))]
    return sorted(kind.removeprefix("organisation.introduction-") for kind in kinds)


def message_kinds(introduction):
    posted = Message.objects.filter(key__startswith=f"introduction:{introduction.pk}:", cancelled_at=None)
    return sorted(
        kind.removeprefix("introduction-") for kind in posted.values_list("kind", flat=True).order_by("pk")
    )


@pytest.mark.django_db(transaction=True)
def test_two_concurrent_answers_reveal_names_once_or_never():
    cast = assemble_cast(make.NOON)
    both = (cast.association, cast.company)

    met = briefs.introduce(cast)
    assert at_once(yes(met, cast.ada), yes(met, cast.carla)) == 0
    met.refresh_from_db()
    assert met.revealed_at == LATER
    assert [ledger_kinds(each, met) for each in both] == [["accepted", "revealed"]] * 2
    assert message_kinds(met) == ["answered", "revealed"]

    torn = briefs.introduce(cast)
    assert at_once(yes(torn, cast.ada), no(torn, cast.carla)) in (0, 1)
    torn.refresh_from_db()
    assert torn.revealed_at is None
    assert status_of(torn, LATER) == IntroductionStatus.DECLINED
    assert message_kinds(torn).count("ended") == 1

    same = briefs.introduce(cast)
    briefs.say(same, cast.carla, at=LATER)
    assert at_once(yes(same, cast.ada), yes(same, cast.ben), yes(same, cast.ada)) == 2
    assert ledger_kinds(cast.association, same) == ["accepted", "revealed"]
    assert message_kinds(same) == ["answered", "revealed"]

    suspended_meanwhile(cast)
    assert verify.verify() is None


def suspended_meanwhile(cast):
    """Whoever came first: a name was told to all before the suspension, or to nobody after it."""
    stopped = briefs.introduce(cast)
    briefs.say(stopped, cast.carla, at=LATER)
    at_once(yes(stopped, cast.ada), lambda: suspend(cast))
    stopped.refresh_from_db()
    outcome = "ended" if stopped.is_hindered else "revealed"
    assert (stopped.revealed_at is None) == stopped.is_hindered
    assert [ledger_kinds(each, stopped) for each in (cast.association, cast.company)] == [
        ["accepted", outcome]
    ] * 2


def suspend(cast):
    vetting.decide(
        organisation_id=cast.company.pk,
        broker=cast.nora,
        decision=Decision.SUSPENDED,
        reason="Une pièce a expiré.",
        at=LATER,
    )


def withdraw_the_brief(cast):
    Brief.objects.filter(organisation=cast.company).update(withdrawn_at=LATER)


def lose_who_answers(cast):
    cast.company.memberships.filter(user=cast.dan).update(left_at=LATER)
    cast.company.memberships.filter(user=cast.carla).update(is_referent=False, is_administrator=False)


@pytest.mark.django_db
@pytest.mark.parametrize("hinder", [suspend, withdraw_the_brief, lose_who_answers])
def test_the_last_yes_names_nobody_when_one_can_no_longer_take_part(cast, enter, hinder):
    introduction = briefs.introduce(cast, at=make.NOON)
    delivery.deliver_due(at=make.NOON, limit=1000)
    briefs.say(introduction, cast.carla, at=LATER)
    hinder(cast)
    briefs.say(introduction, cast.ada, at=LATER)
    introduction_now = Introduction.objects.get()
    assert (introduction_now.revealed_at, introduction_now.withdrawn_at, introduction_now.is_hindered) == (
        None,
        LATER,
        True,
    )
    assert Invitee.objects.filter(is_yes=True).count() == 2
    for organisation in (cast.association, cast.company):
        assert ledger_kinds(organisation, introduction) == ["accepted", "ended"]
    with pytest.raises(actions.NamesNotRevealed):
        actions.open_case_from_introduction(
            introduction_id=introduction_now.pk, broker=cast.nora, title="Trop tôt", at=LATER
        )
    why = "l’une des organisations invitées ne peut plus participer"
    delivery.deliver_due(at=LATER, limit=1000)
    mails = "\n".join(
        f"{each.subject}\n{each.text}\n{each.html}"
        for each in Delivery.objects.filter(user__in=[cast.ada, cast.ben], message__kind="introduction-ended")
    )
    assert mails.count(why) == 4
    page = enter(cast.ben).get(page_of(introduction_now)).content.decode()
    assert why in page
    secret = marks(cast.company, cast.carla, cast.dan) - {cast.association.city}
    assert {mark for mark in secret if mark.casefold() in (mails + page).casefold()} == set()
    broker = enter(cast.nora).get(reverse("broker:introduction", args=[introduction_now.pk]))
    assert "une organisation ne peut plus y participer" in broker.content.decode()
    if hinder is suspend:
        assert why in enter(cast.dan).get(page_of(introduction_now)).content.decode()
