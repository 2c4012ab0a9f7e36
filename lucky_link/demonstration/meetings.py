"""What comes before a case, and its canvas: briefs, an introduction, nine boxes, on the days of the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial

from lucky_link import casereader
from lucky_link.demonstration.people import HERE, Troupe
from lucky_link.demonstration.play import Step
from partnerships.matching.actions import briefs, introductions
from partnerships.models import Brief, Partnership
from partnerships.scoping import actions as canvas


@dataclass(frozen=True, kw_only=True)
class BriefTold:
    organisation: str
    author: str
    day: int
    title: str
    need: str
    evidence: str = ""
    patients: int | None = None
    action: str
    actions: tuple[str, ...]
    theme: str
    territory: str
    limits: tuple[str, ...] = ()
    limits_words: str = ""
    budget: str = ""
    hours: int | None = None
    skills: str = ""
    trade: str = ""
    size: str


@dataclass(frozen=True, kw_only=True)
class AnswerTold:
    author: str
    day: int
    yes: bool
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class IntroductionTold:
    broker: str
    day: int
    organisations: tuple[str, ...]
    words: str = ""
    answers: tuple[AnswerTold, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CanvasTold:
    """`title` names the case; the rest fills the boxes."""

    title: str
    broker: str
    day: int
    need: str = ""
    action: str = ""
    association_hopes: str = ""
    company_hopes: str = ""
    limits: str = ""
    commitments: str = ""
    measure_1: str = ""
    measure_2: str = ""
    measure_3: str = ""
    means: str = ""
    first_step: str = ""
    first_step_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class Scoping:
    """All that the file tells."""

    briefs: tuple[BriefTold, ...]
    introductions: tuple[IntroductionTold, ...]
    canvases: tuple[CanvasTold, ...]


def read_scoping() -> Scoping:
    """Return the shipped file. Raises BadCaseFile."""
    path = HERE / "scoping.toml"
    return casereader.parse(path.read_text(encoding="utf-8"), Scoping, path.name)


def steps(told: Scoping, troupe: Troupe, *, today: datetime) -> Iterator[Step]:
    """Give what happens before and around the cases, up to today."""
    for brief in told.briefs:
        yield Step(_moment(today, brief.day), partial(_publish, brief, troupe))
    for canvas_told in told.canvases:
        yield Step(_moment(today, canvas_told.day), partial(_fill, canvas_told, troupe))
    for each in told.introductions:
        yield Step(_moment(today, each.day), partial(_propose, each, troupe))
        for answer in each.answers:
            yield Step(_moment(today, answer.day), partial(_answer, each, answer, troupe))


def _moment(today: datetime, day: int) -> datetime:
    return datetime.combine(today.date() + timedelta(days=day), time(9, 10), tzinfo=UTC)


def _publish(told: BriefTold, troupe: Troupe, at: datetime) -> None:
    author = troupe.people[told.author]
    organisation = troupe.organisations[told.organisation]
    draft = briefs.start_brief(organisation_id=organisation.pk, author=author, at=at)
    words = {
        name: value
        for name, value in asdict(told).items()
        if name in briefs.BriefContent.__dataclass_fields__
    }
    briefs.save_brief(brief_id=draft.pk, author=author, content=briefs.BriefContent(**words), at=at)
    briefs.publish_brief(brief_id=draft.pk, author=author, at=at)


def _fill(told: CanvasTold, troupe: Troupe, at: datetime) -> None:
    case = Partnership.objects.get(title=told.title)
    boxes = {
        name: value for name, value in asdict(told).items() if name in canvas.CanvasBoxes.__dataclass_fields__
    }
    canvas.write_canvas(
        partnership_id=case.pk,
        broker=troupe.people[told.broker],
        boxes=canvas.CanvasBoxes(**boxes),
        seen_number=0,
        at=at,
    )


def _of(told: IntroductionTold, troupe: Troupe) -> list[Brief]:
    keys = [troupe.organisations[name].pk for name in told.organisations]
    return list(Brief.objects.filter(organisation__in=keys).order_by("pk"))


def _propose(told: IntroductionTold, troupe: Troupe, at: datetime) -> None:
    keys = [brief.pk for brief in _of(told, troupe)]
    broker = troupe.people[told.broker]
    introductions.propose(brief_ids=keys, broker=broker, words=told.words, at=at)


def _answer(told: IntroductionTold, answer: AnswerTold, troupe: Troupe, at: datetime) -> None:
    asked = _of(told, troupe)[0].invitations.get()
    introductions.answer(
        introduction_id=asked.introduction_id,
        member=troupe.people[answer.author],
        is_yes=answer.yes,
        reason=answer.reason,
        at=at,
    )
