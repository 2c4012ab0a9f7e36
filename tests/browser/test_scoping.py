"""Before a text: a canvas on one sheet. Briefs and introductions are met in the play of P2."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from pyhanko.pdf_utils.reader import PdfFileReader

from partnerships.lifecycle import Case
from partnerships.models.canvas import BOX, LINE, LINES
from partnerships.scoping import actions as canvas
from tests import make
from tests.browser.visit import DESK
from tests.cast import Cast, assemble_cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SENTENCE = "Onze personnes sur dix-sept ne lisent pas l’alerte orange, et n’osent pas le dire. "


@pytest.fixture
def people(visit) -> Cast:
    return assemble_cast(datetime.now(UTC) - timedelta(hours=2))


def words(length: int, *, lines: int = 1) -> str:
    """Return as many signs as a box takes, over so many lines."""
    each = (SENTENCE * length)[: length // lines - 1]
    return "\n".join([each] * lines)


@pytest.mark.parametrize("lines", [1, LINES])
def test_a_full_canvas_is_printed_on_one_sheet(people, visit, lines):
    case = make.partnership(people, until=Case.SCOPING, title=(SENTENCE * 2)[:160])
    full = {name: words(BOX, lines=lines) for name in canvas.CanvasBoxes.__dataclass_fields__}
    full |= {f"measure_{number}": words(LINE) for number in (1, 2, 3)} | {"first_step_days": 30}
    canvas.write_canvas(
        partnership_id=case.pk,
        broker=people.nora,
        boxes=canvas.CanvasBoxes(**full),
        seen_number=0,
        at=make.ago(),
    )
    page = visit(people.ada, width=DESK).open(reverse("partnerships:canvas", args=[case.reference]))
    printed = page.pdf(prefer_css_page_size=True)
    assert PdfFileReader(BytesIO(printed)).root["/Pages"]["/Count"] == 1
