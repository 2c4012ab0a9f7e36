"""The status rows of a case as plain values, to compare what was stored with what is recomputed."""

from typing import Any

from partnerships.models import ClausePosition, ClauseStanding, Partnership, PartnershipStatus

# They say when the rows were written, not what they say.
WRITING = {"version", "refreshed_at"}


def status_rows(case: Partnership) -> dict[str, list[dict[str, Any]]]:
    """Return the status of a case, the standing of its clauses and the positions on them."""
    own = PartnershipStatus.objects.filter(partnership=case).order_by("pk").values()
    standings = ClauseStanding.objects.filter(clause__roadmap__partnership=case).order_by("pk").values()
    positions = ClausePosition.objects.filter(clause__roadmap__partnership=case).order_by("pk").values()
    return {
        "status": [{name: value for name, value in row.items() if name not in WRITING} for row in own],
        "standings": list(standings),
        "positions": list(positions),
    }
