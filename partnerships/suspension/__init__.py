"""Suspension: a case stands still for all parties, and goes on with every open due date moved alike."""
