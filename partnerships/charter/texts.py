"""The parts of a charter snapshot: parties, clauses, table rows and signatures as they are printed."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from typing import Final, Literal

from partnerships.charter.codec import FORMER, LATER

BROKER: Final = "broker"
ALL_PARTIES: Final = "both"

type Side = Literal["association", "company"]
type ClauseKind = Literal["expectation", "limit", "red_line", "commitment", "object", "standard"]
type AgreementWay = Literal["round", "confirmation", "signature"]
type Contribution = Literal["cash", "in_kind"]
type ChangeKind = Literal["added", "removed", "changed"]
type PieceKind = Literal["same", "ins", "del"]
type Vat = Literal["none", "recovered", "borne"]


class Heading(IntEnum):
    """The chapters of a charter, in the order in which they are printed."""

    PREAMBLE = 0
    DEFINITIONS = 1
    PRECISE_ACTION = 2
    PATIENT_BENEFIT = 3
    EXPECTATIONS = 4
    LIMITS = 5
    ASSOCIATION_COMMITMENTS = 6
    COMPANY_COMMITMENTS = 7
    BROKER_ROLE = 8
    MILESTONES = 9
    BUDGET = 10
    INDEPENDENCE = 11
    TRANSPARENCY = 12
    CONFIDENTIALITY = 13
    RESULTS = 14
    PERSONAL_DATA = 15
    FOLLOW_UP = 16
    DISPUTES = 17
    TERM = 18


def gettext_noop(title: str) -> str:
    """Mark a string for translation; Django's own function needs settings, which this package avoids."""
    return title


