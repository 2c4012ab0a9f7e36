"""Whoever looks, wherever they look, reads of a closed envelope what they may: their own party's, or nothing."""

from __future__ import annotations

import re

from django.test import Client
from django.urls import reverse
from hypothesis import strategies as st
from hypothesis.stateful import rule

from partnerships.models import Envelope
from partnerships.permissions import ConsentError
from partnerships.rounds.encryption import KeyIsLost
from partnerships.rounds.queries import own_content
from tests.cached_pages import empty_cache, without_csrf_tokens
from tests.partnerships.walk.ground import BROKERS, PARTIES, SECRET, people, while_asking
from tests.partnerships.walk.tampering import Tampering

WRITTEN = re.compile(SECRET + r"-(\w)-(\w{8})")
CACHED_PAGES = (
    *("partnerships:roadmap", "partnerships:rounds", "partnerships:follow_up"),
    *("associations:home", "companies:home"),
)
PAGES = ("roadmap", "rounds", "expectations", "ledger", "documents", "scoping")


class Walk(Tampering):
    """Everything that people try, and what they read meanwhile."""

    @while_asking
    @rule(who=people)
    def look_into_an_envelope(self, who: str) -> None:
        round_ = self.running
        if round_ is None:
            return
        try:
            envelope, _held = own_content(round_, self.person(who), self.partnership)
        except ConsentError:
            assert who not in self.present
            return
        except KeyIsLost:
            assert who in self.present
            assert self.spoiled
            return
        assert who in self.present
        assert envelope.party.code == PARTIES[who]

    def client_of(self, who: str) -> Client:
        client = Client()
        client.force_login(self.person(who), backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    @rule(who=people, page=st.sampled_from(CACHED_PAGES))
    def read_a_cached_page(self, who: str, page: str) -> None:
        """A page from the cache says what it says when it is rendered anew."""
        client = self.client_of(who)
        args = [self.partnership.reference] if page.startswith("partnerships:") else []
        address = reverse(page, args=args)
        answer = client.get(address)
        if answer.status_code == 200:
            with empty_cache():
                fresh = client.get(address)
            assert without_csrf_tokens(answer) == without_csrf_tokens(fresh)

    @rule(who=people, page=st.sampled_from(PAGES))
    def read_a_page(self, who: str, page: str) -> None:
        """Rules 3 and 8: a stranger finds no page; nobody reads the words of another party before all do."""
        client = self.client_of(who)
        answer = client.get(reverse(f"partnerships:{page}", args=[self.partnership.reference]))
        is_reader = who in self.present or who in BROKERS
        assert answer.status_code == (200 if is_reader else 404)
        opened = Envelope.objects.filter(opened__isnull=False).order_by("pk")
        public = {
            (code, round_id.hex[:8]) for code, round_id in opened.values_list("party__code", "round_id")
        }
        own = PARTIES[who] if who in self.present else ""
        for code, round_id in WRITTEN.findall(answer.content.decode()):
            assert code == own or (code, round_id) in public
