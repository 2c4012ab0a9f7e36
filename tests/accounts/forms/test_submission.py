"""A refusal becomes an error of a form, a message, or at last a page: never a failure of the server."""

from __future__ import annotations

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path, reverse
from django.utils import translation

from accounts.forms.submission import run_action, submit_form
from accounts.models import Decision
from accounts.organisations.transitions import IdentityNotEditable
from accounts.vetting import actions as vetting
from accounts.vetting.actions import DecisionReasonMissing
from tests.cast import assemble_cast
from tests.make import NOON


class ReasonForm(forms.Form):
    reason = forms.CharField(required=False)


def raise_refusal() -> None:
    raise IdentityNotEditable


def raise_field_refusal() -> None:
    raise DecisionReasonMissing


def refused_page(_request: HttpRequest) -> HttpResponse:
    raise IdentityNotEditable


def failing_page(_request: HttpRequest) -> HttpResponse:
    raise LookupError


def message_page(request: HttpRequest) -> HttpResponse:
    is_done = run_action(request, raise_refusal if "refuse" in request.GET else lambda: None, "C’est fait.")
    texts = [f"{message.level_tag} {message}" for message in get_messages(request)]
    return HttpResponse("\n".join([str(is_done), *texts]))


urlpatterns = [
    path("refused/", refused_page),
    path("failing/", failing_page),
    path("message/", message_page),
    path("", include("lucky_link.urls")),
]


class TestSubmitForm:
    def test_turns_a_refusal_into_an_error_of_the_form(self):
        form = ReasonForm({"reason": "Parce que."})
        assert not submit_form(form, raise_refusal)
        assert form.non_field_errors() == [IdentityNotEditable().message]

    def test_puts_a_refusal_at_the_field_it_names(self):
        form = ReasonForm({"reason": ""})
        assert not submit_form(form, raise_field_refusal)
        assert form.errors == {"reason": [DecisionReasonMissing().message]}

    def test_puts_a_refusal_over_a_form_without_that_field(self):
        form = forms.Form({})
        assert not submit_form(form, raise_field_refusal)
        assert form.non_field_errors() == [DecisionReasonMissing().message]

    def test_runs_nothing_for_an_invalid_form(self):
        assert not submit_form(ReasonForm(), raise_refusal)

    def test_tells_that_the_action_was_done(self):
        done = []
        assert submit_form(ReasonForm({}), lambda: done.append(True))
        assert done == [True]

    def test_lets_the_caller_handle_a_refusal(self):
        with pytest.raises(IdentityNotEditable):
            submit_form(ReasonForm({}), raise_refusal, propagate=(IdentityNotEditable,))


@pytest.mark.django_db
@pytest.mark.urls(__name__)
class TestAPage:
    @pytest.fixture
    def ada(self):
        client = Client()
        people = assemble_cast(NOON)
        client.force_login(people.ada, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    def test_shows_the_success_of_an_action_as_a_message(self, ada):
        assert ada.get("/message/").text.splitlines() == ["True", "success C’est fait."]

    def test_shows_a_refusal_as_a_message(self, ada):
        lines = ada.get("/message/?refuse=1").text.splitlines()
        assert lines == ["False", f"error {IdentityNotEditable().message}"]

    @pytest.mark.parametrize("language", ["fr", "en"])
    def test_answers_409_with_the_sentence_of_an_unhandled_refusal(self, ada, language):
        answer = ada.get("/refused/", headers={"accept-language": language})
        assert answer.status_code == 409
        with translation.override(language):
            assert IdentityNotEditable().message in answer.text
        title = {"fr": "Cette action n’est pas possible maintenant", "en": "This action is not possible now"}
        assert title[language] in answer.text
        assert f'href="{reverse("home")}"' in answer.text

    def test_leaves_every_other_exception_to_the_server(self, ada):
        with pytest.raises(LookupError):
            ada.get("/failing/")


@pytest.mark.django_db
class TestASuspendedOrganisation:
    def test_reads_in_its_profile_form_why_nothing_was_saved(self):
        people = assemble_cast(NOON)
        vetting.decide(
            organisation_id=people.association.pk,
            broker=people.nora,
            decision=Decision.SUSPENDED,
            reason="Statuts échus.",
            at=NOON,
        )
        client = Client()
        client.force_login(people.ada, backend="allauth.account.auth_backends.AuthenticationBackend")
        answer = client.post(reverse("associations:profile"), {"purpose": "Autre chose."})
        assert answer.status_code == 422
        assert "Raison : Statuts échus." in answer.text
        people.association.refresh_from_db()
        assert people.association.purpose != "Autre chose."
