"""Actions on meetings: set, agenda, tasks; and the minutes that a meeting and a mediation have alike."""
