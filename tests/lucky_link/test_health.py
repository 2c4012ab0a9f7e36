"""The health check; without a database: in local/test_web_server.py."""

import pytest
from django.test import Client
from django.urls import reverse


@pytest.mark.django_db
def test_it_is_200_when_the_database_answers(client: Client) -> None:
    response = client.get(reverse("health"))
    assert (response.status_code, response.content) == (200, b"ok\n")
