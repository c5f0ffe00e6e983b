"""The reader reads question and sentence together, and tells which sentence answers."""

import numpy as np
import pytest

from knowledge.desk import Desk
from knowledge.embedder import Embedder, RememberingEmbedder
from knowledge.graph_embedder import BETWEEN, GraphEmbedder
from knowledge.item import Audience
from knowledge.reader import (
    CONTEXT,
    QUOTE,
    Excerpt,
    Pieces,
    Reader,
    goes_on_from,
    marks,
    reader_of,
)
from knowledge.settings import Settings
from tests.knowledge.conftest import FakeEmbedder

POOL = """\
望江社区游泳池使用须知
第一条 泳池每年6月1日至9月15日开放，每天14:00至20:30。
第二条 票价：身高1.4米以下的未成年人每次6元，其他人每次15元，年满65周岁的半价。
第三条 入场须出示三个月内的健康证明。
第四条 患有传染性皮肤病、心脏病的，谢绝入池。
第五条 贵重物品请勿带入，遗失的，管理处不承担责任。
"""


@pytest.fixture
def reader(real_embedder: Embedder) -> Reader:
    found = reader_of(real_embedder)
    assert found is not None
    return found


def told(quote: str) -> Excerpt:
    return Excerpt(quote=quote, above="望江社区游泳池使用须知", before="")


def test_the_reader_goes_on_where_the_encoder_stops(real_embedder: Embedder) -> None:
    model, between = goes_on_from()

    assert (model, between) == (real_embedder.model_id, BETWEEN)


def test_the_sentence_that_answers_is_liked_best(reader: Reader) -> None:
    sentences = [told(line.split(" ")[1]) for line in POOL.splitlines()[1:]]

    logits = reader.logits("手机丢在更衣室了找你们赔吗", sentences)

    assert int(np.argmax(logits)) == 4


def test_what_nothing_answers_is_liked_less_than_what_is_answered(reader: Reader) -> None:
    fees = [told("身高1.4米以下的未成年人每次6元，其他人每次15元。")]

    answered = reader.logits("小孩游一次几块钱", fees)
    unanswered = reader.logits("教练课多少钱一节", fees)

    assert answered[0] > unanswered[0]


def test_a_sentence_says_the_same_when_it_is_read_again(reader: Reader) -> None:
    sentence = told("泳池每年6月1日至9月15日开放。")

    first = reader.logits("几月份开门", [sentence])
    again = reader.logits("几月份开门", [told("入场须出示健康证明。"), sentence])

    assert again[1] == first[0]  # though its states are remembered in 16 bits


def test_a_long_context_keeps_its_beginning_and_its_end(real_embedder: Embedder) -> None:
    assert isinstance(real_embedder, RememberingEmbedder)
    assert isinstance(real_embedder.inner, GraphEmbedder)
    tokenizer = real_embedder.inner.tokenizer
    long = Excerpt(
        quote="每次六元。" * 60, above="须知" + "甲乙丙丁" * 30, before="乙" * 60 + "末尾"
    )

    pieces = Pieces(tokenizer).told(long)

    text = tokenizer.decode(pieces)
    assert len(pieces) <= QUOTE + CONTEXT + 3
    assert "须知" in text
    assert text.endswith("末尾")


def test_pieces_that_both_texts_have_are_marked() -> None:
    sides, shared = marks([0, 5, 6, 2], [0, 6, 7, 2])

    assert sides.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert shared.tolist() == [0, 1, 0, 0, 0, 0, 1, 0]


def test_another_model_has_no_reader(embedder: FakeEmbedder) -> None:
    assert reader_of(embedder) is None


def test_a_question_in_a_residents_words_finds_its_sentence(
    settings: Settings, real_embedder: Embedder
) -> None:
    desk = Desk(settings, embedder=real_embedder)
    desk.add_bytes(POOL.encode(), "游泳池.txt", publish=True)
    library = desk.library()
    question = "游泳池丢了手机你们管不管赔"

    found = library.found(question, library.embed(question), Audience.PUBLIC)

    desk.close()
    assert found is not None
    assert found.finding is not None
    assert "不承担责任" in found.finding.quote
