"""One rule says who may sign: the freeze, the signature, the pages, the home and the mails all follow it.

Each breakage changes the rows of one condition alone, as no action would, so that removing that condition
from the rule fails a test here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Mandate, Membership, User
from accounts.people.queries.mandates import valid_mandates
from outbox.models import Delivery
from outbox.sending import delivery
from partnerships.drafting.queries import completeness
from partnerships.home.queries import home_page
from partnerships.lifecycle import Edition
from partnerships.models import Charter, Signature
from partnerships.permissions import ConsentError
from partnerships.signing.actions import freezing, signing
from partnerships.signing.actions.freezing import NoMandate
from partnerships.signing.queries import charter_pages
from partnerships.text import agreement
from tests import make
from tests.cast import Cast
from tests.make import NOON

pytestmark = pytest.mark.django_db
TODAY = NOON.date()
DAY = timedelta(days=1)
AMOUNT_MINOR = 3_540_000  # what the company binds itself to pay in the text of the tests: action and fees


def change_mandate(cast: Cast, **changes: object) -> None:
    Mandate.objects.filter(pk=cast.ada_mandate.pk).update(**changes)


def change_membership(cast: Cast, **changes: object) -> None:
    Membership.objects.filter(user=cast.ada, organisation=cast.association).update(**changes)


def change_person(cast: Cast, **changes: object) -> None:
    User.objects.filter(pk=cast.ada.pk).update(**changes)


def leave_for_another(cast: Cast) -> None:
    """Let Ada sign for another organisation than the one that mandated her."""
    change_membership(cast, organisation=cast.other_company)


def leave_the_role_to_ben(cast: Cast) -> None:
    """Let Ben, who has no mandate, be the only signatory."""
    change_membership(cast, is_signatory=False)
    Membership.objects.filter(user=cast.ben).update(is_signatory=True)


BREAKAGES: dict[str, Callable[[Cast], None]] = {
    "revoked": lambda cast: change_mandate(cast, revoked_at=NOON),
    "of another organisation": lambda cast: change_mandate(cast, organisation=cast.other_company),
    "not begun": lambda cast: change_mandate(cast, valid_from_date=TODAY + DAY),
    "expired": lambda cast: change_mandate(cast, valid_until_date=TODAY - DAY),
    "below the amount": lambda cast: change_mandate(cast, ceiling_minor=AMOUNT_MINOR - 1),
    "of who left": lambda cast: change_membership(cast, left_at=NOON),
    "of who left for another organisation": leave_for_another,
    "of who lost the role": lambda cast: change_membership(cast, is_signatory=False),
    "of who lost the role to a colleague": leave_the_role_to_ben,
    "of a closed account": lambda cast: change_person(cast, is_active=False),
    "of who became a broker": lambda cast: change_person(cast, is_broker=True),
}
# The home names the amount of no charter.
HOME = {name: act for name, act in BREAKAGES.items() if name != "below the amount"}
# Whoever can still sign in and sign for the organisation, and lacks nothing but the mandate.
LACKING = ("revoked", "of another organisation", "not begun", "expired", "below the amount")
LIMITS: dict[str, Callable[[Cast], None]] = {
    "first day": lambda cast: change_mandate(cast, valid_from_date=TODAY),
    "last day": lambda cast: change_mandate(cast, valid_until_date=TODAY),
    "exact ceiling": lambda cast: change_mandate(cast, ceiling_minor=AMOUNT_MINOR),
    "no end and no ceiling": lambda cast: None,
}


@pytest.fixture
def agreed(cast):
    return make.partnership(cast, until=Edition.AGREED)


@pytest.fixture
def frozen(cast):
    return make.partnership(cast, until=Edition.SIGNING)


def freeze(case, cast, at=NOON):
    return freezing.freeze(partnership_id=case.pk, broker=cast.nora, at=at)


def sign(case, cast, at=NOON):
    return signing.sign(
        partnership_id=case.pk, signatory=cast.ada, consent=make.consent(make.charter(case), cast.ada), at=at
    )


def party(case):
    return case.parties.select_related("organisation").get(code="A")


def signature_row(case, cast):
    """Return how the signature_row of the association is shown on the charter page."""
    page = charter_pages.charter_page(case, cast.ben, None, NOON)
    return next(row for row in page.texts[0].signature_rows if row.side == "association")


def signatory_level(case):
    """Return how the check "each party has a mandated signatory" comes out for the text under work."""
    parties = list(case.parties.select_related("organisation").order_by("rank"))
    clauses = agreement.clauses_of(make.roadmap(case))
    items = completeness.evaluate(case, clauses, parties, at=NOON)
    return next(each.level for each in items if each.item.code == "A12")


def addressed(kind):
    return set(Delivery.objects.filter(message__kind=kind).values_list("address", flat=True))


class TestAMandateThatBinds:
    @pytest.mark.parametrize("name", LIMITS)
    def test_lets_the_text_be_frozen_and_signed(self, agreed, cast, name):
        LIMITS[name](cast)
        assert signatory_level(agreed) == "full"
        charter = freeze(agreed, cast)
        assert charter.amount_minor == AMOUNT_MINOR
        assert sign(agreed, cast).mandate == cast.ada_mandate

    def test_is_named_in_the_frozen_text_and_on_the_pages(self, frozen, cast):
        assert '"signatory_name":"Ada Vernet"' in bytes(make.charter(frozen).canonical_json).decode()
        assert signature_row(frozen, cast).detail == "Ada Vernet"
        assert charter_pages.mandated_names(frozen, party(frozen), NOON) == "Ada Vernet"

    def test_is_judged_by_the_day_of_the_installation_wherever_the_reader_is(self, cast):
        change_mandate(cast, valid_until_date=TODAY)
        before, after = NOON.replace(hour=22, minute=59), NOON.replace(hour=23, minute=0)  # midnight in Paris
        with timezone.override(ZoneInfo("Pacific/Tahiti")):
            valid = [
                valid_mandates([cast.association.pk], amount_minor=0, at=at).exists()
                for at in (before, after)
            ]
        assert valid == [True, False]


@pytest.mark.parametrize("name", BREAKAGES)
class TestAMandateThatDoesNotBind:
    def test_freezes_nothing(self, agreed, cast, name):
        BREAKAGES[name](cast)
        with pytest.raises(NoMandate):
            freeze(agreed, cast)
        assert not Charter.objects.exists()

    def test_signs_nothing(self, frozen, cast, name):
        BREAKAGES[name](cast)
        cast.ada.refresh_from_db()
        with pytest.raises(NoMandate if name in LACKING else ConsentError):
            sign(frozen, cast)
        assert not Signature.objects.exists()

    def test_opens_no_form_on_the_sign_page(self, frozen, cast, name):
        BREAKAGES[name](cast)
        cast.ada.refresh_from_db()
        page = charter_pages.sign_page(frozen, cast.ada, party(frozen), NOON)
        assert page.mandate is None

    def test_names_nobody_who_may_sign(self, frozen, cast, name):
        BREAKAGES[name](cast)
        assert charter_pages.mandated_names(frozen, party(frozen), NOON) == ""
        assert signature_row(frozen, cast).detail == "Aucun mandat en cours"

    def test_leaves_the_check_of_the_signatories_incomplete(self, agreed, cast, name):
        BREAKAGES[name](cast)
        assert signatory_level(agreed) != "full"

    def test_requests_a_signature_by_mail_only_from_those_who_can_give_it(self, frozen, cast, name):
        """Ben signs beside Ada with a valid mandate: he is asked, Ada is not any more."""
        BREAKAGES[name](cast)
        Membership.objects.filter(user=cast.ben).update(is_signatory=True)
        Mandate.objects.create(
            organisation=cast.association,
            user=cast.ben,
            capacity="trésorier",
            basis="Statuts",
            valid_from_date=TODAY,
            recorded_at=NOON,
        )
        delivery.deliver_due(at=NOON, limit=500)
        assert addressed("signature-requested") == {cast.ben.email, cast.carla.email}


def test_the_mandate_of_a_colleague_signs_nothing(frozen, cast):
    Membership.objects.filter(user=cast.ben).update(is_signatory=True)
    assert charter_pages.sign_page(frozen, cast.ben, party(frozen), NOON).mandate is None
    consent = make.consent(make.charter(frozen), cast.ben)
    with pytest.raises(NoMandate):
        signing.sign(partnership_id=frozen.pk, signatory=cast.ben, consent=consent, at=NOON)
    assert charter_pages.sign_page(frozen, cast.ada, party(frozen), NOON).mandate == cast.ada_mandate


@pytest.mark.parametrize("name", HOME)
def test_the_home_says_when_nobody_can_sign(frozen, cast, name):
    HOME[name](cast)
    (alert,) = home_page(organisation=cast.association, user=cast.ben, at=NOON).alerts
    assert alert.words == ("Mandat expiré" if name == "expired" else "Aucun mandat en cours")


@pytest.mark.parametrize("name", LACKING)
def test_signatories_receive_the_request_when_nobody_has_a_valid_mandate(frozen, cast, name):
    BREAKAGES[name](cast)
    delivery.deliver_due(at=NOON, limit=500)
    assert addressed("signature-requested") == {cast.ada.email, cast.carla.email}


@pytest.mark.parametrize("name", LACKING)
def test_the_sign_page_says_that_the_mandate_is_missing(frozen, cast, enter, name):
    BREAKAGES[name](cast)
    # The page reads the clock, not the moment of the test.
    if name == "not begun":
        change_mandate(cast, valid_from_date=timezone.localdate() + DAY)
    answer = enter(cast.ada).get(reverse("partnerships:sign", args=[frozen.reference]))
    assert "Il manque votre mandat de signature" in answer.content.decode()


def test_a_reader_who_may_not_sign_reads_who_has_the_mandate(frozen, cast, enter):
    Membership.objects.filter(user=cast.dan).update(is_signatory=True)
    browser = enter(cast.ben)
    page = browser.get(reverse("partnerships:sign", args=[frozen.reference])).content.decode()
    assert "Demandez à\u00a0: Ada Vernet." in page
    change_mandate(cast, ceiling_minor=AMOUNT_MINOR - 1)
    page = browser.get(reverse("partnerships:sign", args=[frozen.reference])).content.decode()
    assert "Un gestionnaire de votre organisation doit donner un mandat de signature." in page
