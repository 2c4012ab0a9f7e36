"""Where allauth asks us: who may sign up, and how its mails leave."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: Any) -> bool:
        """Open the door only to who registers an organisation or holds an invitation."""
        return bool(request.session.get("registering") or request.session.get("invitation"))