# The charter is printed in the language in which it is signed, not in that of the reader.
HEADING_TITLES: Final[dict[Heading, str]] = {
    Heading.PREAMBLE: gettext_noop("Préambule et valeurs"),
    Heading.DEFINITIONS: gettext_noop("Définitions"),
    Heading.PRECISE_ACTION: gettext_noop("Objet\u00a0: l’action précise"),
    Heading.PATIENT_BENEFIT: gettext_noop("Bénéfice pour les patients"),
    Heading.EXPECTATIONS: gettext_noop("Attentes de chaque partie"),
    Heading.LIMITS: gettext_noop("Limites du projet et lignes rouges"),
    Heading.ASSOCIATION_COMMITMENTS: gettext_noop("Engagements de l’association"),
    Heading.COMPANY_COMMITMENTS: gettext_noop("Engagements de l’entreprise"),
    Heading.BROKER_ROLE: gettext_noop("Rôle, neutralité et rémunération du passeur"),
    Heading.MILESTONES: gettext_noop("Jalons"),
    Heading.BUDGET: gettext_noop("Budget et versements"),
    Heading.INDEPENDENCE: gettext_noop("Indépendance, absence d’exclusivité, absence de promotion"),
    Heading.TRANSPARENCY: gettext_noop("Transparence et mention du soutien"),
    Heading.CONFIDENTIALITY: gettext_noop("Confidentialité"),
    Heading.RESULTS: gettext_noop("Propriété des résultats, logo"),
    Heading.PERSONAL_DATA: gettext_noop("Données personnelles, enregistrements, vigilance"),
    Heading.FOLLOW_UP: gettext_noop("Suivi, baromètre, révision, avenants"),
    Heading.DISPUTES: gettext_noop("Litiges"),
    Heading.TERM: gettext_noop("Durée, sortie"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyText:
    """One organisation as named in the charter; `key` is unique in the charter ("p1").

    `ethics_charter`: the summary of its ethics charter, in its own words.
    """

    key: str
    side: Side
    name: str
    legal_form: str = field(default="", metadata=FORMER)
    identity: tuple[str, ...] = ()
    address: str = ""
    ethics_charter: str = ""
    signatory_name: str
    signatory_capacity: str
    mandate: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeText:
    """A fee that one party pays to the broker, in cents."""

    payer_key: str
    label: str
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerText:
    """The neutral third party, its fees and its declaration of interests.

    `identity`: legal form and number of the firm, then its address; `capacity`: in which the person signs.
    """

    firm: str
    person: str
    capacity: str = ""
    identity: tuple[str, ...] = ()
    fees: tuple[FeeText, ...] = ()
    declaration_of_interests: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseRows:
    """How many rows of a table of the charter are of a clause; they follow those of the clauses before it."""

    table: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseText:
    """One clause as agreed; its rows are in the tables of the charter.

    `number`: its position in the text; `body`: paragraphs separated by an empty line, list items on lines
    that start with "- " or "1. "; `cites`: keys of the clauses that it cites, in alphabetical order.
    """

    key: str
    number: int
    heading: Heading
    kind: ClauseKind = "standard"
    title: str
    body: str
    plain_words: str = ""
    party_key: str | None = None
    revision_number: int = 1
    rows: tuple[ClauseRows, ...] = field(default=(), metadata=LATER)
    cites: tuple[str, ...] = field(default=(), metadata=LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementText:
    """The agreement of one party to one clause, in the words of that revision.

    `edition`: the one in which it was given; `way`: in a round, whose number is `round_number`, by
    confirming a clerical correction, or by signing the earlier edition whose words still stand.
    """

    clause_key: str
    party_key: str
    revision_number: int
    way: AgreementWay
    edition: int
    round_number: int | None
    agreed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectationText:
    """A benefit that one party expects, with the indicator and the milestone that will show it."""

    code: str
    party_key: str
    text: str
    indicator: str = ""
    milestone_code: str | None = None
    by_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitText:
    """A limit of the project, shared by all; `party_key`: of the party that asked for it, "" when unknown."""

    code: str
    text: str
    party_key: str = field(default="", metadata=LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class RedLineText:
    """A non-negotiable limit of one party."""

    party_key: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentText:
    """A commitment of one party, or of the broker (`party_key` "broker").

    `serves`: codes of the expectations that it fulfils; `amount_minor` in cents.
    """

    code: str
    party_key: str
    text: str
    plain_words: str = ""
    hours: int | None = None
    amount_minor: int | None = None
    serves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneText:
    """A dated step; `owner` is the key of a party, or "both" for all of them.

    `depends_on`: code of the milestone that must be reached first, None for none.
    """

    code: str
    title: str
    owner: str
    due_date: date
    indicator: str = ""
    depends_on: str | None = field(default=None, metadata=LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLineText:
    """One line of the budget, in cents without VAT; the broker's fees are in BrokerText.

    `vat`: none is due, it is recovered by the payer, or it is borne and so part of the cost.
    `vat_permille`: 55 for 5.5 %.
    """

    label: str
    payer_key: str
    amount_minor: int
    contribution: Contribution = "cash"
    vat: Vat = field(default="none", metadata=LATER)
    vat_permille: int = field(default=0, metadata=LATER)

    @property
    def vat_minor(self) -> int:
        """The VAT, rounded to the cent, half a cent up."""
        return (self.amount_minor * self.vat_permille + 500) // 1000

    @property
    def with_vat_minor(self) -> int:
        return self.amount_minor + self.vat_minor

    @property
    def cost_minor(self) -> int:
        """The cost of the line: VAT is included when nobody recovers it."""
        return self.with_vat_minor if self.vat == "borne" else self.amount_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentText:
    """One payment of the schedule, in cents, due once its milestone is confirmed."""

    label: str
    amount_minor: int
    milestone_code: str | None = None
    payer_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterpartText:
    """A benefit in return that one party receives for its support; value in cents."""

    label: str
    party_key: str
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceText:
    """A run of words of a change: unchanged, added or removed."""

    kind: PieceKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedPartText:
    """A title, a paragraph, a row of a table or a fact that an amendment changes; `label`: what it is."""

    label: str
    kind: ChangeKind
    pieces: tuple[PieceText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseChangeText:
    """A clause that an amendment adds, removes or changes.

    `number`: in the amended text, for a removed clause in the text before; `title`: as it is, or was.
    """

    number: str
    heading: Heading
    kind: ChangeKind
    title: str
    parts: tuple[ChangedPartText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentText:
    """What an amendment changes in the charter before it.

    `amends`: the edition before; `purpose`: in the broker's words; `effective_on`: None for the day of the
    last signature; `others`: names and facts outside the clauses.
    """

    amends: int
    kind: Literal["substance", "clerical"]
    purpose: str
    effective_on: date | None
    changes: tuple[ClauseChangeText, ...]
    others: tuple[ChangedPartText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureText:
    """The signature of one person; `party_key` is "broker" for the witness.

    `signed_at` has a time zone; `method` is "passkey", "totp", "code", "password", or "demonstration" for a
    signature of the demonstration, which nothing proves.
    """

    party_key: str
    signatory_name: str
    typed_name: str
    capacity: str
    mandate: str = ""
    signed_at: datetime
    method: str
    consent: str
    fingerprint: str
