"""What somebody does who leaves for good."""

from __future__ import annotations

from datetime import timedelta

from accounts.people.actions import mandates, memberships
from tests import make
from tests.cast import PASSWORD

PAGE = "/compte/effacer/"
SURE = {"understands": "on", "secret": PASSWORD}
LATER = make.NOON + timedelta(hours=1)


def hand_over(cast):
    """Let Ben run the association in Ada's place, and end Ada's mandate."""
    roles = memberships.Roles(is_administrator=True, is_referent=True)
    memberships.change_roles(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        member_id=cast.ben.pk,
        roles=roles,
        at=LATER,
    )
    mandates.revoke_mandate(
        organisation_id=cast.association.pk,
        administrator=cast.ben,
        mandate_id=cast.ada_mandate.pk,
        at=LATER,
    )
