"""The health check."""

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse


@pytest.mark.django_db
def test_it_is_200_when_the_database_answers(client: Client) -> None:
    response = client.get(reverse("health"))
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_it_is_503_when_the_database_does_not_answer(client: Client) -> None:
    def refuse(*_args: object) -> None:
        raise OperationalError

    with connection.execute_wrapper(refuse):
        assert client.get(reverse("health")).status_code == 503
