"""The grid table of the demonstration community."""

import pytest

from actions.tickets.cells import building_number, load_cells
from actions.tickets.errors import UnknownCellError


def test_the_community_has_eight_and_thirty_two_cells_each_with_its_member() -> None:
    cells = load_cells()

    assert len([cell for cell in cells if not cell.parent]) == 8
    assert len([cell for cell in cells if cell.parent]) == 32
    assert len({cell.member for cell in cells}) == 40
    assert len({cell.telephone for cell in cells}) == 40


def test_no_telephone_can_be_a_real_one() -> None:
    assert all(cell.telephone.startswith("010-0000-0") for cell in load_cells())


@pytest.mark.parametrize("number", range(1, 25))
def test_every_building_has_one_cell_inside_its_first_level_cell(number: int) -> None:
    cell = load_cells().locate(f"{number}栋", "4单元")

    assert cell is not None
    assert cell.parent == f"XFL-{(number + 2) // 3:02d}"


@pytest.mark.parametrize(
    "text",
    ["3栋", "3号楼", "三栋", "3", "3幢", "三号楼", "03栋", "3 栋", "第3栋", "3#", "３栋", "3座"],
)
def test_a_building_is_known_however_it_is_written(text: str) -> None:
    cell = load_cells().locate(text)

    assert cell is not None
    assert cell.code == "XFL-01-3"


@pytest.mark.parametrize("text", ["十二栋", "12号楼", "12"])
def test_numbers_above_ten_are_read_too(text: str) -> None:
    assert building_number(text) == "12"


@pytest.mark.parametrize("text", ["25栋", "0栋", "", "物业", "3栋4", "三三三栋", "栋"])
def test_an_unknown_building_has_no_cell(text: str) -> None:
    assert load_cells().locate(text) is None


def test_the_road_beside_a_building_belongs_to_the_public_area() -> None:
    cell = load_cells().public_area("5栋")

    assert cell is not None
    assert cell.code == "XFL-02-4"


def test_a_first_level_cell_brings_its_second_level_cells() -> None:
    wanted = load_cells().with_children(["XFL-02"])

    assert wanted == {"XFL-02", "XFL-02-1", "XFL-02-2", "XFL-02-3", "XFL-02-4"}


def test_an_unknown_cell_is_refused() -> None:
    with pytest.raises(UnknownCellError):
        load_cells().with_children(["XFL-99"])
