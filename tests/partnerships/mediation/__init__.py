"""Tests of mediation."""
