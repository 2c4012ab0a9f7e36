"""What is pasted from a word processor keeps its lists, tick boxes and tables as the text of a clause."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from partnerships.charter import typography
from partnerships.lifecycle import Edition
from partnerships.text import agreement
from tests import make
from tests.cast import assemble_cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MARK = "<span style='mso-list:Ignore'>{0}<span>&nbsp;&nbsp;&nbsp; </span></span>"
WORD = f"""<html xmlns:w="urn:schemas-microsoft-com:office:word"><head><style>p {{color:red}}</style></head>
<body><!--StartFragment--><p class=MsoNormal>L’association
relit&nbsp;:</p>
<p class=MsoListParagraphCxSpFirst style='mso-list:l0 level1 lfo1'><![if !supportLists]>{MARK.format("·")}<![endif]>le
guide</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'>{MARK.format("·")}la fiche</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'>{MARK.format("2.")}Deuxième point</p>
<p class=MsoListParagraph style='mso-list:l2 level1 lfo3'><span
style='font-family:Wingdings;mso-list:Ignore'>q</span>Accord écrit</p>
<p class=MsoNormal><span style='font-family:"MS Gothic"'>☒</span> Relu par le bureau</p>
<table><tr><td><p class=MsoNormal>Étape</p></td><td><p>Date</p></td></tr>
<tr><td>Atelier</td><td></td></tr></table><p>Fin.</p><!--EndFragment--></body></html>"""
PASTED = """L’association relit\u00a0:

- le guide
- la fiche
2. Deuxième point
- ☐ Accord écrit

☑ Relu par le bureau

- Étape | Date
- Atelier | –

Fin."""
WEB = """<p>Avant</p><ul><li>un<ol start=3><li>trois</li><li>quatre</li></ol></li>
<li role=checkbox aria-checked=true>fait</li><li><input type=checkbox> à faire</li></ul>"""
WEB_PASTED = "Avant\n\n- un\n3. trois\n4. quatre\n- ☑ fait\n- ☐ à faire"


@pytest.fixture
def page(visit) -> Page:
    people = assemble_cast(datetime.now(UTC))
    case = make.partnership(people, until=Edition.DRAFTING, at=datetime.now(UTC))
    clause = agreement.clauses_of(make.roadmap(case))[-1]
    nora = visit(people.nora)
    nora.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = nora.go(f"{case.get_absolute_url()}redaction/clause/{clause.pk}/")
    page.locator("#id_body").fill("")
    return page


def paste(page: Page, html: str, plain: str) -> None:
    """Put both forms of a text on the clipboard, as a word processor does, and paste them with the keyboard."""
    page.evaluate(
        """([html, plain]) => navigator.clipboard.write([new ClipboardItem({
            "text/html": new Blob([html], {type: "text/html"}),
            "text/plain": new Blob([plain], {type: "text/plain"}),
        })])""",
        [html, plain],
    )
    page.locator("#id_body").focus()
    page.keyboard.press("Control+V")


@pytest.mark.parametrize(("html", "text"), [(WORD, PASTED), (WEB, WEB_PASTED)], ids=["word", "web"])
def test_lists_boxes_and_tables_stay_what_they_are(page, html, text):
    dispatch = """([field, html]) => {
        const data = new DataTransfer();
        data.setData("text/html", html);
        data.setData("text/plain", "tout à plat");
        field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
    }"""
    field = page.locator("#id_body")
    field.focus()
    # The clipboard of the browser cleans what is written to it; a word processor writes its own marks.
    page.evaluate(dispatch, [field.element_handle(), html])
    expect(field).to_have_value(text)
    kinds = [block.kind for block in typography.blocks(text)]
    assert "ul" in kinds
    assert "ol" in kinds
    expect(page.locator("#clause [role=status]").first).to_contain_text("Pas encore enregistré")


def test_the_keyboard_pastes_a_list_and_undoes_it(page):
    paste(page, "<ul><li>un</li><li>deux</li></ul>", "un deux")
    expect(page.locator("#id_body")).to_have_value("- un\n- deux")
    page.keyboard.press("Control+Z")
    # The browser counts the emptying of the field as part of the same change.
    expect(page.locator("#id_body")).not_to_have_value(re.compile("deux"))


def test_a_plain_text_is_pasted_as_the_browser_pastes_it(page):
    paste(page, "<p>Un <b>mot</b></p>", "Un mot")
    expect(page.locator("#id_body")).to_have_value("Un mot")


def test_a_list_longer_than_the_field_is_not_cut(page):
    items = "".join(f"<li>{'x' * 90}</li>" for _item in range(100))
    paste(page, f"<ul>{items}</ul>", "x")
    assert len(page.locator("#id_body").input_value()) > 8000
