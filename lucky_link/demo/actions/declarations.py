"""Declarations of the organisations and of the broker of a cast, through the actions of the product."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from accounts.models import ApprovalLevel, InterestKind, Side, SupportNature, User
from accounts.organisations.actions import approvals, finances, interests
from accounts.organisations.actions.profile import Presentation
from associations import actions as associations
from companies import actions as companies
from lucky_link.demo.cast import CastOrganisation, Fee


def declare(
    organisation_id: UUID,
    founder: User,
    side: Side,
    organisation: CastOrganisation,
    *,
    at: datetime,
    today: datetime,
) -> None:
    """Fill in the profile, the approval, the finances and the board links of an organisation."""
    _save_profile(organisation_id, founder, side, organisation, at=at)
    if organisation.approval != "none":
        decided = today + timedelta(days=organisation.approved_day)
        granted = approvals.ApprovalDetails(
            level=ApprovalLevel(organisation.approval),
            region=organisation.region,
            number=organisation.approval_number,
            decided_date=decided.date() if organisation.approved_day else None,
        )
        approvals.record_approval(
            organisation_id=organisation_id, administrator=founder, details=granted, at=at
        )
    if organisation.income:
        income = finances.Income(at.year, organisation.income * 100, organisation.industry * 100)
        finances.record_income(organisation_id=organisation_id, administrator=founder, income=income, at=at)
    for support in organisation.supports:
        finances.add_support(
            organisation_id=organisation_id,
            administrator=founder,
            year=at.year,
            support=finances.SupportDetails(
                support.company, SupportNature(support.nature), support.amount * 100
            ),
            at=at,
        )
    for link in organisation.links:
        tie = interests.BoardLinkDetails(
            person=link.person,
            counterpart=link.counterpart,
            words=link.words,
            since_date=(today + timedelta(days=link.since_day)).date(),
        )
        interests.declare_link(organisation_id=organisation_id, administrator=founder, link=tie, at=at)
    if organisation.states_links:
        interests.confirm_links(organisation_id=organisation_id, administrator=founder, at=at)


def declare_fee(broker: User, organisation_id: UUID, fee: Fee, *, at: datetime, today: datetime) -> None:
    """Declare a fee that the broker received from an organisation."""
    interest = interests.BrokerInterestDetails(
        kind=InterestKind.FEE,
        words=fee.words,
        from_date=(today + timedelta(days=fee.from_day)).date(),
        until_date=(today + timedelta(days=fee.until_day)).date(),
        amount_minor=fee.amount * 100,
    )
    interests.declare_broker_interest(broker=broker, organisation_id=organisation_id, details=interest, at=at)


def _save_profile(
    organisation_id: UUID, founder: User, side: Side, organisation: CastOrganisation, *, at: datetime
) -> None:
    if side == Side.ASSOCIATION:
        associations.save_profile(
            organisation_id=organisation_id,
            administrator=founder,
            presentation=Presentation(organisation.purpose, "", organisation.ethics),
            profile=associations.AssociationProfileData(
                organisation.member_count or None, organisation.volunteer_hours or None
            ),
            at=at,
        )
        return
    companies.save_profile(
        organisation_id=organisation_id,
        administrator=founder,
        presentation=Presentation(organisation.purpose, "", organisation.ethics),
        profile=companies.CompanyProfileData(
            organisation.trade, organisation.declares, organisation.professional_body
        ),
        at=at,
    )
