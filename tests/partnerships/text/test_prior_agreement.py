"""Several clauses are agreed to together only where a party agreed to, or signed, exactly what they say now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from ledger.models import Entry
from partnerships.case.header import case_header
from partnerships.charter.texts import Heading
from partnerships.drafting.actions import amendments, clause_order, clause_parts
from partnerships.drafting.actions import clauses as drafting
from partnerships.drafting.actions.clauses import Wording, wording_of
from partnerships.lifecycle import Case, Edition
from partnerships.models import Clause, ClauseRevision, Partnership, Stance
from partnerships.negotiation.actions import answers, negotiation
from partnerships.negotiation.queries.positions import Position
from partnerships.negotiation.queries.rounds_page import RoundsPage, rounds_page
from partnerships.signing.actions import freezing, signing
from partnerships.text import agreement, prior_agreement
from partnerships.text.prior_agreement import Content, Fingerprint, Statement
from tests import make, wording
from tests.cast import Cast, assemble_cast
from tests.database_owner import owner
from tests.make import NOON, ago

HOUR = timedelta(hours=1)
KEYS = ("k1", "k2", "k3")
CITES = {"k1": ("k2",), "k2": (), "k3": ("k1", "k2")}
STARTING = (
    *("answer", "object", "reword", "amount", "date", "restore", "add", "remove", "decline", "sign"),
    *("go_back", "copy", "split", "join", "withdraw"),
)

texts = st.fixed_dictionaries({key: st.integers(0, 1) for key in KEYS})
stances = st.fixed_dictionaries({key: st.sampled_from((True, True, False, None)) for key in KEYS})


def content(key: str, version: int, **changes: Any) -> Content:
    body = f"Texte {version} " + " ".join(f"{{clause:{cited}}}" for cited in CITES[key])
    return Content(key, 4, "", "Titre", body, "En clair", {"limits": []})._replace(**changes)


def written(versions: dict[str, int]) -> dict[str, Content]:
    return {key: content(key, version) for key, version in versions.items()}


class TestAPartyAgreedBefore:
    """The rule on plain values."""

    @given(history=st.lists(st.tuples(texts, stances), max_size=6), now=texts)
    @settings(max_examples=200, deadline=None, derandomize=True, database=None)
    def test_only_to_a_clause_that_read_the_same_with_all_it_cites_and_that_it_did_not_criticise_since(
        self, history, now
    ):
        for key in KEYS:
            rounds = [
                (versions, agreements[key]) for versions, agreements in history if agreements[key] is not None
            ]
            statements = [
                Statement(prior_agreement.fingerprint(content(key, versions[key]), written(versions)), agrees)
                for versions, agrees in rounds
            ]
            seen = (key, *CITES[key])
            agreed = [
                place
                for place, (versions, agrees) in enumerate(rounds)
                if agrees and all(versions[each] == now[each] for each in seen)
            ]
            criticised = [
                place
                for place, (versions, agrees) in enumerate(rounds)
                if not agrees and versions[key] == now[key]
            ]
            current = prior_agreement.fingerprint(content(key, now[key]), written(now))
            assert prior_agreement.is_agreed_before(current, statements) == (
                bool(agreed) and agreed[-1] > max(criticised, default=-1)
            )

    @pytest.mark.parametrize(
        "change",
        [
            {"key": "k9"},
            {"heading": 5},
            {"responsible": "A"},
            {"title": "Titre "},
            {"body": "Texte 1"},
            {"plain_words": ""},
            {"terms": {"limits": [{"code": "L1"}]}},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_not_when_any_part_of_the_content_differs(self, change):
        text = written({"k1": 0, "k2": 0, "k3": 0})
        before = prior_agreement.fingerprint(text["k2"], text)
        after = prior_agreement.fingerprint(text["k2"]._replace(**change), text)
        assert prior_agreement.is_agreed_before(before, [Statement(before, agrees=True)])
        assert not prior_agreement.is_agreed_before(after, [Statement(before, agrees=True)])

    def test_not_when_a_cited_clause_is_unknown_then_or_now(self):
        text = written({"k1": 0, "k2": 0})
        known = prior_agreement.fingerprint(text["k1"], text)
        unknown = prior_agreement.fingerprint(text["k1"], {})
        assert unknown == Fingerprint(alone=known.alone, with_cited=None)
        for now, then in ((known, unknown), (unknown, known), (unknown, unknown)):
            assert not prior_agreement.is_agreed_before(now, [Statement(then, agrees=True)])
        objected = [Statement(known, agrees=True), Statement(unknown, agrees=False)]
        assert not prior_agreement.is_agreed_before(known, objected)

    def test_not_when_two_revisions_of_a_cited_clause_may_have_been_shown(self):
        first, second = (ClauseRevision(number=each, written_at=NOON + each * HOUR) for each in (1, 2))
        shown = prior_agreement.revision_during
        assert shown([first, second], NOON + 3 * HOUR, NOON + 4 * HOUR) == second
        assert shown([first, second], NOON + 1.5 * HOUR, NOON + 1.8 * HOUR) == first
        assert shown([first], first.written_at, first.written_at) == first
        assert shown([first, second], second.written_at, second.written_at) is None
        assert shown([first], NOON, NOON) is None


class Play:
    """One case played by its parties and its broker; what each party agreed to is recorded apart.

    `agreed`: for each party, the last thing it declared on each content (of a clause with what it cites).
    """

    def __init__(self, case: Partnership, cast: Cast) -> None:
        self.case, self.cast, self.at = case, cast, NOON + HOUR
        self.speakers = {"A": cast.ada, "E": cast.carla}
        self.first = {clause.key: wording_of(clause.current) for clause in self.clauses if clause.current}
        self.agreed: dict[str, dict[Any, bool]] = {"A": {}, "E": {}}
        self.offered: set[str] = set()
        self.done: set[str] = set()

    @property
    def clauses(self) -> list[Clause]:
        return agreement.clauses_of(make.roadmap(self.case))

    @property
    def state(self) -> str:
        return make.roadmap(self.case).state

    @property
    def is_writable(self) -> bool:
        return self.state in ("drafting", "negotiation", "agreed")

    def contents(self) -> dict[int, Any]:
        """Return the content of each clause with what it cites, by its revision, read without the product.

        A removal has the content of what it removes, which is not the content of a clause that stands.
        """
        alone = {
            clause.key: (
                clause.key,
                clause.heading,
                clause.responsible_id,
                *((each := clause.current) and (each.title, each.body, each.plain_words, repr(each.terms))),
            )
            for clause in self.clauses
        }
        removed = make.roadmap(self.case).clauses.filter(position=None).select_related("current")
        return {
            clause.current_id: (
                alone[clause.key],
                tuple(alone[key] for key in re.findall(r"{clause:(\w+)}", repr(alone[clause.key]))),
            )
            for clause in self.clauses
        } | {
            clause.current_id: (("removed", clause.key, clause.current.body), ())
            for clause in removed.order_by("pk")
            if clause.current and clause.current.is_removal
        }

    def play(self, acts: list[str]) -> None:
        for act in acts:
            self.at += HOUR
            before = self._last_entry()
            getattr(self, act)()
            if self._last_entry() != before:
                self.done.add(act)

    def _last_entry(self) -> int:
        return Entry.objects.latest("sequence").sequence

    def answer(self, stance: Stance = Stance.AGREE) -> None:
        """Put the text to both parties; the company takes `stance` on clause 4, all else is agreed to."""
        if self.state == Edition.DRAFTING:
            negotiation.open_negotiation(partnership_id=self.case.pk, broker=self.cast.nora, at=self.at)
        elif self.state in (Edition.NEGOTIATION, Edition.AGREED):
            make.reply_to_all(self.case, self.cast.nora, at=self.at)
            if self.state == Edition.AGREED:
                self.reword()
            make.ask_again(self.case, self.cast.nora, at=self.at)
        else:
            return
        self.at += HOUR
        for party in self.speakers:
            self._answer_for(party, stance if party == "E" else Stance.AGREE)

    def object(self) -> None:
        self.answer(Stance.OBJECTION)

    def _answer_for(self, party: str, stance: Stance) -> None:
        speaker, contents = self.speakers[party], self.contents()
        case = Partnership.objects.select_related("broker").get(pk=self.case.pk)
        page = rounds_page(case_header(case, speaker, self.at), self.at)
        left = [talk.revision_id for talk in page.unanswered]
        agreed = self.agreed[party]
        self._assert_nothing_counts_unseen(page, contents, agreed)
        # Whatever is not asked of a party is word for word what it agreed to or signed last.
        assert all(agreed.get(content) for each, content in contents.items() if each not in left)
        assert [*page.unchanged_revisions] == [each for each in left if agreed.get(contents[each])]
        if set(left) - set(page.unchanged_revisions):
            with pytest.raises(answers.NotAgreedBefore):
                self._agree(speaker, left)
        assert not make.running(self.case).envelopes.exclude(ciphertext=b"").filter(party__code=party)
        positions = {
            each: Position(stance=Stance.AGREE) for each in left if each not in page.unchanged_revisions
        }
        if stance != Stance.AGREE:
            positions[self.clauses[3].current_id or 0] = Position(stance=stance, reason="Trop large.")
        if page.unchanged_revisions:
            self.offered.add("amendment" if make.roadmap(self.case).edition > 1 else "charter")
            self._agree(speaker, page.unchanged_revisions)
        make.draft(self.case, speaker, positions, at=self.at)
        make.seal(self.case, speaker, at=self.at)
        for revision_id in {*positions, *left}:
            own = contents[revision_id]
            agrees = positions.get(revision_id, Position(stance=Stance.AGREE)).stance == Stance.AGREE
            if not agrees:
                agreed |= dict.fromkeys([each for each in agreed if each[0] == own[0]], False)
            agreed[own] = agrees

    def _assert_nothing_counts_unseen(
        self, page: RoundsPage, contents: dict[int, Any], agreed: dict[Any, bool]
    ) -> None:
        """An agreement stands without a question only on words agreed to; all others are shown as they differ."""
        asked = {clause.revision_id for clause in page.asked}
        known = {content[0][0] for content in agreed}
        for clause in page.clauses:
            content = contents[clause.revision_id]
            if clause.revision_id not in asked:
                assert agreed.get(content), clause.shown.number
            elif clause.last and content[0][0] in known and content not in agreed:
                assert clause.changes or clause.reading.moved, clause.shown.number

    def _agree(self, speaker: Any, revision_ids: Any) -> None:
        answers.agree(
            round_id=make.running(self.case).pk, speaker=speaker, revision_ids=revision_ids, at=self.at
        )

    def reword(self) -> None:
        self._revise(4, lambda now: replace(now, body=f"{now.body} Et rien d’autre."))

    def amount(self) -> None:
        """Change one amount of the association's fees, and no word."""

        def raised(now: Wording) -> Wording:
            *others, fee = now.terms.fees
            fees = (*others, replace(fee, amount_minor=fee.amount_minor + 100))
            return replace(now, terms=replace(now.terms, fees=fees))

        self._revise(7, raised)

    def date(self) -> None:
        """Change one date of the milestones, and no word."""

        def later(now: Wording) -> Wording:
            first, *others = now.terms.milestones
            moved = replace(first, due_date=first.due_date + timedelta(days=1))
            return replace(now, terms=replace(now.terms, milestones=(moved, *others)))

        self._revise(8, later)

    def restore(self) -> None:
        for position, clause in enumerate(self.clauses, 1):
            if clause.key in self.first and clause.current and self.is_writable:
                self._revise(position, lambda _now, key=clause.key: self.first[key])

    def _revise(self, position: int, change: Any) -> None:
        clause = self.clauses[position - 1]
        if not self.is_writable or clause.current is None:
            return
        now = wording_of(clause.current)
        wanted = change(now)
        if wanted != now:
            drafting.revise_clause(
                clause_id=clause.pk,
                broker=self.cast.nora,
                seen_number=clause.current.number,
                wording=wanted,
                reason="Demandé par une partie.",
                at=self.at,
            )

    def add(self) -> None:
        if self.is_writable:
            drafting.add_clause(
                partnership_id=self.case.pk,
                broker=self.cast.nora,
                heading=Heading.CONFIDENTIALITY,
                wording=wording.standard(1),
                at=self.at,
            )

    def remove(self) -> None:
        """Take the last clause out, unless it is one of the nine that no charter lacks."""
        if self.is_writable and len(self.clauses) > 9:
            clause_order.remove_clause(
                clause_id=self.clauses[-1].pk, broker=self.cast.nora, reason="Inutile.", at=self.at
            )

    def go_back(self) -> None:
        """Go back to the first revision of the fourth clause, words and rows."""
        clause = self.clauses[3]
        first = clause.revisions.get(number=1)
        if self.is_writable and clause.current and wording_of(first) != wording_of(clause.current):
            clause_parts.restore_revision(
                clause_id=clause.pk,
                broker=self.cast.nora,
                seen_number=clause.current.number,
                number=1,
                reason="Mieux avant.",
                at=self.at,
            )

    def copy(self) -> None:
        if self.is_writable:
            clause_parts.copy_clause(clause_id=self.clauses[-1].pk, broker=self.cast.nora, at=self.at)

    def split(self) -> None:
        """Give the last clause a second paragraph, and make that a clause."""
        if not self.is_writable:
            return
        self._revise(len(self.clauses), lambda now: replace(now, body=f"{now.body}\n\nEt ensuite."))
        clause = self.clauses[-1]
        if clause.current:
            clause_parts.split_clause(
                clause_id=clause.pk,
                broker=self.cast.nora,
                seen_number=clause.current.number,
                paragraph=2,
                title="La suite",
                reason="Deux idées.",
                at=self.at,
            )

    def join(self) -> None:
        """Join the last clause of the text to the one before, if both are of the same heading."""
        first, second = self.clauses[-2:]
        if self.is_writable and first.heading == second.heading and first.current and second.current:
            clause_parts.join_clauses(
                clause_id=first.pk,
                broker=self.cast.nora,
                seen_number=first.current.number,
                next_number=second.current.number,
                reason="Une idée.",
                at=self.at,
            )

    def withdraw(self) -> None:
        if self.state == Edition.AGREED:
            freezing.freeze(partnership_id=self.case.pk, broker=self.cast.nora, at=self.at)
            signing.withdraw(
                partnership_id=self.case.pk, broker=self.cast.nora, reason="Une coquille.", at=self.at
            )

    def decline(self) -> None:
        if self.state == Edition.AGREED:
            freezing.freeze(partnership_id=self.case.pk, broker=self.cast.nora, at=self.at)
            signing.decline(
                partnership_id=self.case.pk, signatory=self.cast.carla, reason="À revoir.", at=self.at
            )

    def sign(self) -> None:
        """Sign what is agreed, and open an amendment of it."""
        if self.state != Edition.AGREED:
            return
        for state in (Edition.SIGNING, Edition.SIGNED, Case.ACTIVE):
            make.STEPS[state](self.case, self.cast, 1, self.at)
        for party in self.agreed:
            self.agreed[party] = dict.fromkeys(self.contents().values(), True)
        self.at += HOUR
        amendments.open_amendment(partnership_id=self.case.pk, broker=self.cast.nora, at=self.at)


