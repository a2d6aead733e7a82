"""How an open letter is laid out, and what in it makes the house ask."""

import pytest

from lianfang.notices.rules.paragraphs import parts, private


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("各位家长：\n您好。", [("paragraph", ("各位家长：", "您好。"))]),
        ("一段\r\n\r\n\r\n二段", [("paragraph", ("一段",)), ("paragraph", ("二段",))]),
        ("一、不出门\n说明", [("heading", ("一、不出门",)), ("paragraph", ("说明",))]),
        ("一、不出门\n二、勤洗手", [("heading", ("一、不出门",)), ("heading", ("二、勤洗手",))]),
        ("一、" + "长" * 50, [("paragraph", ("一、" + "长" * 50,))]),
        ("请做到\n- 戴口罩\n• 测体温", [("paragraph", ("请做到",)), ("list", ("戴口罩", "测体温"))]),
        ("-5度以下不开窗", [("paragraph", ("-5度以下不开窗",))]),
        ("<b>粗</b>", [("paragraph", ("<b>粗</b>",))]),
    ],
)
def test_a_text_falls_into_the_parts_of_a_letter(text: str, found: list[tuple[str, tuple[str, ...]]]) -> None:
    assert [tuple(part) for part in parts(text)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("值班电话0731-88000001", []),
        ("联系人手机13800138000。", ["mobile"]),
        ("138 0013 8000", ["mobile"]),
        ("１３８００１３８０００", ["mobile"]),
        ("文号2020138001380001", []),
        ("430104200401011234", ["id_number"]),
        ("43010420040101123X、13800138000", ["mobile", "id_number"]),
        ("430104200413011234", []),
        ("姓 名\t班级", ["names"]),
        ("附：返校名单", ["names"]),
    ],
)
def test_what_may_be_somebodys_own_is_asked_about(text: str, found: list[str]) -> None:
    assert private(["致全校师生的一封信", text]) == found
