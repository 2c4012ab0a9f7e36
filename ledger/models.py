"""The entries of the ledger, each chained by hash to the one before it."""

import pgtrigger
from django.conf import settings
from django.db import models

from ledger.sealed import EnforcedTrigger, append_only


class Entry(models.Model):
    """One fact about one subject; triggers refuse any change, and any entry but the next."""

    id = models.BigAutoField(primary_key=True)
    subject_type = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=60)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    facts = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "sequence"],
                name="one_entry_for_each_place_in_the_chain",
            ),
            models.CheckConstraint(condition=models.Q(sequence__gte=1), name="a_chain_starts_at_one"),
        )
        triggers = (
            *append_only(),
            EnforcedTrigger(name="next_entry", operation=pgtrigger.Insert, function="ledger_next_entry"),
        )

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id} #{self.sequence} {self.kind}"
