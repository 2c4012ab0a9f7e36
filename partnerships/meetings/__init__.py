"""Meetings of a case: agenda, tasks, and minutes that all parties agree to, as those of a mediation."""
