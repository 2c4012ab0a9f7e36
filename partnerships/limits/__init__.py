"""Limits of a signed text: an alert on one at any time, and actions declared before they are done."""
