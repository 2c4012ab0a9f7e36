"""Where a case stands: derived rows that `actions.status` writes after every act and every page reads."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from partnerships.models.partnership import Partnership, Party
from partnerships.models.roadmap import Answer, Clause, ClauseRevision, Roadmap, Stance
from partnerships.models.suspension import SuspensionGround


def _codes() -> ArrayField[list[str], list[str]]:
    return ArrayField(models.CharField(max_length=4), default=list, blank=True)


class PartnershipStatus(models.Model):
    """The next step of a case and what it follows from; nothing of an envelope that is not open.

    `step` is a `Step` of `queries.next_step`, as it is until `deadline_at`. `party_codes`: the parties that
    must act, in order. `unsealed`, `unsigned`: parties whose envelope or signature is missing, in order.
    `unanswered`: of each party, by its code, how many clauses its opened agreement does not cover.
    `unreplied`: remarks on the negotiated text that the broker has not replied to.
    `milestones`: the open ones of a signed text, the next one first, each with the fields of
    `OpenMilestone`. `awaited`: the answers that the follow-up waits for, each with the fields of
    `AwaitedAnswer`.
    `convergence`: of each opened round and side, how many positions of each kind it held.
    Whatever depends on the time of day is computed from these moments at reading.
    """

    partnership = models.OneToOneField(
        Partnership, models.CASCADE, primary_key=True, related_name="status", verbose_name=_("dossier")
    )
    version = models.PositiveIntegerField(default=0)  # raised at every refresh, for cache keys
    refreshed_at = models.DateTimeField()
    step = models.CharField(max_length=12)
    party_codes = _codes()
    deadline_at = models.DateTimeField(null=True, blank=True)  # of the running round
    due_date = models.DateField(null=True, blank=True)  # of the milestone that the step is about
    # The last edition that is not void.
    roadmap = models.ForeignKey(Roadmap, models.CASCADE, null=True, blank=True, related_name="+")
    is_discussed = models.BooleanField(default=False)  # a round of criticism runs
    criticism_rounds = models.PositiveSmallIntegerField(default=0)
    unsealed = _codes()
    unsigned = _codes()
    unanswered = models.JSONField(default=dict, blank=True)
    unreplied = models.PositiveIntegerField(default=0)
    milestones = models.JSONField(default=list, blank=True)
    awaited = models.JSONField(default=list, blank=True)
    ends_on = models.DateField(null=True, blank=True)  # the last day of the signed text
    sealed_editions = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    last_entry_at = models.DateTimeField(null=True, blank=True)  # of the ledger
    # Of a suspended case: its typed ground and the moment until which it is planned.
    suspension_ground = models.CharField(max_length=8, choices=SuspensionGround, blank=True)
    suspended_until = models.DateTimeField(null=True, blank=True)
    convergence = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("état du dossier")
        verbose_name_plural = _("états des dossiers")

    def __str__(self) -> str:
        return f"{self.partnership_id} {self.step}"


class ClauseStanding(models.Model):
    """What was said of a clause of the text that the parties discuss, in figures.

    `compared_with`: the revision that the last rounds showed, when the clause was rewritten since.
    """

    clause = models.OneToOneField(Clause, models.CASCADE, primary_key=True, related_name="standing")
    compared_with = models.ForeignKey(ClauseRevision, models.CASCADE, null=True, blank=True, related_name="+")
    remarks = models.PositiveIntegerField(default=0)
    unreplied = models.PositiveIntegerField(default=0)
    is_agreed = models.BooleanField(default=False)  # by every party, as it stands

    class Meta:
        verbose_name = _("état d’une clause")
        verbose_name_plural = _("états des clauses")

    def __str__(self) -> str:
        return str(self.clause_id)


class ClausePosition(models.Model):
    """Where a party stands on a clause by its last opened answer, if it gave one.

    `moved`: numbers of the clauses that it cites and that were rewritten since, so that agreement lapsed.
    `compared_with`: the revision on which the party last answered, when the clause was rewritten since; of an
    amendment without an answer yet, the signed one. `is_signed`: the party signed exactly this content in the
    charter that the amendment amends, or confirmed it in a correction, so that it is not asked again.
    """

    clause = models.ForeignKey(Clause, models.CASCADE, related_name="positions")
    party = models.ForeignKey(Party, models.CASCADE, related_name="positions")
    answer = models.ForeignKey(Answer, models.CASCADE, null=True, blank=True, related_name="+")
    revision = models.ForeignKey(ClauseRevision, models.CASCADE, null=True, blank=True, related_name="+")
    stance = models.CharField(max_length=11, choices=Stance, blank=True)
    round_number = models.PositiveSmallIntegerField(default=0)
    is_current = models.BooleanField(default=False)  # given on the text as it stands
    is_signed = models.BooleanField(default=False)
    moved = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    compared_with = models.ForeignKey(ClauseRevision, models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("position sur une clause")
        verbose_name_plural = _("positions sur les clauses")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clause", "party"], name="one_position_for_each_clause_and_party")
        ]

    def __str__(self) -> str:
        return f"{self.clause_id} {self.party_id} {self.stance}"
