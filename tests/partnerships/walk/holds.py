"""What must hold after every step, whatever was tried: the rules that never bend."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Count
from hypothesis.stateful import invariant

from accounts.models import Membership
from ledger import queries as ledger
from ledger import verify
from ledger.record import Subject
from outbox.models import Message
from partnerships.lifecycle import Edition
from partnerships.models import (
    Answer,
    Charter,
    Clause,
    Envelope,
    Line,
    Roadmap,
    Round,
    Signature,
    Stance,
)
from partnerships.rounds import queries as round_queries
from partnerships.status import actions as status
from partnerships.text import agreement
from tests.partnerships.walk.ground import PARTIES, REACHED, SECRET, Ground
from tests.status import status_rows

TOLD = """
SELECT count(*) FROM (
    SELECT facts::text AS words FROM ledger_entry
    UNION ALL SELECT facts::text FROM outbox_message
    UNION ALL SELECT text FROM outbox_delivery
) AS told WHERE words LIKE %s
"""


def words_of(clause: Clause) -> object:
    """Return all that a clause says, None for a removal."""
    said = clause.current
    if said is None or said.is_removal:
        return None
    return (clause.heading, clause.responsible_id, said.title, said.body, said.plain_words, said.terms)


class Holds(Ground):
    """What must hold."""

    @invariant()
    def everything_holds(self) -> None:
        """Look at all of it, when anything was done since the last look."""
        if not self.has_moved:
            return
        self.the_ledger_holds()
        self.agreed_means_agreed_by_all()
        self.an_answer_is_of_its_party_and_of_its_revision()
        self.rounds_open_for_all_or_for_none()
        self.a_changed_envelope_speaks_for_nobody()
        self.nothing_of_an_envelope_is_told()
        self.what_was_signed_is_what_was_read()
        self.nobody_signs_beside_a_suspended_party()
        self.the_clock_is_the_same_for_all()
        self.an_opened_round_stays_as_it_was_opened()
        self.an_outsider_has_no_voice()
        self.recomputing_the_status_changes_nothing()
        self.has_moved = False

    def the_ledger_holds(self) -> None:
        """Rule 5."""
        assert verify.verify() is None

    def agreed_means_agreed_by_all(self) -> None:
        """Rules 1, 2 and 14: every party, on every clause and removal, by its answer, signature or confirmation."""
        roadmap = self.roadmap
        if roadmap is None or roadmap.state not in (Edition.AGREED, Edition.SIGNING, Edition.SIGNED):
            return
        parties = list(self.partnership.parties.order_by("rank"))
        answers = agreement.latest_answers(roadmap.pk)
        signed = self.signed_words(roadmap)
        confirmed = set(roadmap.confirmations.order_by("pk").values_list("party", flat=True))
        for clause in self.clauses:
            for party in parties:
                answer = answers.get((clause.current_id or 0, party.pk))
                is_answered = answer is not None and answer.stance == Stance.AGREE
                is_signed = words_of(clause) is not None and words_of(clause) == signed.get(clause.key)
                is_confirmed = roadmap.amendment_kind == "clerical" and party.pk in confirmed
                assert is_answered or is_signed or is_confirmed, (clause.position, party)

    def signed_words(self, roadmap: Roadmap) -> dict[str, object]:
        """Return the words of the last signed edition before this one, by key of the clause."""
        earlier = self.partnership.roadmaps.filter(state=Edition.SIGNED, edition__lt=roadmap.edition)
        source = earlier.order_by("-edition").first()
        return {clause.key: words_of(clause) for clause in agreement.clauses_of(source)} if source else {}

    def an_answer_is_of_its_party_and_of_its_revision(self) -> None:
        """Rules 1 and 2: sealed by one of the party, on words older than it; and it never changes."""
        for answer in Answer.objects.select_related("party", "round", "revision").order_by("pk"):
            assert PARTIES[self.names[answer.answered_by_id]] == answer.party.code
            assert answer.revision.written_at <= answer.round.asked_at < answer.round.deadline_at
            assert answer.round.opened_at == answer.answered_at
            position = (answer.revision_id, answer.stance, answer.reason)
            assert self.answered.setdefault(answer.pk, position) == position

    def rounds_open_for_all_or_for_none(self) -> None:
        """Rule 3: before the opening, ciphertext alone; after it, every sealed envelope, as it was sealed."""
        prints = self.sealed_prints()
        for envelope in Envelope.objects.select_related("round", "party").order_by("pk"):
            is_open = envelope.round.opened_at is not None and envelope.sealed_at is not None
            is_open = is_open and envelope.pk not in self.spoiled
            assert (envelope.opened is not None) == is_open
            assert SECRET.encode() not in bytes(envelope.ciphertext)
            if envelope.sealed_by_id:
                assert PARTIES[self.names[envelope.sealed_by_id]] == envelope.party.code
                assert envelope.fingerprint in prints
            if is_open:
                assert round_queries.is_genuine(envelope)
        assert not Answer.objects.filter(round__opened_at=None).exists()
        assert not Line.objects.filter(round__opened_at=None).exists()

    def a_changed_envelope_speaks_for_nobody(self) -> None:
        """Rule 3: the ledger says which one no longer held what was sealed, and nothing comes of it."""
        chain = ledger.entries(subject=Subject("case", self.partnership.pk)).filter(kind="round.open")
        entry_facts = {(entry.facts["question"], entry.facts["number"]): entry.facts for entry in chain}
        for round_ in self.partnership.rounds.exclude(opened_at=None).order_by("asked_at"):
            named: dict[str, list[str]] = {"sealed": [], "missing": [], "changed": []}
            for envelope in round_.envelopes.select_related("party").order_by("party__rank"):
                is_changed = envelope.pk in self.spoiled
                fate = "missing" if not envelope.sealed_at else "changed" if is_changed else "sealed"
                named[fate].append(envelope.party.code)
            facts = entry_facts[round_.question, round_.number]
            assert {fate: facts[f"parties_{fate}"] for fate in named} == named
            written = round_queries.sealings(self.partnership, round_)
            fingerprints = dict(round_.envelopes.values_list("party__code", "fingerprint").order_by("pk"))
            assert all(written[code].fingerprint == fingerprints[code] for code in named["sealed"])
            silent = named["missing"] + named["changed"]
            REACHED.update(["opened as changed"] if named["changed"] else [])
            assert not Answer.objects.filter(round=round_, party__code__in=silent).exists()
            assert not Line.objects.filter(round=round_, party__code__in=silent).exists()

    def sealed_prints(self) -> set[str]:
        written = ledger.entries(subject=Subject("case", self.partnership.pk)).filter(kind="envelope.seal")
        return {each.facts["fingerprint"] for each in written}

    def nothing_of_an_envelope_is_told(self) -> None:
        """Rules 3 and 8: neither the ledger nor a mail says what a party wrote, before or after."""
        with connection.cursor() as cursor:
            cursor.execute(TOLD, [f"%{SECRET}%"])
            assert cursor.fetchone() == (0,)

    def what_was_signed_is_what_was_read(self) -> None:
        """Rule 4: the frozen text never changes, and each signature carries its fingerprint."""
        for charter in Charter.objects.order_by("pk"):
            text = bytes(charter.canonical_json)
            assert self.frozen.setdefault(charter.pk, text) == text
        for signature in Signature.objects.select_related("charter", "party").order_by("pk"):
            assert signature.fingerprint == signature.charter.fingerprint
            if signature.party:
                assert PARTIES[self.names[signature.signatory_id]] == signature.party.code

    def nobody_signs_beside_a_suspended_party(self) -> None:
        assert not (self.suspended and self.state == Edition.SIGNING)

    def the_clock_is_the_same_for_all(self) -> None:
        """Rules 6 and 7: one deadline a round, extended once at most; no reminder of a closed round waits."""
        parties = self.partnership.parties.count()
        posted = Message.objects.filter(kind__startswith="round-", key__startswith="case:")
        kinds = dict(posted.values_list("key", "kind").order_by("key"))
        planned = Message.objects.waiting().filter(kind__in=("round-reminder", "expectations-reminder"))
        waiting = list(planned.order_by("key").values_list("key", flat=True))
        is_running = 0
        for round_ in Round.objects.annotate(envelope_count=Count("envelopes")).order_by("asked_at"):
            assert round_.envelope_count == parties
            assert round_.extended_at is None or round_.rule != "open"
            read = f"case:{self.partnership.pk}:round-read:{round_.pk}" in kinds
            # When all agree, the mail of the agreement says that the answers are open.
            entries = ledger.entries(subject=Subject("case", self.partnership.pk))
            agreed = entries.filter(kind="edition.agree", at=round_.opened_at).exists()
            assert (read or agreed) == (round_.opened_at is not None)
            unsealed = round_.envelopes.filter(sealed_at=None).exists()
            assert round_.rule != "all" or round_.opened_at is None or not unsealed
            if round_.opened_at or round_.cancelled_at:
                assert not any(f":round:{round_.pk}:" in key for key in waiting)
            else:
                is_running += 1
        assert is_running <= 1

    def an_opened_round_stays_as_it_was_opened(self) -> None:
        """Rule 3 against raw SQL."""
        opened = Envelope.objects.filter(opened__isnull=False).first()
        if opened is None:
            return
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE partnerships_envelope SET opened = '{}' WHERE id = %s", [opened.pk])

    def recomputing_the_status_changes_nothing(self) -> None:
        """Rule 13: what pages, mails and buttons read is what the history says, after every act."""
        stored = status_rows(self.partnership)
        status.rebuild_status(partnership_id=self.partnership.pk, at=self.at)
        assert status_rows(self.partnership) == stored

    def an_outsider_has_no_voice(self) -> None:
        """Rules 1 and 8: neither broker, nor superuser, nor a member of another organisation."""
        strangers = [self.person(who) for who in ("nora", "oscar", "mallory", "root")]
        ours = self.partnership.parties.values("organisation")
        assert not Membership.objects.filter(user__in=strangers, organisation__in=ours).exists()
