"""Tests of the rules of reminders, the mails to come and the calendar."""
