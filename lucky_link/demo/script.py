"""A case together with the members of the cast who play it."""

from __future__ import annotations

from dataclasses import dataclass

from lucky_link.demo.case_file import CaseFile, MilestoneRecord, PaymentMade
from lucky_link.demo.cast import Cast, CastOrganisation, Person
from lucky_link.demo.reader import InvalidFile, line_of


@dataclass(frozen=True, kw_only=True)
class Script:
    """A case and who plays it. The parties are "A" (association) and "E" (company)."""

    case: CaseFile
    association: CastOrganisation
    company: CastOrganisation
    broker: Person

    @property
    def parties(self) -> dict[str, CastOrganisation]:
        """Return the organisations by the code of their party in the file."""
        return {"A": self.association, "E": self.company}

    def signatory(self, party: str) -> Person:
        """Return who signs for a party."""
        return next(person for person in self.parties[party].people if person.signatory)

    def representative(self, party: str) -> Person:
        """Return who answers for a party: a referent who is not the signatory, else the signatory."""
        people = self.parties[party].people
        referents = (person for person in people if person.referent and not person.signatory)
        return next(referents, self.signatory(party))

    def other(self, party: str) -> str:
        """Return the code of the other party."""
        return next(code for code in self.parties if code != party)

    def owner(self, code: str) -> str:
        """Return the code of the party that acts for a milestone: its owner, the association for both."""
        owner = next(row.owner for row in self.case.milestones if row.code == code)
        return owner if owner in self.parties else "A"

    def payer(self, payment: PaymentMade) -> str:
        """Return the code of the party that makes a payment."""
        return self.case.promised[payment.label].payer

    def milestone_owner(self, milestone: MilestoneRecord) -> Person:
        """Return who completes a milestone: the representative of its owner, else of the association."""
        return self.representative(milestone.owner if milestone.owner in self.parties else "A")

    def author(self, party: str, email: str) -> Person:
        """Return the member of a party, or the broker, with this address, else the representative."""
        people = (*self.parties[party].people, self.broker)
        return next((person for person in people if person.email == email), self.representative(party))


def script_of(case: CaseFile, cast: Cast, *, text: str = "", name: str = "") -> Script:
    """Return the case with its organisations and its broker from the cast.

    `text` and `name` are those of the file, for messages. Raises InvalidFile.
    """

    def location(key: str) -> str:
        return f"{name or case.title}, line {line_of(text, key)}"

    broker = next((person for person in cast.brokers if person.email == case.broker), None)
    association = _playable(case.association, cast.associations, location("association"))
    company = _playable(case.company, cast.companies, location("company"))
    if broker is None:
        emails = ", ".join(person.email for person in cast.brokers)
        raise InvalidFile(f"{location('broker')}: {case.broker!r} is none of {emails}")
    return Script(case=case, association=association, company=company, broker=broker)


def _playable(name: str, organisations: tuple[CastOrganisation, ...], location: str) -> CastOrganisation:
    """Return the organisation of a name that has a signatory."""
    for organisation in organisations:
        if organisation.name == name:
            if not any(person.signatory for person in organisation.people):
                raise InvalidFile(f"{location}: nobody of {name} may sign")
            return organisation
    names = ", ".join(organisation.name for organisation in organisations)
    raise InvalidFile(f"{location}: {name!r} is none of {names}")
