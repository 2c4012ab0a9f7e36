"""Mediation: anyone raises a point, the broker answers within five working days, all agree to the minutes."""
