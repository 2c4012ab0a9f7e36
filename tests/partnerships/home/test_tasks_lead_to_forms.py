"""Each task of a home page opens a page with the form that it asks for, in every state and for every role."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Organisation
from accounts.permissions import sync_groups
from partnerships.matching.actions import briefs as actions
from partnerships.models import Brief
from tests import briefs
from tests.cast import assemble_cast

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
STATES = ("draft", "pending", "to_complete", "verified", "suspended", "refused")
ROLES = {
    "administrator": {"is_administrator": True},
    "referent": {"is_referent": True},
    "signatory": {"is_signatory": True},
    "reader": {},
}
SIDES = {"association": ("ada", "associations"), "company": ("carla", "companies")}
FIELD = re.compile(r"<(?:textarea|select|input(?![^>]*type=\"hidden\"))[^>]*name=\"")


def put(organisation, state):
    """Bring the organisation into a state, without the history that led there."""
    cache.clear()
    submitted = None if state == "draft" else datetime.now(UTC)
    Organisation.objects.filter(pk=organisation.pk).update(state=state, submitted_at=submitted)


def give(user, organisation, roles):
    membership = Membership.objects.get(user=user, organisation=organisation)
    for name in ("is_administrator", "is_referent", "is_signatory"):
        setattr(membership, name, roles.get(name, False))
    membership.save()
    sync_groups(membership)


def client_of(user):
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def task_links(page):
    """Return the addresses of what the page asks for: its buttons and the list of what is missing."""
    main = page[page.index("<main") : page.index("</main>")]
    split = main.partition("<aside")[0]
    missing = re.search(r'aria-labelledby="missing".*?</section>', split, re.DOTALL)
    buttons = re.findall(r'<a class="button[^"]*"\s+href="([^"]+)"', split)
    listed = re.findall(r'href="([^"]+)"', missing.group(0)) if missing else []
    return [unescape(url) for url in (*buttons, *listed)]


def has_form(page):
    main = page[page.index("<main") : page.index("</main>")]
    # A need begins with a button alone, which opens its form.
    return f'action="{reverse("partnerships:start_brief")}"' in main or any(
        FIELD.search(form) for form in re.findall(r'<form[^>]*method="post".*?</form>', main, re.DOTALL)
    )


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("state", STATES)
def test_each_task_of_a_home_opens_its_form(side, state):
    cast = assemble_cast(datetime.now(UTC))
    name, space = SIDES[side]
    user, organisation = getattr(cast, name), Membership.objects.get(user=getattr(cast, name)).organisation
    organisation.mandates.all().delete()
    wrong = []
    for role, roles in ROLES.items():
        give(user, organisation, roles)
        put(organisation, state)
        client = client_of(user)
        page = client.get(reverse(f"{space}:home")).text
        for url in task_links(page):
            answer = client.get(url, follow=True)
            if url != reverse("mfa_index") and (answer.status_code != 200 or not has_form(answer.text)):
                wrong.append((role, url, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("state", STATES)
def test_nothing_awaits_you_never_stands_above_a_task(side, state):
    """Whatever the part of the home in which a task is: complements, papers, mandate, second factor, first need."""
    cast = assemble_cast(datetime.now(UTC))
    name, space = SIDES[side]
    user, organisation = getattr(cast, name), Membership.objects.get(user=getattr(cast, name)).organisation
    organisation.mandates.all().delete()
    wrong = []
    for role, roles in ROLES.items():
        give(user, organisation, roles)
        put(organisation, state)
        page = client_of(user).get(reverse(f"{space}:home")).text
        is_calm = "ous n’avez rien à faire" in page
        may_be_calm = not task_links(page) and state not in ("suspended", "refused")
        if is_calm is not may_be_calm:
            wrong.append((role, task_links(page)))
    assert wrong == []


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", ROLES)
def test_the_page_of_briefs_has_a_button_or_a_reason(side, state, role):
    cast = assemble_cast(datetime.now(UTC))
    user = getattr(cast, SIDES[side][0])
    organisation = Membership.objects.get(user=user).organisation
    give(user, organisation, ROLES[role])
    put(organisation, state)
    client = client_of(user)
    page = client.get(reverse("partnerships:briefs")).text
    may_write = role in ("administrator", "referent") and state not in ("suspended", "refused")
    assert (f'action="{reverse("partnerships:start_brief")}"' in page) is may_write
    main = page.partition("<main")[2]
    assert ('data-status="none"' in main) is (not may_write or state != "verified")


@pytest.mark.parametrize("state", ["draft", "pending", "to_complete"])
def test_a_draft_is_written_before_verification_and_published_after(state):
    cast = assemble_cast(datetime.now(UTC))
    put(cast.association, state)
    client = client_of(cast.ada)
    assert client.post(reverse("partnerships:start_brief")).status_code == 303
    draft = Brief.objects.get()
    edit = reverse("partnerships:edit_brief", args=[draft.pk])
    page = client.get(edit).text
    assert 'name="publish"' not in page
    assert "Vous pouvez écrire et garder un brouillon" in page
    content = {
        name: list(value) if isinstance(value, tuple) else value for name, value in briefs.NEED.items()
    }
    assert client.post(edit, content).status_code == 303
    draft.refresh_from_db()
    assert draft.title == briefs.NEED["title"]
    refused = client.post(edit, {**content, "publish": "1"})
    assert refused.status_code == 422
    assert str(actions.NotYetVerified.sentence) in refused.text
    draft.refresh_from_db()
    assert not draft.is_published
    put(cast.association, "verified")
    assert client.post(edit, {**content, "publish": "1"}).status_code == 303
