"""A price is answered only by an item that has one for what is named."""

import pytest

from knowledge.item import KnowledgeItem
from knowledge.items import load_items
from knowledge.pricing import asks_price, is_priced
from knowledge.question import Question, view
from knowledge.settings import SHIPPED_ITEMS


@pytest.fixture(scope="module")
def shipped() -> dict[str, KnowledgeItem]:
    return dict(load_items(SHIPPED_ITEMS))


def asked(text: str) -> Question:
    return view(text, lambda term: 1.0)


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("翻新一平米多少钱", "property-fee-rise"),
        ("洗油烟机什么价格", "cooking-fume"),
        ("一罐煤气多少钱", "gas-safety"),
    ],
)
def test_an_item_without_a_charge_for_what_is_named_has_no_price(
    shipped: dict[str, KnowledgeItem], question: str, item: str
) -> None:
    assert asks_price(asked(question))
    assert not is_priced(shipped[item], asked(question))


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("物业费一平米收多少钱", "property-fee-rise"),
        ("停车费多少钱一个月", "parking-space"),
        ("加装电梯要多少钱", "lift-installation"),
    ],
)
def test_an_item_that_speaks_of_the_charge_has_one(
    shipped: dict[str, KnowledgeItem], question: str, item: str
) -> None:
    assert is_priced(shipped[item], asked(question))


@pytest.mark.parametrize("question", ["高龄津贴一个月多少钱", "夜里施工罚多少钱", "护照怎么办"])
def test_what_is_given_or_fined_is_no_price(question: str) -> None:
    assert not asks_price(asked(question))
