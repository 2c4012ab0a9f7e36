"""The two tables: what may happen, by whose hand, and that the README shows just that."""

from pathlib import Path

import pytest

from partnerships import lifecycle
from partnerships.lifecycle import Action, By, Case, Edition

README = Path(__file__).parents[2] / "README.md"


def test_an_action_leads_from_one_state_to_one_other() -> None:
    pairs = [(move.action, move.source) for move in lifecycle.TRANSITIONS]
    assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize("source", [*Case, *Edition])
@pytest.mark.parametrize("action", Action)
def test_what_the_tables_do_not_say_is_refused(action: Action, source: Case | Edition) -> None:
    matching = [move for move in lifecycle.TRANSITIONS if (move.action, move.source) == (action, source)]
    assert lifecycle.allows(action, source) == bool(matching)
    if matching:
        assert lifecycle.find_transition(action, source) == matching[0]
    else:
        with pytest.raises(lifecycle.TransitionNotAllowed):
            lifecycle.find_transition(action, source)


def test_nothing_leads_out_of_an_end() -> None:
    assert not [move for move in lifecycle.TRANSITIONS if move.source in (*lifecycle.FINAL, "signed", "void")]


def test_consent_is_never_the_brokers() -> None:
    actors = {move.action: move.by for move in lifecycle.TRANSITIONS}
    assert actors[Action.ANSWER] is By.PARTY
    assert actors[Action.SIGN] is By.SIGNATORY
    assert actors[Action.DECLINE] is By.SIGNATORY
    assert actors[Action.AGREE] is By.RULE


def test_every_state_but_the_first_is_reached() -> None:
    reached = {move.target for move in lifecycle.TRANSITIONS}
    assert set(Case) - reached == {Case.SCOPING}
    assert set(Edition) - reached <= {Edition.DRAFTING}


def test_the_readme_shows_the_tables_as_they_are() -> None:
    assert lifecycle.diagram() in README.read_text(encoding="utf-8")
