"""The pages about who is who, looked at on a telephone and on a desk."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from accounts.models import AddressChange
from accounts.people.actions import account, memberships
from tests.browser.visit import DESK, PHONE
from tests.cast import PASSWORD, SOUFFLE, Cast, assemble_cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def cast(visit) -> Cast:
    return assemble_cast(datetime.now(UTC))


def prepare(cast) -> None:
    """Let Ben administer too; let Ada hold a letter and wait for another address."""
    own = {"organisation_id": cast.association.pk, "administrator": cast.ada, "at": datetime.now(UTC)}
    memberships.change_roles(member_id=cast.ben.pk, roles=memberships.Roles(is_administrator=True), **own)
    memberships.invite(
        guest=memberships.Guest("eve@theatre.example", "Eve"), roles=memberships.Roles(), **own
    )


def request_address_change(cast) -> AddressChange:
    new = "ada.neuve@theatre.example"
    return account.request_address_change(user=cast.ada, new_email=new, at=datetime.now(UTC))


@pytest.mark.parametrize(("width", "language"), [(PHONE, "fr"), (DESK, "en")])
def test_leaving_and_taking_over_have_no_barrier(visit, cast, width, language):
    prepare(cast)
    ada = visit(cast.ada, width=width, language=language)
    base = f"/organisation/{cast.association.pk}"
    assert ada.open("/association/").locator("#personal-alerts").is_visible()
    for page in (f"{base}/membres/{cast.ada.pk}/mandat/", f"{base}/inviter/", f"{base}/quitter/"):
        ada.open(page)
    ada.press("Quitter l’organisation")
    ada.page.locator("main [name=password]").fill(PASSWORD)
    ada.press("Confirmer")
    assert SOUFFLE.name in ada.page.locator(".messages").inner_text()
    ben = visit(cast.ben, width=width, language=language)
    assert "Ada Vernet" in ben.open("/association/").locator("#personal-alerts ~ article").inner_text()
    ben.press("J’ai pris connaissance")
    assert ben.page.locator("#personal-alerts").count() == 0


@pytest.mark.parametrize(("width", "language"), [(PHONE, "fr"), (DESK, "en")])
def test_moving_to_another_address_has_no_barrier(visit, cast, width, language):
    change = request_address_change(cast)
    ada = visit(cast.ada, width=width, language=language)
    assert change.new_email in ada.open("/compte/email/").locator("main").inner_text()
    ada.press("Conserver l’adresse actuelle")
    assert change.new_email not in ada.page.locator("main").inner_text()
    stranger = visit(width=width, language=language)
    stranger.open(f"/adresse/{request_address_change(cast).token}/")
    stranger.press("Confirmer la nouvelle adresse")
    assert "/compte/login/" in stranger.page.url
