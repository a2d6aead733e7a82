"""Invented people: the same ones every time."""

import random
from collections.abc import Iterator

_SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱夏谭"
    "韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚"
)
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰红建国文斌辉宇浩凯健俊帆雪梅琳晶莹倩颖佳欣怡宁博睿哲翔鑫鹏飞波毅峰松柏清源海江河"
    "晨曦阳光春秋冬立新志远思齐雅慧岚婷萍蓉薇菲萌瑶璐琪珊"
)


def people(seed: str, first: int) -> Iterator[tuple[str, str]]:
    """(name, telephone) without end. Names depend on ``seed`` alone; telephones count on from ``first``.

    Numbers beginning with 154 are given to nobody, so that no call from the demo ever reaches anybody.
    """
    dice = random.Random(seed)  # noqa: S311  (invents people, guards nothing)
    number = first
    while True:
        given = "".join(dice.sample(_GIVEN, dice.choice((1, 2, 2, 2))))
        yield dice.choice(_SURNAMES) + given, f"154{number:08d}"
        number += 1
