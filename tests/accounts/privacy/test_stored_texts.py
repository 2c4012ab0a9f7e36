"""Rows stored before the canonical form are brought to it by `migrate`; what collides is left and listed."""

from __future__ import annotations

import unicodedata
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.db import models

from accounts.models import Organisation, User
from accounts.privacy import stored_texts
from accounts.text import canonical
from tests import make
from tests.cast import assemble_cast
from tests.database_owner import owner

pytestmark = pytest.mark.django_db
OLD_NAME = "Zoe\u0301\u200b O'Neill"
OLD_ORGANISATION = "Association\u00ad des Cœurs\ufeff"


@pytest.fixture
def cast():
    return assemble_cast(make.NOON)


def store(table, **columns):
    """Write into every row of a table that has this key, as the owner, past every form and action."""
    key = columns.pop("key")
    with owner(triggers=False) as cursor:
        names = ", ".join(f"{name} = %s" for name in columns)
        cursor.execute(f"UPDATE {table} SET {names} WHERE id = %s", [*columns.values(), key])


def migrated():
    out, err = StringIO(), StringIO()
    call_command("migrate", verbosity=1, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_old_rows_are_rewritten(cast):
    address = EmailAddress.objects.get(user=cast.ben)
    store("accounts_user", key=cast.ben.pk, email="Ben\u200b@xn--thtre-4qa2c.example", full_name=OLD_NAME)
    store("account_emailaddress", key=address.pk, email="Ben\u200b@xn--thtre-4qa2c.example")
    store("accounts_organisation", key=cast.company.pk, name=OLD_ORGANISATION, purpose="un\r\ndeux\u200b")
    version = Organisation.objects.get(pk=cast.company.pk).version
    out, err = migrated()
    ben = User.objects.get(pk=cast.ben.pk)
    assert ben.email == canonical.email_address("ben@théâtre.example")
    assert ben.full_name == "Zoé O’Neill"
    assert EmailAddress.objects.get(pk=address.pk).email == ben.email
    company = Organisation.objects.get(pk=cast.company.pk)
    assert (company.name, company.purpose) == ("Association des Cœurs", "un\ndeux")
    assert company.version > version
    assert "3 rows were rewritten" in out
    assert err == ""
    assert "rows were rewritten" not in migrated()[0]


def test_two_accounts_that_become_one_are_left_and_listed(cast):
    twin = EmailAddress.objects.get(user=cast.dan)
    store("accounts_user", key=cast.dan.pk, email="ben\u200b@theatre.example")
    store("account_emailaddress", key=twin.pk, email="ben\u200b@theatre.example")
    _out, err = migrated()
    assert User.objects.get(pk=cast.dan.pk).email == "ben\u200b@theatre.example"
    assert User.objects.get(pk=cast.ben.pk).email == "ben@theatre.example"
    assert EmailAddress.objects.get(pk=twin.pk).email == "ben\u200b@theatre.example"
    assert f"Left as it is: User {cast.dan.pk} email 'ben@theatre.example': another row has it" in err
    assert "manage canonicalise" in err


def test_a_name_that_is_refused_today_is_left_and_listed(cast):
    store("accounts_organisation", key=cast.company.pk, name="101\u202e000", city="Lyon\u200b")
    _out, err = migrated()
    company = Organisation.objects.get(pk=cast.company.pk)
    assert (company.name, company.city) == ("101\u202e000", "Lyon")
    assert f"Organisation {company.pk} name '101\\u202e000'" in err


def test_every_typed_column_is_known():
    """Each column of text is one that people type, has choices, or is written by the product."""
    fields = stored_texts.typed_fields()
    assert next(iter(fields)) is User
    emails = {
        f"{model.__name__}.{name}"
        for model, names in fields.items()
        for name, form in names.items()
        if form is canonical.email_address
    }
    assert emails == {
        "User.email",
        "EmailAddress.email",
        "Invitation.email",
        "AddressChange.old_email",
        "AddressChange.new_email",
    }
    for model, names in fields.items():
        for name, form in names.items():
            field = model._meta.get_field(name)
            if not isinstance(field, models.EmailField):
                assert form("e\u0301\u200bb") == unicodedata.normalize("NFC", "éb"), name
    assert {"full_name"} < set(fields[User])
    assert {"name", "city", "purpose", "ethics_summary", "court"} <= set(fields[Organisation])
