"""Addresses taken apart: rows that are read, addresses that are made up, a model that learns."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from actions.understanding.address import training
from actions.understanding.address.divisions import find_names, load_districts, short_of
from actions.understanding.address.errors import AddressModelError, AddressRowError
from actions.understanding.address.generator import AddressGenerator
from actions.understanding.address.labelled import (
    LabelledAddress,
    Span,
    join_parts,
    read_addresses,
)
from actions.understanding.address.model import (
    SHIPPED,
    AddressTagger,
    fit,
    open_tagger,
    trained_path,
)
from actions.understanding.address.scoring import COUNTED, score
from actions.understanding.address.tokens import spans_of, tags_of, tokens_of
from actions.understanding.address.training import train


@pytest.fixture(scope="module")
def shipped() -> AddressTagger:
    return AddressTagger()


def parts_of(tagger: AddressTagger, text: str) -> list[tuple[str, str]]:
    return [(text[span.start : span.end], span.label) for span in tagger.label(text)]


def write_rows(path: Path, *rows: Any) -> Path:
    path.write_text(
        "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), "utf-8"
    )
    return path


def row_of(address: LabelledAddress) -> dict[str, Any]:
    return {
        "text": address.text,
        "spans": [span.as_dict(address.text) for span in address.spans],
    }


GOOD = row_of(join_parts([("杨柳路", "road"), ("8号", "roadno")]))


def test_the_shipped_model_takes_an_address_apart(shipped: AddressTagger) -> None:
    found = parts_of(shipped, "四川省成都市武侯区望江路街道青松路18号春晓花园3栋2单元501室")

    assert found == [
        ("四川省", "prov"),
        ("成都市", "city"),
        ("武侯区", "district"),
        ("望江路街道", "town"),
        ("青松路", "road"),
        ("18号", "roadno"),
        ("春晓花园", "poi"),
        ("3栋", "houseno"),
        ("2单元", "cellno"),
        ("501室", "roomno"),
    ]


def test_the_shipped_model_reads_numbers_joined_by_dashes(shipped: AddressTagger) -> None:
    found = dict(parts_of(shipped, "翠竹小区8-2-501"))

    assert found == {
        "翠竹小区": "poi", "8": "houseno", "-": "redundant", "2": "cellno", "501": "roomno",
    }  # fmt: skip


def test_full_width_and_traditional_characters_are_the_same_address(
    shipped: AddressTagger,
) -> None:
    plain = shipped.label("杭州市西湖区文三路128号")

    assert shipped.label("杭州市西湖區文三路128號") == plain


def test_the_shipped_model_is_small_and_does_well_on_new_addresses(
    shipped: AddressTagger,
) -> None:
    unseen = list(AddressGenerator(seed=7).generate(200))

    assert SHIPPED.stat().st_size < 1_500_000
    assert score(unseen, shipped.label).f1 > 0.9


@given(st.text(max_size=40))
@settings(max_examples=60, deadline=None)
def test_whatever_is_written_the_spans_are_apart_and_within(text: str) -> None:
    spans = AddressTagger().label(text)

    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= other.start for one, other in itertools.pairwise(spans))


@given(st.integers(0, 10_000))
@example(200)  # a road's number and a house's, both in figures
@settings(max_examples=30, deadline=None)
def test_made_up_addresses_survive_being_tagged(seed: int) -> None:
    for address in AddressGenerator(seed).generate(5):
        tokens = tokens_of(address.text)

        assert tuple(spans_of(tokens, tags_of(tokens, address.spans))) == address.spans


def test_the_same_seed_makes_the_same_addresses() -> None:
    assert list(AddressGenerator(3).generate(20)) == list(AddressGenerator(3).generate(20))


def test_made_up_addresses_have_every_part_that_counts() -> None:
    labels = {
        span.label for address in AddressGenerator(1).generate(2000) for span in address.spans
    }

    assert set(COUNTED) <= labels


def test_a_tag_that_goes_on_after_another_label_begins_a_part() -> None:
    tokens = tokens_of("甲乙丙")

    assert spans_of(tokens, ["B-road", "I-poi", "O"]) == [Span(0, 1, "road"), Span(1, 2, "poi")]


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("浙江省", "浙江"),
        ("广西壮族自治区", "广西"),
        ("延边朝鲜族自治州", "延边"),
        ("海盐县", "海盐"),
        ("东街", "东街"),
        ("府山街道", "府山"),
    ],
)
def test_divisions_have_short_names(name: str, short: str) -> None:
    assert short_of(name) == short


def test_divisions_are_found_within_a_text() -> None:
    text = "反映江苏省南京市玄武区的事"

    found = {text[start:end] for start, end, _ in find_names(text)}

    assert {"江苏省", "南京市", "玄武区"} <= found


def test_renamed_districts_are_known() -> None:
    assert {"闸北区", "萧山市"} <= {district.name for district in load_districts()}


def test_labelled_rows_are_read(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "rows.jsonl", GOOD, "", GOOD)

    assert [address.text for address in read_addresses(path)] == ["杨柳路8号", "杨柳路8号"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("{", "不是 JSON"),
        ([1], "JSON 对象"),
        ({"text": "杨柳路"}, "缺少 spans"),
        ({"spans": []}, "缺少 text"),
        ({"text": 5, "spans": []}, "text 应是"),
        ({"text": "", "spans": []}, "text 应是"),
        ({"text": "杨柳路", "spans": {}}, "spans 应是列表"),
        ({"text": "杨柳路", "spans": [], "tags": []}, "未知字段 tags"),
        ({"text": "杨柳路", "spans": ["road"]}, "JSON 对象"),
        ({"text": "杨柳路", "spans": [{"label": "road", "start": 0}]}, "缺少 end"),
        ({"text": "杨柳路", "spans": [{"label": "", "start": 0, "end": 3}]}, "label"),
        ({"text": "杨柳路", "spans": [{"label": "road", "start": 0, "end": 4}]}, "超出"),
        ({"text": "杨柳路", "spans": [{"label": "road", "start": -1, "end": 3}]}, "超出"),
        ({"text": "杨柳路", "spans": [{"label": "road", "start": 2, "end": 2}]}, "超出"),
        ({"text": "杨柳路", "spans": [{"label": "road", "start": True, "end": 3}]}, "超出"),
        (
            {"text": "杨柳路", "spans": [{"label": "road", "start": 0, "end": 3, "text": "柳"}]},
            "不符",
        ),
        (
            {"text": "杨柳路", "spans": [{"label": "road", "start": 0, "end": 3, "kind": "x"}]},
            "未知字段 kind",
        ),
        (
            {
                "text": "杨柳路8号",
                "spans": [
                    {"label": "road", "start": 0, "end": 3},
                    {"label": "roadno", "start": 2, "end": 5},
                ],
            },
            "重叠",
        ),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_nothing_is_trained(
    tmp_path: Path, row: Any, reason: str
) -> None:
    path = write_rows(tmp_path / "rows.jsonl", GOOD, row, GOOD)

    with pytest.raises(AddressRowError, match=f"^第 2 行.*{reason}") as caught:
        read_addresses(path)

    assert "杨柳" not in str(caught.value)


def test_a_file_that_is_missing_or_no_text_is_named(tmp_path: Path) -> None:
    binary = tmp_path / "rows.jsonl"
    binary.write_bytes(b"\xff\xfe\x00\x80")

    for path in (binary, tmp_path / "none.jsonl"):
        with pytest.raises(AddressRowError, match="无法读取"):
            read_addresses(path)


def test_too_few_rows_are_refused_and_leave_no_model(tmp_path: Path) -> None:
    with pytest.raises(AddressRowError, match="至少需要"):
        train(list(AddressGenerator(1).generate(10)), tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_training_says_what_it_gained_and_the_tagger_uses_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "ENOUGH", 0)  # made-up addresses would take half a minute
    rows = [
        join_parts([(f"{name}院落", "poi"), (f"{number}号", "houseno")])
        for name in ("松风", "柳浪", "荷香", "竹影", "梅雪", "兰芷")
        for number in range(1, 21)
    ]

    report = train(rows, tmp_path)

    assert report.after > report.before
    assert report.path == trained_path(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [report.path.name]
    assert parts_of(open_tagger(tmp_path), "桂月院落30号") == [
        ("桂月院落", "poi"),
        ("30号", "houseno"),
    ]


def test_without_training_the_shipped_model_is_used(tmp_path: Path) -> None:
    assert parts_of(open_tagger(tmp_path), "浙江省杭州市")[0] == ("浙江省", "prov")


def test_a_broken_model_says_what_to_do(tmp_path: Path) -> None:
    trained_path(tmp_path).write_bytes(b"no model")

    with pytest.raises(AddressModelError, match="linli train addresses"):
        open_tagger(tmp_path)


def test_an_interrupted_training_leaves_nothing_half_written(tmp_path: Path) -> None:
    def broken() -> Any:
        yield from AddressGenerator(1).generate(3)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fit(broken(), tmp_path / "model.crfsuite")

    assert list(tmp_path.iterdir()) == []
