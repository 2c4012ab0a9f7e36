"""A stance on a revision as an envelope holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast

from django.views.decorators.debug import sensitive_variables

from partnerships.models import Stance
from partnerships.rounds.encryption import Json


@dataclass(frozen=True, kw_only=True)
class Said:
    """A stance as it was typed, on the revision that was before the speaker's eyes."""

    stance: Stance
    reason: str = ""
    proposed_text: str = ""

    @property
    def is_complete(self) -> bool:
        """Say whether it can be sealed: all but an agreement says why."""
        return self.stance == Stance.AGREE or bool(self.reason.strip())


def part(revision_id: int) -> str:
    """Return the name under which an envelope holds the stance on a revision."""
    return str(revision_id)


def value(said: Said) -> Json:
    """Return a stance as an envelope holds it."""
    return cast("Json", asdict(said) | {"stance": said.stance.value})


@sensitive_variables()
def read(held: Json) -> Said:
    """Return a stance that an envelope holds."""
    told = cast("dict[str, Any]", held)
    return Said(**{**told, "stance": Stance(told["stance"])})


@sensitive_variables()
def said_in(answers: Mapping[str, Json]) -> dict[int, Said]:
    """Return the stances that an envelope holds, by the id of the revision."""
    return {int(name): read(each) for name, each in answers.items()}