def beginning(cast: Cast) -> Partnership:
    """Return a case being drafted, whose clause 9 cites clause 4 and whose clause 1 cites clause 8 in its gloss."""
    case = make.partnership(cast, until=Edition.DRAFTING)
    for position, name in ((4, "lim4"), (8, "jal8")):
        with owner(triggers=False):
            Clause.objects.filter(pk=make.clause_id(case, position)).update(key=name)
    clauses = agreement.clauses_of(make.roadmap(case))
    for clause, cited in ((clauses[8], {"body": "lim4"}), (clauses[0], {"plain_words": "jal8"})):
        assert clause.current
        now = wording_of(clause.current)
        citing = {name: f"{getattr(now, name)} Voir {{clause:{key}}}." for name, key in cited.items()}
        drafting.revise_clause(
            clause_id=clause.pk,
            broker=cast.nora,
            seen_number=1,
            wording=replace(now, **citing),
            reason="",
            at=NOON,
        )
    return case


@pytest.mark.django_db
def test_no_party_agrees_together_to_what_it_had_not_agreed_to_or_signed():
    cast = assemble_cast(NOON)
    case = beginning(cast)
    offered: set[str] = set()
    done: set[str] = set()

    @settings(
        max_examples=8,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @example(["answer", "reword", "date", "answer", "restore", "answer", "add", "answer"])
    @example(["answer", "sign", "reword", "amount", "add", "answer", "sign", "remove", "answer"])
    @example(["object", "restore", "answer", "decline", "date", "answer", "restore", "answer"])
    @example(["answer", "sign", "date", "object", "answer", "decline", "amount", "answer"])
    @example(["answer", "split", "answer", "join", "answer", "copy", "answer", "withdraw", "go_back"])
    @example(["reword", "answer", "go_back", "answer", "reword", "answer", "go_back", "answer"])
    @example(["add", "answer", "sign", "join", "answer", "sign", "split", "answer", "join", "answer"])
    @example(["add", "answer", "remove", "answer", "withdraw", "split", "remove", "answer", "copy", "answer"])
    @given(st.lists(st.sampled_from(STARTING), max_size=8))
    def play(acts: list[str]) -> None:
        # Each example is rolled back, so the versions of the status that cache keys hold come again.
        cache.clear()
        with transaction.atomic():
            played = Play(case, cast)
            played.play(acts)
            offered.update(played.offered)
            done.update(played.done)
            transaction.set_rollback(True)

    play()
    assert "charter" in offered
    assert set(STARTING) == done


class TestAnAmendment:
    """What the page of the rounds offers in an amendment, and what the action takes."""

    @pytest.fixture
    def case(self, cast: Cast) -> Iterator[Partnership]:
        """Amend a signed charter: clause 4 is reworded, a date of clause 8 moves, clause 11 is added."""
        case = make.partnership(cast, until=Case.ACTIVE, at=ago(days=3))
        amendments.open_amendment(partnership_id=case.pk, broker=cast.nora, at=ago(days=2))
        played = Play(case, cast)
        played.at = ago(days=1.5)
        played.play(["reword", "date", "add"])
        negotiation.open_negotiation(partnership_id=case.pk, broker=cast.nora, at=ago(days=1))
        return case

    def test_asks_a_party_nothing_of_the_clauses_it_signed(self, case, cast, enter):
        revisions = make.revision_ids(case)
        agree = reverse("partnerships:agree", args=[case.reference])
        browser = enter(cast.ada)
        page = browser.get(reverse("partnerships:rounds", args=[case.reference]))
        assert [row.shown.number for row in page.context["page"].unanswered] == ["4.1", "8.1", "10.2"]
        assert page.context["page"].unchanged_revisions == []
        assert agree not in page.text
        forged = {"revisions": ",".join(map(str, revisions))}
        refused = browser.post(agree, forged, follow=True)
        assert "répondez à chacune\u00a0: 4.1, 8.1, 10.2." in refused.text
