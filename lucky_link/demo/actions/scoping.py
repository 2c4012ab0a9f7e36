"""Briefs, introductions and canvases around the cases of the demonstration, on the days of `scoping.toml`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from functools import partial

from msgspec.structs import asdict

from lucky_link.demo import reader
from lucky_link.demo.actions.cast_loader import CastRows
from lucky_link.demo.actions.driver import ScheduledStep
from lucky_link.demo.cast import FOLDER
from lucky_link.demo.reader import Record
from partnerships.matching.actions import briefs, introductions
from partnerships.models import Brief, Partnership
from partnerships.scoping import actions as canvas


class BriefEntry(Record, frozen=True, kw_only=True):
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


class ResponseEntry(Record, frozen=True, kw_only=True):
    author: str
    day: int
    yes: bool
    reason: str = ""


class IntroductionEntry(Record, frozen=True, kw_only=True):
    broker: str
    day: int
    organisations: tuple[str, ...]
    words: str = ""
    answers: tuple[ResponseEntry, ...] = ()


class CanvasEntry(Record, frozen=True, kw_only=True):
    """`title` names the case; the other fields are the boxes."""

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


class ScopingFile(Record, frozen=True, kw_only=True):
    briefs: tuple[BriefEntry, ...]
    introductions: tuple[IntroductionEntry, ...]
    canvases: tuple[CanvasEntry, ...]


def read_scoping() -> ScopingFile:
    """Return the shipped file. Raises InvalidFile."""
    return reader.read(FOLDER / "scoping.toml", ScopingFile)


def schedule(scoping: ScopingFile, rows: CastRows, *, today: datetime) -> Iterator[ScheduledStep]:
    """Yield the publication of briefs, the writing of canvases, the introductions and the responses."""
    for brief in scoping.briefs:
        yield ScheduledStep(_moment(today, brief.day), partial(_publish, brief, rows))
    for entry in scoping.canvases:
        yield ScheduledStep(_moment(today, entry.day), partial(_write_canvas, entry, rows))
    for introduction in scoping.introductions:
        yield ScheduledStep(_moment(today, introduction.day), partial(_propose, introduction, rows))
        for response in introduction.answers:
            yield ScheduledStep(_moment(today, response.day), partial(_respond, introduction, response, rows))


def _moment(today: datetime, day: int) -> datetime:
    return datetime.combine(today.date() + timedelta(days=day), time(9, 10), tzinfo=UTC)


def _publish(entry: BriefEntry, rows: CastRows, at: datetime) -> None:
    author = rows.users[entry.author]
    organisation = rows.organisations[entry.organisation]
    draft = briefs.start_brief(organisation_id=organisation.pk, author=author, at=at)
    fields = briefs.BriefContent.__dataclass_fields__
    content = briefs.BriefContent(**{name: value for name, value in asdict(entry).items() if name in fields})
    briefs.save_brief(brief_id=draft.pk, author=author, content=content, at=at)
    briefs.publish_brief(brief_id=draft.pk, author=author, at=at)


def _write_canvas(entry: CanvasEntry, rows: CastRows, at: datetime) -> None:
    case = Partnership.objects.get(title=entry.title)
    fields = canvas.CanvasBoxes.__dataclass_fields__
    boxes = canvas.CanvasBoxes(**{name: value for name, value in asdict(entry).items() if name in fields})
    canvas.write_canvas(
        partnership_id=case.pk, broker=rows.users[entry.broker], boxes=boxes, seen_number=0, at=at
    )


def _briefs_of(entry: IntroductionEntry, rows: CastRows) -> list[Brief]:
    organisation_ids = [rows.organisations[name].pk for name in entry.organisations]
    return list(Brief.objects.filter(organisation__in=organisation_ids).order_by("pk"))


def _propose(entry: IntroductionEntry, rows: CastRows, at: datetime) -> None:
    brief_ids = [brief.pk for brief in _briefs_of(entry, rows)]
    introductions.propose(brief_ids=brief_ids, broker=rows.users[entry.broker], words=entry.words, at=at)


def _respond(entry: IntroductionEntry, response: ResponseEntry, rows: CastRows, at: datetime) -> None:
    invitation = _briefs_of(entry, rows)[0].invitations.get()
    introductions.answer(
        introduction_id=invitation.introduction_id,
        member=rows.users[response.author],
        is_yes=response.yes,
        reason=response.reason,
        at=at,
    )
