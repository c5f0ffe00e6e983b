"""Shipped items are complete, and a file that is not is named."""

from pathlib import Path

import pytest

from knowledge.errors import ItemError
from knowledge.item import Facet
from knowledge.items import load_item, load_items, unknown_related
from knowledge.passages import passages_of_items
from knowledge.settings import SHIPPED_ITEMS
from tests.knowledge.conftest import ITEM


def test_every_shipped_item_is_complete_and_its_passages_have_their_own_names() -> None:
    items = load_items(SHIPPED_ITEMS)

    names = [passage.id for passage in passages_of_items(items)]

    assert items
    assert len(names) == len(set(names))


def test_related_items_are_shipped_too() -> None:
    assert unknown_related(load_items(SHIPPED_ITEMS)) == {}


def test_a_material_shows_in_which_form_it_is_wanted(items: Path) -> None:
    item = load_item(items / "residence-permit.yml")

    assert item.facets[Facet.MATERIALS] == ("居民身份证（原件）", "住址证明（复印件）")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: 居住证办理", "titel: 居住证办理"),
        ("kind: guide", "kind: other"),
        ("id: residence-permit", "id: other"),
        ("exact: true", "exact: maybe"),
        ("checked: 2026-11-21", ""),
        ("title: 居住证办理", "title: ["),
    ],
)
def test_an_incomplete_file_is_named(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "residence-permit.yml"
    path.write_text(ITEM.replace(old, new), encoding="utf-8")

    with pytest.raises(ItemError, match=r"residence-permit\.yml"):
        load_item(path)


def test_every_shipped_item_is_asked_for_in_many_ways() -> None:
    few = {
        name: len(item.questions)
        for name, item in load_items(SHIPPED_ITEMS).items()
        if len(item.questions) < 12
    }

    assert few == {}
