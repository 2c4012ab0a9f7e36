"""Who may do what at each address: one row an address, read as a table.

Each row says who reads (GET) and who acts (POST). The answer of everybody else follows from the
rules: a stranger gets 404, somebody who may read the case but not act gets 403, nobody is sent to
the door.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

NOBODY = "nobody"
PARTY = ("ada", "ben", "carla", "dan")
BROKERS = ("nora", "oscar")
INSIDE = (*PARTY, *BROKERS)
SIGNED_IN = (*INSIDE, "mallory", "root")
MEMBERS = (*PARTY, "mallory")
FOUNDERS = (*PARTY, "mallory", "root")  # who may register an organisation: all but brokers
ANYBODY = (*SIGNED_IN, NOBODY)


@dataclass(frozen=True, kw_only=True)
class Row:
    """`inside`: who knows that the thing exists (403 instead of 404 when they may not)."""

    args: tuple[Any, ...] = ()
    reads: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    case: str = "negotiation"
    goes: tuple[str, ...] = ()  # sent elsewhere on GET instead of reading


REF = "{reference}"


def case(*args: Any, **row: Any) -> Row:
    """Return the row of an address under a case that its members and every broker read."""
    return Row(**{"args": (REF, *args), "inside": INSIDE, **row})


def of_brokers(*args: Any, **row: Any) -> Row:
    """Return the row of an address of the console: for anybody else it does not exist."""
    return Row(**{"args": args, "reads": BROKERS, "inside": (), **row})


def own(*args: Any, **row: Any) -> Row:
    """Return the row of an address under Ada's association."""
    return Row(**{"args": ("{association}", *args), "inside": ("ada", "ben", *BROKERS), **row})


UNKNOWN = "00000000-0000-0000-0000-000000000000"

