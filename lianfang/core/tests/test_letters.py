"""Letters as files: what is written stays words, long tables turn the page, and the archive can read it later."""

from io import BytesIO

import pypdf
import pytest
from docx import Document
from docx.oxml.ns import qn

from lianfang.core.documents import letters
from lianfang.core.documents.letters import Letter, Table

NASTY = '#panic() $x$ {{ 7*7 }} {% raw %} <b>&amp; "引号" \\n \\ @a *b* _c_ // /* ```'


def letter(text: str = "我校发现聚集性疫情。", rows: int = 2, **more: object) -> Letter:
    table = Table(("班级", "2月3日", "合计"), tuple((f"高一（{n}）班", "2", "3") for n in range(rows)), "各班发病人数")
    given: dict[str, object] = {
        "title": "关于聚集性疫情的报告", "to": "疾病预防控制中心：", "paragraphs": (text,), "signed": "第一中学",
        "dated": "2020年2月5日", "tables": (table,), "copy_to": "抄送：教育局", "receipt": ("签收人：", "时间："),
    }  # fmt: skip
    return Letter(**{**given, **more})  # type: ignore[arg-type]


def text_of_pdf(content: bytes) -> list[str]:
    """Of each page, without the spaces that typesetting puts between letters of two kinds."""
    return [page.extract_text().replace(" ", "").replace("\n", "") for page in pypdf.PdfReader(BytesIO(content)).pages]


def text_of_docx(content: bytes) -> list[str]:
    found = Document(BytesIO(content))
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return [*(one.text for one in found.paragraphs), *cells]


def test_a_pdf_says_what_the_letter_says_and_is_fit_for_an_archive() -> None:
    content = letters.pdf(letter())
    (page,) = text_of_pdf(content)
    for words in (
        "关于聚集性疫情的报告",
        "我校发现聚集性疫情。",
        "高一（1）班23",
        "2020年2月5日",
        "抄送：教育局",
        "—1—",
    ):
        assert words in page
    assert b"pdfaid:part>2" in content
    assert pypdf.PdfReader(BytesIO(content)).metadata["/Title"] == "关于聚集性疫情的报告"  # type: ignore[index]


def test_a_word_file_says_the_same_in_the_typefaces_of_official_letters() -> None:
    content = letters.docx(letter())
    said = text_of_docx(content)
    for words in ("关于聚集性疫情的报告", "我校发现聚集性疫情。", "高一（1）班", "2020年2月5日", "抄送：教育局"):
        assert words in said
    assert not [words for words in said if "{" in words]
    title = Document(BytesIO(content)).paragraphs[0].runs[0]
    (fonts,) = title._element.iter(qn("w:rFonts"))
    assert fonts.get(qn("w:eastAsia")) == "方正小标宋简体"


@pytest.mark.parametrize("text", [NASTY, NASTY * 60, ""])
def test_what_somebody_wrote_never_becomes_markup(text: str) -> None:
    made = letter(text, title=f"报告{text[:200]}", signed=text[:100] or "第一中学")
    assert "".join(text_of_pdf(letters.pdf(made))).count("#panic()") >= (1 if text else 0)
    assert text in text_of_docx(letters.docx(made))


def test_a_long_table_turns_the_page_with_its_head() -> None:
    pages = text_of_pdf(letters.pdf(letter(rows=60)))
    assert len(pages) >= 3
    assert all("班级2月3日合计" in page for page in pages[:3])
    assert pages[-1].endswith(f"—{len(pages)}—")


def test_an_empty_letter_is_still_one_page() -> None:
    made = Letter(title="题", to="甲：", paragraphs=(), signed="乙", dated="今天", chinese=False)
    assert len(text_of_pdf(letters.pdf(made))) == 1
    assert "题" in text_of_docx(letters.docx(made))
