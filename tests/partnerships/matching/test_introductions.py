"""Introductions: no name before all have accepted, the same messages for every end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Membership
from accounts.people.actions import memberships
from ledger.queries import entries
from ledger.record import Subject
from outbox.models import Delivery
from outbox.sending import delivery
from partnerships.matching.actions import introductions as actions
from partnerships.matching.actions.briefs import NotAWriter, withdraw_brief
from partnerships.matching.queries.introductions import IntroductionStatus, status_of
from partnerships.models import Invitee
from partnerships.permissions import OfBothSides
from tests import briefs, make

pytestmark = pytest.mark.django_db
LATER = make.NOON + timedelta(hours=1)


@pytest.fixture
def now(cast):
    """An introduction that pages, which read the real clock, find running."""
    return briefs.introduce(cast, at=make.ago(days=1), words="Vous cherchez la même chose.")


def page_of(introduction):
    return reverse("partnerships:introduction", args=[introduction.pk])


def marks(organisation, *people):
    """Return all that would say who an organisation is, as it may be written."""
    marks_found = {organisation.name, organisation.name.split()[-1], organisation.rna, organisation.siren}
    marks_found |= {organisation.siret, organisation.city, str(organisation.pk)}
    marks_found |= {each.full_name for each in people} | {each.email for each in people}
    return {mark for mark in marks_found if mark}


def mails_to(*people):
    deliveries = Delivery.objects.filter(
        user_id__in=[each.pk for each in people], message__kind__startswith="introduction"
    )
    return "\n".join(f"{each.subject}\n{each.text}\n{each.html}" for each in deliveries.order_by("pk"))


def pages(enter, person, introduction):
    browser = enter(person)
    own = Invitee.objects.get(
        introduction=introduction, brief__organisation__memberships__user=person
    ).brief_id
    places = [
        page_of(introduction),
        reverse("partnerships:briefs"),
        reverse("partnerships:brief", args=[own]),
        reverse("home"),
        reverse("partnerships:list"),
        reverse("partnerships:own_data"),
        reverse("organisation_ledger", args=[person.memberships.get().organisation_id]),
    ]
    return "\n".join(browser.get(place, follow=True).content.decode() for place in places)


def both_ways(cast):
    """Return who reads, and what that reader must not find."""
    return (
        (cast.ada, cast.ben, marks(cast.company, cast.carla, cast.dan) - {cast.association.city}),
        (cast.carla, cast.dan, marks(cast.association, cast.ada, cast.ben) - {cast.company.city}),
    )


@pytest.mark.parametrize("step", ["proposed", "one yes", "declined", "withdrawn"])
def test_no_name_is_found_before_all_say_yes(cast, enter, now, step):
    delivery.deliver_due(at=make.ago(days=0.5), limit=1000)
    at = make.ago()
    if step in ("one yes", "declined"):
        briefs.say(now, cast.ada, is_yes=True, at=at)
    if step == "declined":
        briefs.say(now, cast.carla, is_yes=False, reason="Nous préférons attendre.", at=at)
    if step == "withdrawn":
        actions.withdraw(introduction_id=now.pk, broker=cast.nora, at=at)
    delivery.deliver_due(at=make.ago(days=-1), limit=1000)
    for reader, other, secret in both_ways(cast):
        visible = pages(enter, reader, now) + mails_to(reader, other) + page_of(now)
        assert "Voyager sans renoncer" in visible or "Comprendre la vie" in visible
        assert mails_to(reader)
        marks_found = {mark for mark in secret if mark.casefold() in visible.casefold()}
        assert marks_found == set()
        chain = entries(subject=Subject("organisation", reader.memberships.get().organisation_id))
        ledger_text = "\n".join(f"{each.kind} {each.facts}" for each in chain)
        assert {mark for mark in secret if mark in ledger_text} == set()
    assert "Nous préférons attendre." not in enter(cast.ada).get(page_of(now)).content.decode()


def test_an_anonymous_profile_shows_need_facts_and_limits(cast, enter, now):
    read = enter(cast.ben).get(page_of(now)).content.decode()
    for words in (
        "Une entreprise du médicament, de 50 à 250 salariés",
        "Mieux connaître la vie réelle des patients.",
        "Aucun nom de marque, de produit ni de molécule",
        "Vous cherchez la même chose.",
    ):
        assert words in read


def test_names_are_revealed_to_all_on_the_last_yes(cast, enter, now):
    for browser, person in ((enter(cast.ben), cast.ben), (enter(cast.carla), cast.carla)):
        assert browser.post(page_of(now), {"answer": "yes"}).status_code == 303, person
    now.refresh_from_db()
    assert now.revealed_at is not None
    assert cast.company.name in enter(cast.ada).get(page_of(now)).content.decode()
    assert cast.association.name in enter(cast.dan).get(page_of(now)).content.decode()
    delivery.deliver_due(at=make.ago(days=-1), limit=1000)
    assert cast.company.name in mails_to(cast.ada)
    assert "Mise en relation terminée" not in mails_to(cast.ada, cast.carla)


def test_a_refusal_is_neutral_and_only_the_broker_reads_its_reason(cast, enter):
    introduction = briefs.introduce(cast)
    briefs.say(introduction, cast.carla, is_yes=False, reason="Pas avec une association.", at=LATER)
    delivery.deliver_due(at=LATER, limit=1000)
    mails = mails_to(cast.ada)
    assert "est terminée" in mails
    assert "non" not in mails.lower().replace("aucun nom", "").split()
    console = enter(cast.nora).get(reverse("broker:introduction", args=[introduction.pk])).content.decode()
    assert "Pas avec une association." in console
    with pytest.raises(actions.IntroductionClosed):
        briefs.say(introduction, cast.ada, at=LATER)


@pytest.mark.parametrize("ended_by", ["the other", "the broker", "the other's brief"])
def test_the_ledger_of_an_organisation_does_not_say_who_ended_it(cast, enter, ended_by):
    introduction = briefs.introduce(cast)
    if ended_by == "the other":
        briefs.say(introduction, cast.carla, is_yes=False, at=LATER)
    elif ended_by == "the broker":
        actions.withdraw(introduction_id=introduction.pk, broker=cast.nora, at=LATER)
    else:
        brief = Invitee.objects.get(introduction=introduction, brief__organisation=cast.company).brief
        withdraw_brief(brief_id=brief.pk, author=cast.carla, at=LATER)
    address = reverse("organisation_ledger", args=[cast.association.pk])
    page = enter(cast.ada).get(address).context["page"]
    entries_of_page = [(each.name, each.sentence) for each in page.entries[:2]]
    assert entries_of_page == [
        ("Lucky Link", "met fin à une mise en relation."),
        (str(cast.nora), "propose une mise en relation, sans nommer personne."),
    ]
    entry = enter(cast.ada).get(f"{address}{page.entries[0].sequence}/").content.decode()
    assert str(cast.nora) not in entry
    read = enter(cast.oscar).get(address).context["page"].entries[0].name
    assert read == (str(cast.nora) if ended_by == "the broker" else "Lucky Link")


def test_an_organisation_that_declined_gets_no_mail_about_the_end(cast):
    introduction = briefs.introduce(cast)
    briefs.say(introduction, cast.carla, is_yes=False, at=LATER)
    delivery.deliver_due(at=LATER, limit=1000)
    assert "est terminée" not in mails_to(cast.carla)


def test_it_ends_by_itself_after_three_weeks(cast):
    introduction = briefs.introduce(cast)
    end = make.NOON + timedelta(days=21)
    assert status_of(introduction, end - timedelta(seconds=1)) == IntroductionStatus.WAITING
    assert status_of(introduction, end) == IntroductionStatus.EXPIRED
    delivery.deliver_due(at=end, limit=1000)
    assert all("est terminée" in mails_to(each) for each in (cast.ada, cast.carla))
    with pytest.raises(actions.IntroductionClosed):
        briefs.say(introduction, cast.ada, at=end)


@pytest.mark.parametrize("name", ["nora", "root", "mallory"])
def test_nobody_answers_for_another(cast, enter, name):
    introduction = briefs.introduce(cast)
    with pytest.raises(NotAWriter):
        briefs.say(introduction, getattr(cast, name), at=LATER)
    assert enter(getattr(cast, name)).get(page_of(introduction)).status_code == 404


def test_who_only_reads_for_a_side_or_belongs_to_both_answers_for_none(cast):
    introduction = briefs.introduce(cast)
    memberships.change_roles(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        member_id=cast.ben.pk,
        roles=memberships.Roles(),
        at=LATER,
    )
    with pytest.raises(NotAWriter):
        briefs.say(introduction, cast.ben, at=LATER)
    Membership.objects.create(user=cast.ada, organisation=cast.company, is_referent=True, joined_at=make.NOON)
    with pytest.raises(OfBothSides):
        briefs.say(introduction, cast.ada, at=LATER)
