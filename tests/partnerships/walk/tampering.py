"""Somebody reaches the database itself: what is sealed does not move, a changed envelope speaks for nobody."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, ProgrammingError, connection, models, transaction
from hypothesis import strategies as st
from hypothesis.stateful import rule

from ledger.models import Entry
from partnerships.lifecycle import Edition
from partnerships.models import (
    Answer,
    Charter,
    ClauseRevision,
    Envelope,
    Question,
    Reply,
    Round,
    Rule,
    SealedCharter,
    Signature,
    Stance,
    VoidedCharter,
)
from partnerships.rounds.actions import envelopes
from tests.database_owner import owner
from tests.partnerships.walk.amending import Amending
from tests.partnerships.walk.ground import PARTIES, REACHED, during, sides

NEVER_CHANGED = (Signature, Charter, VoidedCharter, SealedCharter, Entry, ClauseRevision, Answer, Reply)
OTHER = {"A": "E", "E": "A"}
RUBBISH = b"\x00 nothing that a key opens"
ways = st.sampled_from(("rubbish", "nothing", "a draft", "an older seal", "of the other side"))


class Tampering(Amending):
    """What raw SQL tries, and what comes of it."""

    @rule(row=st.integers(0, 60), column=st.integers(0, 20))
    def somebody_changes_what_never_changes(self, row: int, column: int) -> None:
        """Rule 4: a signature, a frozen text, a sealed PDF and an entry are neither updated nor deleted."""
        for model in NEVER_CHANGED:
            keys = list(model._default_manager.order_by("pk").values_list("pk", flat=True))
            if keys:
                self.change_a_row(model, keys[row % len(keys)], column)

    def change_a_row(self, model: type[models.Model], key: object, column: int) -> None:
        table, columns = model._meta.db_table, [each.column for each in model._meta.concrete_fields]
        name, first = columns[column % len(columns)], columns[0]
        for order in (f"UPDATE {table} SET {name} = {name}", f"DELETE FROM {table}"):
            statement = f"{order} WHERE {first} = %s"
            with pytest.raises(IntegrityError, match="is sealed"), owner() as cursor:
                cursor.execute(statement, [key])
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                connection.cursor().execute(statement, [key])
        REACHED.add(f"tried on {table}")

    def change_a_sealed_envelope(self, side: str, way: str) -> None:
        """The owner alone can; the ciphertext alone, or an older one with the fingerprint of then."""
        round_ = self.running
        sealed = Envelope.objects.filter(round=round_, party__code=side, sealed_at__isnull=False).first()
        if round_ is None or sealed is None:
            return
        other = round_.envelopes.get(party__code=OTHER[side])
        ciphertext, print_ = {
            "rubbish": (RUBBISH, sealed.fingerprint),
            "nothing": (b"", sealed.fingerprint),
            "a draft": (self.drafts[sealed.pk], sealed.fingerprint),
            "an older seal": self.seals[sealed.pk][0],
            "of the other side": (bytes(other.ciphertext), sealed.fingerprint),
        }[way]
        if (ciphertext, print_) == self.seals[sealed.pk][-1]:
            return
        with owner(triggers=False) as cursor:
            cursor.execute(
                "UPDATE partnerships_envelope SET ciphertext = %s, fingerprint = %s WHERE id = %s",
                [ciphertext, print_, sealed.pk],
            )
        self.spoiled.add(sealed.pk)
        self.look()

    @during(Edition.DRAFTING, Edition.NEGOTIATION)
    @rule(side=sides, way=ways, opens=st.booleans())
    def what_a_side_sealed_is_changed(self, side: str, way: str, opens: bool) -> None:
        round_ = self.asked_anew()
        if round_ is None:
            return
        who = self.of_side(side)[0]
        self.answer_and_seal(who, round_)
        self.take_back(who)
        self.answer_and_seal(who, round_)
        self.change_a_sealed_envelope(side, way)
        if opens:
            self.answer_and_seal(self.of_side(OTHER[side])[0], round_)

    @during(Edition.DRAFTING, Edition.NEGOTIATION)
    @rule(first=sides)
    def nobody_takes_back_once_the_other_side_has_sealed(self, first: str) -> None:
        """Refused to everybody, whether their own is sealed or not, and no letter of it moves."""
        round_ = self.asked_anew()
        if round_ is None:
            return
        for side in (first, OTHER[first]):
            self.answer_and_seal(self.of_side(side)[0], round_)
            for who, own in PARTIES.items():
                others = round_.envelopes.exclude(party__code=own).filter(sealed_at__isnull=False)
                if not others.exists():
                    continue
                before = self.rows_of(round_)
                assert not self.attempt(envelopes.take_back, round_id=round_.pk, speaker=self.person(who))
                assert self.rows_of(round_) == before
                REACHED.add("too late to take back")

    def asked_anew(self) -> Round | None:
        """Return the round that runs, after a new one was asked where that can be."""
        while self.reply_to_a_remark("nora"):
            pass
        self.ask_what_is_expected("nora", 5, Rule.OPEN)
        self.ask_again("nora", 5, Rule.OPEN)
        return self.running

    def answer_and_seal(self, who: str, round_: Round) -> None:
        if round_.question == Question.EXPECTATIONS:
            self.expect_and_seal(who)
        else:
            self.agree_to_the_rest_and_seal(who, Stance.AGREE)

    def rows_of(self, round_: Round) -> list[dict[str, object]]:
        return list(Envelope.objects.filter(round=round_).order_by("pk").values())
