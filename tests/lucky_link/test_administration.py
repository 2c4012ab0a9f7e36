"""The admin site is read-only, even for a superuser."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.cast import Cast, assemble_cast
from tests.make import NOON


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble_cast(NOON)


@pytest.fixture
def root_client(cast: Cast, client: Client) -> Client:
    client.force_login(cast.root)
    return client


def test_no_model_of_a_library_is_registered() -> None:
    applications = {model._meta.app_label for model in admin.site._registry}
    assert applications <= {"accounts", "ledger", "partnerships"}
    assert "accounts" in applications


def test_a_superuser_reads_and_cannot_write(root_client: Client, cast: Cast) -> None:
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert root_client.get(reverse(f"{name}_changelist")).status_code == 200
        assert root_client.get(reverse(f"{name}_add")).status_code == 403
        assert root_client.post(reverse(f"{name}_add"), {}).status_code == 403
    person = reverse("admin:accounts_user_change", args=[cast.ada.pk])
    assert root_client.get(person).status_code == 200
    assert root_client.post(person, {"full_name": "Other"}).status_code == 403
    assert root_client.post(reverse("admin:accounts_user_delete", args=[cast.ada.pk])).status_code == 403
    assert User.objects.get(pk=cast.ada.pk).full_name == cast.ada.full_name


def test_a_password_hash_is_not_shown(root_client: Client, cast: Cast) -> None:
    page = root_client.get(reverse("admin:accounts_user_change", args=[cast.ada.pk]))
    assert cast.ada.password not in page.content.decode()


def test_staff_sign_in_on_the_page_of_everybody(client: Client, cast: Cast) -> None:
    page = client.get(reverse("admin:index"), follow=True)
    assert page.redirect_chain[-1][0].startswith(reverse("account_login"))
    client.force_login(cast.nora)
    assert client.get(reverse("admin:login")).status_code == 403
