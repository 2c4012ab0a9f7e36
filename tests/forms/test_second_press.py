"""Whatever form a page shows, pressing its button twice does it once."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from typing import Any

import pytest
from django.apps import apps
from django.contrib.messages import get_messages
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, resolve, reverse

from accounts.models import FormSubmission
from partnerships.lifecycle import Case, Edition
from tests import make
from tests.cast import assemble_cast
from tests.forms.page_forms import PageForm, all_patterns, forms_of
from tests.matrix.rows import BROKERS, ROWS
from tests.matrix.stage import Stage

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PEOPLE = ("ada", "carla", "nora", "mallory")
OURS = ("accounts", "partnerships", "ledger", "outbox")
# Addresses at which no page of the stage has a form that creates a row as it is filled in here: the act
# changes rows alone, the stage is not at that point, or the form wants more. The middleware knows no address.
NOT_PRESSED = {
    "acknowledge_handover",
    "associations:remove_support",
    "broker:introduction",
    "broker:propose",
    "broker:register",
    "broker:reminder_rules",
    "broker:send_again",
    "drop_unsent_form",
    "leave",
    "partnerships:accept_handover",
    "partnerships:adopt_wording",
    "partnerships:agree",
    "partnerships:answer",
    "partnerships:answer_evidence",
    "partnerships:answer_mediation",
    "partnerships:ask_again",
    "partnerships:ask_for_time",
    "partnerships:begin_text",
    "partnerships:bring_back",
    "partnerships:calendar",
    "partnerships:choose_changes",
    "partnerships:clause",
    "partnerships:clause_versions",
    "partnerships:closing",
    "partnerships:closing_accounts",
    "partnerships:confirm_correction",
    "partnerships:contest_correction",
    "partnerships:decide_on_time",
    "partnerships:decline_handover",
    "partnerships:describe_amendment",
    "partnerships:discard_wording",
    "partnerships:draft_expectations",
    "partnerships:edit_brief",
    "partnerships:erase",
    "partnerships:fill_blanks",
    "partnerships:give_up_amendment",
    "partnerships:handover",
    "partnerships:join_clauses",
    "partnerships:keep_risk",
    "partnerships:move_clause",
    "partnerships:open_amendment",
    "partnerships:own_data",
    "partnerships:pay",
    "partnerships:postpone",
    "partnerships:publish_brief",
    "partnerships:questionnaires",
    "partnerships:receive",
    "partnerships:regroup",
    "partnerships:reread",
    "partnerships:restore_clause",
    "partnerships:resume_agreement",
    "partnerships:resume_case",
    "partnerships:seal",
    "partnerships:seal_expectations",
    "partnerships:seal_questionnaire",
    "partnerships:send_correction",
    "partnerships:settle_evidence",
    "partnerships:sign",
    "partnerships:skip_expectations",
    "partnerships:snooze",
    "partnerships:split_clause",
    "partnerships:start_review",
    "partnerships:store_wording",
    "partnerships:suspension",
    "partnerships:take_back",
    "partnerships:take_back_expectations",
    "partnerships:take_back_questionnaire",
    "partnerships:thread_mails",
    "partnerships:tie_lines",
    "preferences",
    "resend_invitation",
    "revoke_invitation",
    "second_factor_later",
    "withdraw_address",
}
# Views that change only the session of the reader.
REPEATABLE = {"demonstration_sign_in", "second_factor_later", "switch_organisation"}


def counts() -> dict[str, int]:
    """Return the number of rows of each table of ours but the one of the submissions."""
    models = [model for model in apps.get_models() if model._meta.app_label in OURS]
    return {model.__name__: model._base_manager.count() for model in models if model is not FormSubmission}


@pytest.fixture(scope="module")
def stage(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Stage]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield Stage(assemble_cast(make.NOON))
        transaction.set_rollback(True)


def pages(stage: Stage) -> Iterator[tuple[str, str]]:
    """Yield the person and the address of each page of the table, and of a case that is being written."""
    for name, row in ROWS.items():
        for who in PEOPLE:
            if who in row.reads:
                yield who, reverse(name, args=stage.args(row))
    draft = make.partnership(stage.cast, until=Edition.DRAFTING, title="En cours d’écriture")
    agreed = make.partnership(stage.cast, until=Edition.AGREED, title="Tout est convenu")
    new = make.partnership(stage.cast, until=Case.SCOPING, title="À peine ouvert")
    more = [
        (draft, "drafting"),
        (draft, "new_clause", 13),
        (draft, "clause", make.clause_id(draft, 1)),
        (draft, "insert_clause", stage.library.current_id),
        (draft, "open_negotiation"),
        (draft, "expectations"),
        (agreed, "roadmap"),
        (agreed, "rounds"),
        (stage.cases["active"], "roadmap"),
        (stage.cases["active"], "closing"),
        (new, "scoping"),
    ]
    for case, name, *args in more:
        yield "nora", reverse(f"partnerships:{name}", args=[case.reference, *args])
    yield "ada", reverse("partnerships:rounds", args=[stage.cases["negotiation"].reference])
    yield "ada", reverse("partnerships:roadmap", args=[stage.cases["negotiation"].reference])


def forms_of_everybody(stage: Stage) -> Iterator[tuple[str, str, PageForm]]:
    """Yield the person, the name of the address and the form, once for forms with the same fields."""
    seen = set()
    for who, page in pages(stage):
        response = stage.clients[who].get(page)
        for form in forms_of(response, page) if response.status_code == 200 else ():
            target = resolve(form.address.partition("?")[0]).view_name
            case = form.address if target.startswith("partnerships:") else ""
            look = (who in BROKERS, target, case, tuple(form.fields))
            if look not in seen and "/compte/" not in form.address:
                seen.add(look)
                yield who, target, form


def message_texts(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_every_form_pressed_twice_is_done_once(stage: Stage) -> None:
    creating, twice = set(), []
    for who, target, form in forms_of_everybody(stage):
        client = Client()
        # A copy: what is pressed may close the session.
        client.cookies = copy(stage.clients[who].cookies)
        with transaction.atomic():
            before = counts()
            first = client.post(form.address, form.data())
            after = counts()
            if first.status_code == 303 and after != before:
                creating.add(target)
                second = client.post(form.address, form.data())
                answers = [
                    (each.status_code, each["Location"], message_texts(each)) for each in (first, second)
                ]
                if answers[0] != answers[1] or counts() != after:
                    twice.append((who, target, answers))
            transaction.set_rollback(True)
    assert twice == []
    not_pressed = {name for name, row in ROWS.items() if row.acts} - creating
    assert sorted(not_pressed ^ NOT_PRESSED) == []


def test_no_other_view_is_repeatable_or_needs_no_token() -> None:
    """A view without the check of the token would have forms without it, which nothing makes unique."""
    views = dict(all_patterns(get_resolver()))
    repeatable = {name for name, view in views.items() if hasattr(view, "is_repeatable")}
    exempt = {name for name, view in views.items() if getattr(view, "csrf_exempt", False)}
    assert repeatable == {name for name in REPEATABLE if name in views}
    assert exempt == {"outbox:unsubscribe", "patient_survey"}
