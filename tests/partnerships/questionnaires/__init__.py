"""Tests of the questionnaires about a signed text."""