ROWS: dict[str, Row] = {
    # The case, to be read.
    "partnerships:list": Row(reads=SIGNED_IN),
    "partnerships:roadmap": case(reads=INSIDE),
    "partnerships:text_pdf": case(reads=INSIDE),
    "partnerships:text_docx": case(reads=INSIDE),
    "partnerships:text_tables": case(reads=INSIDE),
    "partnerships:ledger": case(reads=INSIDE),
    "partnerships:ledger_entry": case(1, reads=INSIDE),
    "partnerships:documents": case(reads=INSIDE),
    "partnerships:ethics_charter": case("{party}", reads=INSIDE),
    "partnerships:rounds": case(reads=INSIDE),
    "partnerships:charter": case(reads=INSIDE),
    "partnerships:charter_pdf": case(1, reads=INSIDE, case="active"),
    "partnerships:frozen_pdf": case(1, reads=INSIDE, case="signing"),
    "partnerships:follow_up": case(reads=INSIDE),
    "broker:neutrality": case(reads=INSIDE),
    # Answering is the parties'.
    "partnerships:answer": case("{clause}", acts=PARTY),
    "partnerships:agree": case(acts=PARTY),
    "partnerships:seal": case(reads=PARTY, acts=PARTY),
    "partnerships:take_back": case(acts=PARTY),
    "partnerships:bring_back": case(reads=PARTY, acts=PARTY),
    "partnerships:choose_changes": case(reads=PARTY, acts=PARTY),
    "partnerships:ask_for_time": case(reads=PARTY, acts=PARTY),
    # Round 0: what each party expects. Its pages at work are in tests/partnerships/expectations.
    "partnerships:expectations": case(reads=INSIDE, case="asked"),
    "partnerships:ask_expectations": case(acts=BROKERS),
    "partnerships:skip_expectations": case(acts=BROKERS),
    "partnerships:draft_expectations": case("expectations", acts=PARTY, case="asked"),
    "partnerships:seal_expectations": case(reads=PARTY, acts=PARTY, case="asked"),
    "partnerships:take_back_expectations": case(acts=PARTY, case="asked"),
    "partnerships:regroup": case(reads=BROKERS, acts=BROKERS, case="compared"),
    # Limits: anybody who may act raises an alert; a party declares an action, another one answers.
    "partnerships:limits": case(reads=INSIDE, case="active"),
    "partnerships:raise_alert": case(reads=INSIDE, acts=INSIDE, case="active"),
    "partnerships:alert": case(1, reads=INSIDE, case="active"),
    "partnerships:choose_action": case(reads=PARTY, case="active"),
    "partnerships:declare_action": case("publication", reads=PARTY, acts=PARTY, case="active"),
    "partnerships:declared_action": case(1, reads=INSIDE, acts=PARTY, case="active"),
    # Meetings: the broker sets them, all add to the agenda, the parties agree to the minutes.
    "partnerships:meetings": case(reads=INSIDE),
    "partnerships:set_meeting": case(reads=BROKERS, acts=BROKERS),
    "partnerships:meeting": case(1, reads=INSIDE, acts=INSIDE),
    "partnerships:change_meeting": case(1, reads=BROKERS, acts=BROKERS),
    "partnerships:cancel_meeting": case(1, reads=BROKERS, acts=BROKERS),
    "partnerships:meeting_minutes": case(1, reads=BROKERS, acts=BROKERS),
    "partnerships:answer_meeting": case(2, reads=PARTY, acts=PARTY),
    "partnerships:add_task": case(1, reads=INSIDE, acts=INSIDE),
    "partnerships:task": case("{task}", reads=INSIDE, acts=INSIDE),
    # Both sides read on which days reminders leave; the broker chooses them, and each person puts off their own.
    "partnerships:reminder_rules": case(reads=INSIDE, acts=BROKERS, case="active"),
    "partnerships:snooze": case("{milestone}", reads=PARTY, acts=PARTY, case="active"),
    "broker:reminder_rules": of_brokers(acts=BROKERS),
    # Mediation: anybody who may act opens one, the broker answers, the parties agree to the minutes.
    "partnerships:mediations": case(reads=INSIDE, case="active"),
    "partnerships:open_mediation": case(reads=INSIDE, acts=INSIDE, case="active"),
    "partnerships:mediation": case(1, reads=INSIDE, acts=PARTY, case="surveyed"),
    "partnerships:answer_mediation": case(1, reads=BROKERS, acts=BROKERS, case="surveyed"),
    "partnerships:mediation_minutes": case(1, reads=BROKERS, acts=BROKERS, case="surveyed"),
    # Suspension: a party asks, the broker decides; all parties say when they are ready.
    "partnerships:suspensions": case(reads=INSIDE, case="suspended"),
    "partnerships:ask_suspension": case(reads=INSIDE, acts=INSIDE, case="surveyed"),
    "partnerships:suspension": case(1, reads=INSIDE, acts=PARTY, case="active"),
    "partnerships:decide_suspension": case(1, reads=BROKERS, acts=BROKERS, case="active"),
    "partnerships:withdraw_suspension": case(1, acts=INSIDE, case="active"),
    "partnerships:prolong_suspension": case(1, reads=BROKERS, acts=BROKERS, case="suspended"),
    "partnerships:say_ready": case(1, acts=PARTY, case="suspended"),
    "partnerships:resume_case": case(1, acts=BROKERS, case="suspended"),
    # Hand-over: the broker of the case asks, the other one answers.
    "partnerships:handover": case(reads=INSIDE, acts=BROKERS, case="suspended"),
    "partnerships:accept_handover": case(reads=BROKERS, acts=BROKERS, case="suspended"),
    "partnerships:decline_handover": case(reads=BROKERS, acts=BROKERS, case="suspended"),
    "partnerships:withdraw_handover": case(acts=BROKERS, case="suspended"),
    # The end: each party writes its part, the others answer its accounts, the broker closes and renews.
    "partnerships:closing_part": case("{party}", reads=INSIDE, acts=PARTY, case="reviewed"),
    "partnerships:closing_accounts": case("{party}", reads=INSIDE, acts=PARTY, case="reviewed"),
    "partnerships:closing_report": case(reads=INSIDE, case="closed"),
    "partnerships:ask_early_exit": case(reads=INSIDE, acts=INSIDE, case="active"),
    "partnerships:early_exit": case(1, reads=INSIDE, acts=PARTY, case="left"),
    "partnerships:rewrite_exit_terms": case(1, reads=BROKERS, acts=BROKERS, case="left"),
    "partnerships:withdraw_early_exit": case(1, acts=INSIDE, case="left"),
    "partnerships:renew": case(reads=BROKERS, acts=BROKERS, case="reviewed"),
    # The voice of patients; the form itself is public (tests/partnerships/patient_surveys).
    "partnerships:surveys": case(reads=INSIDE, case="reviewed"),
    "partnerships:open_survey": case(reads=INSIDE, acts=INSIDE, case="active"),
    "partnerships:close_survey": case("{survey}", acts=INSIDE, case="reviewed"),
    "partnerships:survey_poster": case("{survey}", reads=INSIDE, case="reviewed"),
    "partnerships:survey_qr": case("{survey}", reads=INSIDE, case="reviewed"),
    # Questionnaires about a signed text.
    "partnerships:questionnaires": case(reads=INSIDE, acts=PARTY, case="surveyed"),
    "partnerships:ask_questionnaire": case(reads=BROKERS, acts=BROKERS, case="active"),
    "partnerships:seal_questionnaire": case(reads=PARTY, acts=PARTY, case="surveyed"),
    "partnerships:take_back_questionnaire": case(acts=PARTY, case="surveyed"),
    "partnerships:cancel_questionnaire": case(reads=BROKERS, acts=BROKERS, case="surveyed"),
    "partnerships:fingerprints": case("{round}", reads=INSIDE, case="compared"),
    # Writing is the broker's.
    "partnerships:reply": case("{answer}", acts=BROKERS),
    "partnerships:ask_again": case(reads=BROKERS, acts=BROKERS),
    "partnerships:cancel_round": case(reads=BROKERS, acts=BROKERS),
    "partnerships:decide_on_time": case(1, reads=BROKERS, acts=BROKERS),
    "partnerships:scoping": case(reads=INSIDE, acts=BROKERS),
    "partnerships:prepare": case(acts=BROKERS),
    "partnerships:abandon": case(reads=BROKERS, acts=BROKERS),
    "partnerships:dialogue": case(reads=INSIDE),
    "partnerships:thread": case("dossier", reads=INSIDE, acts=INSIDE),
    "partnerships:thread_mails": case("dossier", reads=INSIDE, acts=INSIDE),
    "partnerships:note": case("{party}", acts=("ada", "ben", *BROKERS), inside=("ada", "ben", *BROKERS)),
    "partnerships:canvas": case(reads=INSIDE),
    "partnerships:edit_canvas": case(reads=BROKERS, acts=BROKERS),
    "partnerships:interview": case("{party}", reads=BROKERS, acts=BROKERS),
    "partnerships:drafting": case(reads=BROKERS),
    "partnerships:begin_text": case(goes=BROKERS, acts=BROKERS),
    "partnerships:fill_blanks": case(reads=BROKERS, acts=BROKERS),
    "partnerships:new_clause": case(13, reads=BROKERS, acts=BROKERS),
    "partnerships:clause": case("{clause}", reads=BROKERS, acts=BROKERS),
    "partnerships:remove_clause": case("{clause}", reads=BROKERS, acts=BROKERS),
    "partnerships:move_clause": case("{clause}", acts=BROKERS),
    "partnerships:clause_versions": case("{clause}", reads=BROKERS, acts=BROKERS),
    "partnerships:copy_clause": case("{clause}", acts=BROKERS),
    "partnerships:split_clause": case("{clause}", reads=BROKERS, acts=BROKERS),
    "partnerships:join_clauses": case("{clause}", reads=BROKERS, acts=BROKERS),
    "partnerships:edit_clause": case("{clause}", reads=BROKERS),
    "partnerships:store_wording": case(acts=BROKERS),
    "partnerships:discard_wording": case(acts=BROKERS),
    "partnerships:tie_lines": case("{clause}", reads=BROKERS, acts=BROKERS),
    "partnerships:shelf": case(13, reads=BROKERS),
    "partnerships:insert_clause": case("{version}", reads=BROKERS, acts=BROKERS),
    "partnerships:risks": case(reads=BROKERS, acts=BROKERS),
    "partnerships:reread": case(acts=BROKERS),
    "partnerships:keep_risk": case("{clause}", "R1", reads=BROKERS, acts=BROKERS),
    "partnerships:adopt_wording": case("{clause}", "R1", acts=BROKERS),
    "partnerships:open_negotiation": case(reads=BROKERS, acts=BROKERS),
    "partnerships:freeze": case(acts=BROKERS),
    "partnerships:withdraw": case(reads=BROKERS, acts=BROKERS, case="signing"),
    "partnerships:open_amendment": case(acts=BROKERS, case="active"),
    "partnerships:resume_agreement": case(acts=BROKERS),
    "partnerships:restore_clause": case("{clause}", reads=BROKERS, acts=BROKERS),
    # A case without an amendment leads to its text.
    "partnerships:amendment": case(goes=INSIDE),
    "partnerships:describe_amendment": case(reads=BROKERS, acts=BROKERS, case="active"),
    "partnerships:give_up_amendment": case(reads=BROKERS, acts=BROKERS, case="active"),
    "partnerships:send_correction": case(acts=BROKERS, case="active"),
    "partnerships:confirm_correction": case(acts=PARTY, case="active"),
    "partnerships:contest_correction": case(reads=PARTY, acts=PARTY, case="active"),
    "partnerships:start_review": case(acts=BROKERS, case="active"),
    "partnerships:closing": case(reads=INSIDE, acts=BROKERS, case="active"),
    # Signing is the signatories', bearing witness the broker's.
    "partnerships:sign": case(
        reads=("ada", "carla", *BROKERS), acts=("ada", "carla", *BROKERS), case="signing"
    ),
    "partnerships:decline": case(reads=("ada", "carla"), acts=("ada", "carla"), case="signing"),
    # The other party reads whose it is; what it sends is refused in words (tests/partnerships/following).
    "partnerships:evidence": case("{milestone}", reads=PARTY, acts=PARTY, case="active"),
    "partnerships:pay": case("{payment}", reads=PARTY, acts=PARTY, case="active"),
    "partnerships:receive": case("{payment}", reads=PARTY, acts=PARTY, case="active"),
    "partnerships:payment_list": Row(args=(2026,), reads=MEMBERS),
    "partnerships:payment_list_pdf": Row(args=(2026,), reads=MEMBERS),
    "partnerships:postpone": case("{milestone}", reads=PARTY, acts=PARTY, case="active"),
    "partnerships:answer_postponement": case("{request}", reads=PARTY, acts=PARTY, case="active"),
    "partnerships:commitment_evidence": case("{commitment}", reads=INSIDE, acts=INSIDE, case="active"),
    "partnerships:answer_evidence": case("{evidence}", reads=PARTY, acts=PARTY, case="active"),
    "partnerships:settle_evidence": case("{evidence}", reads=BROKERS, acts=BROKERS, case="active"),
    "partnerships:case_file": case("{file}", reads=INSIDE, case="active"),
    # A brief is its organisation's, and the brokers' once published; an introduction those it invites.
    "partnerships:briefs": Row(reads=MEMBERS),
    "partnerships:start_brief": Row(acts=MEMBERS),
    "partnerships:brief": Row(args=("{brief}",), reads=("ada", "ben", *BROKERS)),
    "partnerships:edit_brief": Row(
        args=("{brief}",), reads=("ada", "ben"), acts=("ada", "ben"), inside=BROKERS
    ),
    "partnerships:publish_brief": Row(args=("{brief}",), acts=("ada", "ben"), inside=BROKERS),
    "partnerships:withdraw_brief": Row(args=("{brief}",), acts=("ada", "ben"), inside=BROKERS),
    "partnerships:introduction": Row(args=("{introduction}",), reads=PARTY, acts=PARTY),
    "broker:matches": of_brokers(),
    "broker:propose": of_brokers(acts=BROKERS),
    "broker:introduction": of_brokers("{introduction}", acts=BROKERS),
    "broker:withdraw_introduction": of_brokers("{introduction}", reads=(), acts=BROKERS),
    # The console.
    "broker:pipeline": of_brokers(),
    "broker:open_case": of_brokers(acts=BROKERS),
    "broker:vetting": of_brokers(),
    "broker:vet": of_brokers("{association}", acts=BROKERS),
    "broker:register": of_brokers("{association}", acts=BROKERS),
    "broker:organisations": of_brokers(),
    # What a broker declared is replaced and withdrawn by that broker alone.
    "broker:interests": of_brokers(acts=BROKERS),
    "broker:replace_interest": of_brokers("{interest}", reads=("nora",), acts=("nora",)),
    "broker:withdraw_interest": of_brokers("{interest}", reads=(), acts=("nora",)),
    "broker:thresholds": of_brokers(acts=BROKERS),
    "broker:library": of_brokers(),
    "broker:new_library_clause": of_brokers(acts=BROKERS),
    "broker:library_clause": of_brokers("{library}", acts=BROKERS),
    "broker:model_charters": of_brokers(),
    "broker:model_charter": of_brokers("{model}", acts=BROKERS),
    "broker:retire_model_charter": of_brokers("{model}", acts=BROKERS),
    "broker:retire_library_clause": of_brokers("{library}", acts=BROKERS),
    "broker:mailbox": of_brokers(),
    "broker:mail": of_brokers("{mail}"),
    "broker:mail_html": of_brokers("{mail}"),
    "broker:send_again": of_brokers("{mail}", reads=(), acts=BROKERS),
    # The portals.
    "associations:home": Row(reads=("ada", "ben")),
    "associations:organisation": Row(reads=("ada", "ben")),
    "associations:profile": Row(reads=("ada",), acts=("ada",), inside=("ada", "ben")),
    "associations:identity": Row(reads=("ada",), acts=("ada",), inside=("ada", "ben")),
    "associations:approval": Row(reads=("ada",), acts=("ada",), inside=("ada", "ben")),
    "associations:finances": Row(reads=("ada",), acts=("ada",), inside=("ada", "ben")),
    "associations:year": Row(args=(2025,), reads=("ada",), acts=("ada",), inside=("ada", "ben")),
    "associations:remove_support": Row(args=(2025, 0), acts=("ada",), inside=("ada", "ben")),
    "associations:registration": Row(args=("identite",), reads=FOUNDERS, acts=FOUNDERS),
    "companies:home": Row(reads=("carla", "dan", "mallory")),
    "companies:organisation": Row(reads=("carla", "dan", "mallory")),
    "companies:profile": Row(
        reads=("carla", "mallory"), acts=("carla", "mallory"), inside=("carla", "dan", "mallory")
    ),
    "companies:identity": Row(
        reads=("carla", "mallory"), acts=("carla", "mallory"), inside=("carla", "dan", "mallory")
    ),
    "companies:registration": Row(args=("identite",), reads=FOUNDERS, acts=FOUNDERS),
    # The people of an organisation: its administrators act, its members and brokers know of them.
    "invite": own(reads=("ada",), acts=("ada",)),
    "resend_invitation": own(UNKNOWN, acts=("ada",)),
    "revoke_invitation": own(UNKNOWN, acts=("ada",)),
    "member": own("{ben}", acts=("ada",), reads=("ada",)),
    "remove_member": own("{ben}", acts=("ada",)),
    "mandate": own("{ada}", reads=("ada",), acts=("ada",)),
    "end_mandate": own(0, acts=("ada",)),
    "interests": own(reads=("ada",), acts=("ada",)),
    "confirm_links": own(acts=("ada",)),
    "replace_link": own("{link}", reads=("ada",), acts=("ada",)),
    "withdraw_link": own("{link}", acts=("ada",)),
    # A broker reads organisations and is of none: there is nothing to leave.
    "leave": own(reads=("ada", "ben"), acts=("ada", "ben"), inside=()),
    "acknowledge_handover": own(0, acts=("ada",)),
    # Its papers: brought by its administrators, read by its members and by brokers.
    "documents": own(reads=("ada", "ben", *BROKERS), acts=("ada",)),
    "document": own("{document}", reads=("ada", "ben", *BROKERS)),
    # Its history, each reader with what is theirs to know.
    "organisation_ledger": own(reads=("ada", "ben", *BROKERS)),
    "organisation_ledger_entry": own(1, reads=("ada", "ben", *BROKERS)),
    # One's own.
    "home": Row(reads=SIGNED_IN),
    "preferences": Row(reads=SIGNED_IN, acts=SIGNED_IN),
    "unsent_forms": Row(reads=SIGNED_IN),
    "drop_unsent_form": Row(args=(UNKNOWN,), acts=SIGNED_IN),
    "withdraw_address": Row(acts=SIGNED_IN),
    "second_factor_later": Row(acts=SIGNED_IN),
    "partnerships:mails_to_come": Row(reads=SIGNED_IN),
    "partnerships:calendar": Row(reads=SIGNED_IN, acts=SIGNED_IN),
    "partnerships:own_data": Row(reads=SIGNED_IN, acts=SIGNED_IN),
    # A bare press erases nobody: the page says what is missing.
    "partnerships:erase": Row(reads=SIGNED_IN, acts=SIGNED_IN),
}
