"""Charters that nobody would write, for Hypothesis."""

from dataclasses import replace
from datetime import UTC, date
from functools import partial

from hypothesis import strategies as st

from partnerships.charter.regulation import RegulationText
from partnerships.charter.snapshot import FORMER_SCHEMA, SCHEMA, CharterSnapshot
from partnerships.charter.texts import (
    ALL_PARTIES,
    BROKER,
    AgreementText,
    BrokerText,
    BudgetLineText,
    ClauseText,
    CommitmentText,
    CounterpartText,
    ExpectationText,
    FeeText,
    Heading,
    LimitText,
    MilestoneText,
    PartyText,
    PaymentText,
    RedLineText,
)

YEAR = 1900
words = st.text(max_size=60)
names = st.text(min_size=1, max_size=60)
cents = st.integers(min_value=0, max_value=2**53 - 1)
days = st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 12, 31))


def _rows(row):
    return st.lists(row, max_size=4).map(tuple)


def _numbered(count, row):
    return st.tuples(*(row(number) for number in range(count)))


def _party(number, *, is_former):
    return st.builds(
        PartyText,
        key=st.just(f"p{number}"),
        side=st.sampled_from(["association", "company"]),
        name=names,
        legal_form=words if is_former else st.just(""),
        identity=_rows(words),
        address=words,
        ethics_charter=words,
        signatory_name=names,
        signatory_capacity=words,
        mandate=words,
    )


@st.composite
def charters(draw) -> CharterSnapshot:
    """Return a consistent charter of one to five parties."""
    schema = draw(st.sampled_from([FORMER_SCHEMA, SCHEMA]))
    party = partial(_party, is_former=schema == FORMER_SCHEMA)
    parties = draw(st.integers(1, 5).flatmap(lambda count: _numbered(count, party)))
    keys = st.sampled_from([party.key for party in parties])
    milestones = draw(
        st.integers(0, 4).flatmap(
            lambda count: _numbered(
                count,
                lambda number: st.builds(
                    MilestoneText,
                    code=st.just(f"J{number}"),
                    title=words,
                    owner=keys | st.just(ALL_PARTIES),
                    due_date=days,
                    indicator=words,
                ),
            )
        )
    )
    codes = st.sampled_from([None, *(milestone.code for milestone in milestones)])
    clauses = draw(
        _rows(
            st.builds(
                ClauseText,
                key=words,
                number=st.integers(0, 99),
                heading=st.sampled_from(Heading),
                kind=st.sampled_from(["standard", "limit", "object"]),
                title=words,
                body=st.text(max_size=300),
                plain_words=words,
                party_key=st.none() | keys,
            )
        )
    )
    agreements = _rows(
        st.builds(
            AgreementText,
            clause_key=st.sampled_from([clause.key for clause in clauses]),
            party_key=keys,
            revision_number=st.integers(1, 99),
            way=st.sampled_from(["round", "confirmation", "signature"]),
            edition=st.integers(1, 99),
            round_number=st.none() | st.integers(1, 99),
            agreed_at=st.datetimes(timezones=st.just(UTC)).filter(lambda moment: moment.year > YEAR),
        )
    )
    milestones = tuple(replace(milestone, depends_on=draw(codes)) for milestone in milestones)
    return draw(
        st.builds(
            CharterSnapshot,
            schema=st.just(schema),
            agreements=agreements if clauses else st.just(()),
            reference=words,
            edition=st.integers(1, 99),
            previous_fingerprint=st.none() | st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
            title=words,
            plain_words=words,
            patient_need=words,
            patient_benefit=words,
            precise_action=words,
            starts_on=st.none() | days,
            ends_on=st.none() | days,
            parties=st.just(parties),
            broker=st.builds(
                BrokerText,
                firm=words,
                person=words,
                identity=_rows(words),
                fees=_rows(st.builds(FeeText, payer_key=keys, label=words, amount_minor=cents)),
                declaration_of_interests=words,
            ),
            clauses=st.just(clauses),
            expectations=st.builds(
                lambda row: (row,),
                st.builds(
                    ExpectationText,
                    code=st.just("A1"),
                    party_key=keys,
                    text=words,
                    indicator=words,
                    milestone_code=codes,
                    by_date=st.none() | days,
                ),
            ),
            limits=_rows(st.builds(LimitText, code=words, text=words)),
            red_lines=_rows(st.builds(RedLineText, party_key=keys, text=words)),
            commitments=_rows(
                st.builds(
                    CommitmentText,
                    code=words,
                    party_key=keys | st.just(BROKER),
                    text=words,
                    plain_words=words,
                    hours=st.none() | cents,
                    amount_minor=st.none() | cents,
                    serves=st.sampled_from([(), ("A1",)]),
                )
            ),
            milestones=st.just(milestones),
            budget=_rows(
                st.builds(
                    BudgetLineText,
                    vat=st.sampled_from(["none", "recovered", "borne"]),
                    vat_permille=st.sampled_from([0, 55, 100, 200]),
                    label=words,
                    payer_key=keys,
                    amount_minor=cents,
                    contribution=st.sampled_from(["cash", "in_kind"]),
                )
            ),
            payments=_rows(
                st.builds(
                    PaymentText,
                    label=words,
                    amount_minor=cents,
                    milestone_code=codes,
                    payer_key=st.none() | keys,
                )
            ),
            counterparts=_rows(st.builds(CounterpartText, label=words, party_key=keys, amount_minor=cents)),
            regulation=st.none()
            | st.builds(
                RegulationText,
                kind=st.sampled_from(["", "patronage", "sponsorship", "service"]),
                object_code=words,
                event_date=st.none() | days,
                has_professionals=st.booleans(),
            ),
            publication=st.booleans(),
            transparency_object=words,
        )
    )
