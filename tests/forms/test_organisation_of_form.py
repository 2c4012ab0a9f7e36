"""A form opened for one organisation never writes into another, whatever the session says since."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib.messages import get_messages
from django.core import serializers
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, resolve, reverse

from accounts.models import Membership, Organisation, Side, SupportNature, User
from accounts.organisations.actions import finances
from accounts.registration.actions import OrganisationIdentity, start_registration
from partnerships.models import Brief
from tests import make
from tests.cast import Cast, assemble_cast, create_person, register_organisation, verify_organisation
from tests.forms.page_forms import PageForm, all_patterns, forms_of

pytestmark = pytest.mark.django_db
SECOND = {
    Side.ASSOCIATION: OrganisationIdentity(name="Cœur Imaginaire", city="Lyon", rna="W000000002"),
    Side.COMPANY: OrganisationIdentity(
        name="Deuxième Laboratoire", city="Lyon", siren="000000026", siret="00000002600013"
    ),
}
YEAR = make.NOON.year - 1
PAGES = {
    Side.ASSOCIATION: {
        "associations:profile": (),
        "associations:identity": (),
        "associations:approval": (),
        "associations:finances": (),
        "associations:year": (YEAR,),
        "partnerships:briefs": (),
    },
    Side.COMPANY: {"companies:profile": (), "companies:identity": (), "partnerships:briefs": ()},
}


def uses_the_session(view: Callable[..., Any]) -> bool:
    """Say whether a view, or a function of its module that it calls, reads the organisation of the session."""
    view = inspect.unwrap(view)
    module = sys.modules[view.__module__]
    readers = {
        name
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and "current_organisation(" in inspect.getsource(function)
    }
    source = inspect.getsource(view)
    return any(f"{name}(" in source for name in readers | {"current_organisation"})


def bound_addresses() -> set[str]:
    """Return the addresses of ours that take a POST for the organisation of the session."""
    return {
        name
        for name, view in all_patterns(get_resolver())
        if view.__module__.partition(".")[0] in ("accounts", "associations", "companies", "partnerships")
        and inspect.isfunction(view)
        and uses_the_session(view)
        and "require_safe" not in inspect.getsource(inspect.unwrap(view)).partition("def ")[0]
    }


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def switch(client: Client, organisation: Organisation) -> None:
    """Switch as another tab does."""
    address = reverse("switch_organisation")
    assert client.post(address, {"organisation": organisation.pk}).status_code == 303


def rows_of(organisation: Organisation) -> dict[str, str]:
    """Return every row that is or names an organisation, as text."""
    rows = {}
    for model in apps.get_models():
        for field in model._meta.fields:
            if field.related_model is Organisation:
                rows_of_field = model._base_manager.filter(**{field.name: organisation}).order_by("pk")
                rows[f"{model.__name__}.{field.name}"] = serializers.serialize("json", rows_of_field)
    own = Organisation.objects.filter(pk=organisation.pk)
    return {**rows, "Organisation": serializers.serialize("json", own)}


class Tabs:
    """Somebody with two organisations of a side: `first`, for which forms are opened, and `second`."""

    def __init__(self, cast: Cast, side: Side) -> None:
        self.side = side
        self.person = cast.ada if side == Side.ASSOCIATION else cast.carla
        self.first = cast.association if side == Side.ASSOCIATION else cast.company
        second = register_organisation(self.person, side, SECOND[side], at=make.NOON)
        self.second = verify_organisation(second, cast.nora, at=make.NOON)
        self.client = signed_in(self.person)

    def forms(self) -> list[PageForm]:
        """Return the forms of the pages of the portal, opened for the first organisation."""
        switch(self.client, self.first)
        forms = []
        for name, args in PAGES[self.side].items():
            page = reverse(name, args=args)
            forms += [
                form for form in forms_of(self.client.get(page), page) if "/compte/" not in form.address
            ]
        return [form for form in forms if target(form) not in {"switch_organisation", "set_language"}]


def target(form: PageForm) -> str:
    return resolve(form.address).view_name


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble_cast(make.NOON)


@pytest.fixture(params=list(PAGES), ids=str)
def tabs(cast: Cast, request: pytest.FixtureRequest) -> Tabs:
    tabs = Tabs(cast, request.param)
    if tabs.side == Side.ASSOCIATION:
        for organisation in (tabs.first, tabs.second):
            finances.add_support(
                organisation_id=organisation.pk,
                administrator=tabs.person,
                year=YEAR,
                support=finances.SupportDetails("Laboratoires Autres", SupportNature.PATRONAGE, 500),
                at=make.NOON,
            )
    return tabs


def test_a_form_of_one_organisation_writes_into_it_alone(tabs: Tabs) -> None:
    written = set()
    for form in tabs.forms():
        with transaction.atomic():
            switch(tabs.client, tabs.second)
            first, second = rows_of(tabs.first), rows_of(tabs.second)
            response = tabs.client.post(form.address, form.data())
            assert rows_of(tabs.second) == second, target(form)
            assert response.status_code == 303, (target(form), response.text)
            if rows_of(tabs.first) != first:
                written.add(target(form))
            texts = [str(message) for message in get_messages(response.wsgi_request)]
            assert any(tabs.first.name in text for text in texts), (target(form), texts)
            assert tabs.client.session["organisation"] == str(tabs.first.pk)
            transaction.set_rollback(True)
    assert written == {name for name in bound_addresses() if name.partition(":")[0] in spaces(tabs.side)}


def spaces(side: Side) -> set[str]:
    return {"associations" if side == Side.ASSOCIATION else "companies", "partnerships"}


def test_a_form_without_organisation_is_refused_to_who_has_several(tabs: Tabs) -> None:
    for form in tabs.forms():
        first, second = rows_of(tabs.first), rows_of(tabs.second)
        data = {name: value for name, value in form.data().items() if name != "for_organisation"}
        response = tabs.client.post(form.address, data)
        assert (response.status_code, target(form)) == (409, target(form))
        assert "laquelle de vos organisations" in response.text
        assert (rows_of(tabs.first), rows_of(tabs.second)) == (first, second)


def test_a_form_of_an_organisation_that_was_left_gives_back_what_was_typed(tabs: Tabs) -> None:
    forms = tabs.forms()
    Membership.objects.filter(user=tabs.person, organisation=tabs.first).update(left_at=make.NOON)
    for form in forms:
        first, second = rows_of(tabs.first), rows_of(tabs.second)
        data = form.data() | (
            {"purpose": "Un texte que je ne veux pas perdre"} if "purpose" in form.fields else {}
        )
        response = tabs.client.post(form.address, data)
        assert (response.status_code, target(form)) == (409, target(form))
        assert "plus membre" in response.text
        assert "purpose" not in data or "Un texte que je ne veux pas perdre" in response.text
        assert "csrf" not in response.text.partition("<main")[2].partition("</main")[0]
        assert (rows_of(tabs.first), rows_of(tabs.second)) == (first, second)


def test_a_form_with_errors_shows_the_organisation_for_which_it_was_opened(cast: Cast) -> None:
    tabs = Tabs(cast, Side.ASSOCIATION)
    form = next(form for form in tabs.forms() if target(form) == "associations:finances")
    switch(tabs.client, tabs.second)
    response = tabs.client.post(form.address, form.data() | {"income": "beaucoup"})
    assert response.status_code == 422
    again = next(form for form in forms_of(response, form.address) if "income" in form.fields)
    assert again.fields["for_organisation"] == [str(tabs.first.pk)]


def test_a_draft_saved_by_htmx_stays_of_its_organisation(cast: Cast) -> None:
    tabs = Tabs(cast, Side.ASSOCIATION)
    start = next(form for form in tabs.forms() if target(form) == "partnerships:start_brief")
    page = tabs.client.post(start.address, start.data())["Location"]
    form = next(form for form in forms_of(tabs.client.get(page), page) if "title" in form.fields)
    switch(tabs.client, tabs.second)
    data = form.data() | {"title": "Écrit ailleurs"}
    assert tabs.client.post(page, data, headers={"HX-Request": "true"}).status_code == 200
    assert Brief.objects.get(title="Écrit ailleurs").organisation == tabs.first
    assert not Brief.objects.filter(organisation=tabs.second).exists()


def test_a_step_of_one_registration_writes_into_no_other(cast: Cast) -> None:
    """Two drafts of one side: the page takes the older one, unless the form names the other."""
    eve = create_person("Eve Autre")
    side = Side.ASSOCIATION
    older = start_registration(founder=eve, side=side, identity=SECOND[side], at=make.NOON)
    client, page = signed_in(eve), reverse("associations:registration", args=["identite"])
    form = next(form for form in forms_of(client.get(page), page) if "city" in form.fields)
    assert form.fields["for_organisation"] == [str(older.pk)]
    Membership.objects.filter(user=eve, organisation=older).update(left_at=make.NOON)
    other = start_registration(
        founder=eve, side=side, identity=SECOND[side]._replace(name="Rein", rna="W000000003"), at=make.NOON
    )
    before = rows_of(other)
    response = client.post(page, form.data())
    assert response.status_code == 409
    assert "Cette inscription n’est plus ouverte" in response.text
    assert rows_of(other) == before
