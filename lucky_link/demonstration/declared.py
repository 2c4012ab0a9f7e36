"""What the organisations and the broker of the demonstration declare, through the real actions."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from accounts.models import ApprovalLevel, InterestKind, Side, SupportNature, User
from accounts.organisations.actions import approvals, finances, interests
from accounts.organisations.actions.profile import Presentation
from associations import actions as associations
from companies import actions as companies
from lucky_link.castfile import Fee, Organisation


def declare(
    organisation_id: UUID,
    founder: User,
    side: Side,
    told: Organisation,
    *,
    at: datetime,
    today: datetime,
) -> None:
    """Fill the profile, the approval, the finances and the ties of an organisation."""
    _profile(organisation_id, founder, side, told, at=at)
    if told.approval != "none":
        granted = approvals.Granted(
            level=ApprovalLevel(told.approval),
            region=told.region,
            number=told.approval_number,
            decided_date=(today + timedelta(days=told.approved_day)).date() if told.approved_day else None,
        )
        approvals.record_approval(
            organisation_id=organisation_id, administrator=founder, granted=granted, at=at
        )
    if told.income:
        income = finances.Income(at.year, told.income * 100, told.industry * 100)
        finances.record_income(organisation_id=organisation_id, administrator=founder, income=income, at=at)
    for each in told.supports:
        finances.add_support(
            organisation_id=organisation_id,
            administrator=founder,
            year=at.year,
            support=finances.Support(each.company, SupportNature(each.nature), each.amount * 100),
            at=at,
        )
    for link in told.links:
        tie = interests.Tie(
            person=link.person,
            counterpart=link.counterpart,
            words=link.words,
            since_date=(today + timedelta(days=link.since_day)).date(),
        )
        interests.declare_link(organisation_id=organisation_id, administrator=founder, tie=tie, at=at)
    if told.states_links:
        interests.confirm_links(organisation_id=organisation_id, administrator=founder, at=at)


def receive(broker: User, organisation_id: UUID, fee: Fee, *, at: datetime, today: datetime) -> None:
    """Declare what a broker received from an organisation."""
    held = interests.Held(
        kind=InterestKind.FEE,
        words=fee.words,
        from_date=(today + timedelta(days=fee.from_day)).date(),
        until_date=(today + timedelta(days=fee.until_day)).date(),
        amount_minor=fee.amount * 100,
    )
    interests.declare_broker_interest(broker=broker, organisation_id=organisation_id, held=held, at=at)


def _profile(organisation_id: UUID, founder: User, side: Side, told: Organisation, *, at: datetime) -> None:
    if side == Side.ASSOCIATION:
        associations.save_profile(
            organisation_id=organisation_id,
            administrator=founder,
            presentation=Presentation(told.purpose, "", told.ethics),
            profile=associations.AssociationProfileData(
                told.member_count or None, told.volunteer_hours or None
            ),
            at=at,
        )
        return
    companies.save_profile(
        organisation_id=organisation_id,
        administrator=founder,
        presentation=Presentation(told.purpose, "", told.ethics),
        profile=companies.CompanyProfileData(told.trade, told.declares, told.professional_body),
        at=at,
    )
