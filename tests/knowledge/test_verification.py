"""Receipts years later: verified, and those who were told what has changed are told so."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from knowledge.answer import Answer
from knowledge.answer_cli import lines_of
from knowledge.corrections import Correction, Corrections
from knowledge.counter import Counter
from knowledge.desk import Desk, LiveAnswerer
from knowledge.errors import NewsError, UnknownDocumentError
from knowledge.item import Audience, Facet
from knowledge.receipts import owner_of
from knowledge.settings import Settings
from knowledge.verification import Basis, Fate, Match, Verdict, verify
from tests.knowledge.conftest import ITEM, POLICY, FakeEmbedder

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
ASKED = "90至99周岁高龄津贴每人每月发放多少元"
NEWER = POLICY.replace("每人每月200元", "每人每月260元")
OTHER = "云溪市犬只管理办法\n第一条 养犬人应当在三十日内办理登记。\n"


@pytest.fixture
def counter(settings: Settings, embedder: FakeEmbedder) -> Iterator[Counter]:
    settings = replace(settings, receipt_key="a-key")
    desk = Desk(settings, embedder=embedder)
    desk.add_bytes(POLICY.encode(), "高龄津贴.txt", publish=True)
    counter = Counter(desk, settings)
    yield counter
    counter.close()


def ask(counter: Counter, question: str = ASKED, conversation: str = "c-1") -> Answer:
    return counter.answer(question, is_enquiry=True)


def kept(counter: Counter, answer: Answer, said: str = ASKED, conversation: str = "c-1") -> str:
    return counter.keep(answer, said=said, masked="", conversation=conversation, now=NOON)


def told(counter: Counter, conversation: str = "c-1") -> str:
    return kept(counter, cited(counter), conversation=conversation)


def cited(counter: Counter) -> Answer:
    answer = ask(counter)
    assert owner_of(answer.citations[0].passage) == number(counter)
    return answer


def number(counter: Counter) -> str:
    return counter.desk.documents.find("高龄津贴.txt").number


def verdict(counter: Counter, receipt: str, question: str | None = ASKED) -> Verdict:
    return verify(counter.desk, counter.receipts, receipt, question)


def publish(counter: Counter, content: str, name: str = "高龄津贴.txt") -> None:
    counter.desk.add_bytes(content.encode(), name, publish=True)
    counter.desk.build()


def test_the_same_index_tells_the_same_again(counter: Counter) -> None:
    found = verdict(counter, told(counter))

    assert (found.question, found.basis) == (Match.SAME, Basis.IN_USE)
    assert found.is_told_again
    assert {clause.fate for clause in found.clauses} == {Fate.SAME}
    assert any("可以重现" in line for line in lines_of(found))


def test_another_question_is_not_the_one_of_the_receipt(counter: Counter) -> None:
    found = verdict(counter, told(counter), "养狗要办什么证")

    assert found.question is Match.OTHER
    assert found.is_told_again is None
    assert "不能确认" in lines_of(found)[-1]


def test_without_the_question_only_the_clauses_are_looked_at(counter: Counter) -> None:
    found = verdict(counter, told(counter), None)

    assert found.question is Match.NOT_SHOWN
    assert found.is_told_again is None
    assert found.clauses


def test_an_index_that_was_replaced_is_asked_while_it_is_kept(counter: Counter) -> None:
    receipt = told(counter)
    publish(counter, OTHER, "犬只.txt")

    found = verdict(counter, receipt)

    assert found.basis is Basis.KEPT
    assert found.is_told_again
    assert {clause.fate for clause in found.clauses} == {Fate.SAME}


def test_a_new_version_shows_which_clause_has_changed(counter: Counter) -> None:
    receipt = told(counter)
    publish(counter, NEWER)

    found = verdict(counter, receipt)

    changed = [clause for clause in found.clauses if clause.fate is Fate.CHANGED]
    assert changed
    assert "200元" in changed[0].quote
    assert "260元" in changed[0].now
    assert any("已变" in line and "260元" in line for line in lines_of(found))


def test_when_the_old_index_is_swept_away_the_new_one_is_asked(counter: Counter) -> None:
    receipt = told(counter)
    for version in range(5):
        publish(counter, NEWER.replace("5个工作日", f"{version + 6}个工作日"))

    found = verdict(counter, receipt)

    assert found.basis is Basis.NEWER
    assert found.is_told_again is False
    assert "不能重现" in lines_of(found)[-1]


def test_a_removed_document_leaves_clauses_that_are_gone(counter: Counter) -> None:
    receipt = told(counter)
    counter.desk.documents.remove("高龄津贴.txt", NOON)
    counter.desk.build()

    found = verdict(counter, receipt)

    assert {clause.fate for clause in found.clauses} == {Fate.GONE}
    assert any("已不在知识库" in line for line in lines_of(found))


def test_a_refusal_is_verified_too(counter: Counter) -> None:
    question = "火星移民签证找谁办理手续"
    receipt = kept(counter, counter.answer(question), question)

    found = verdict(counter, receipt, question)

    assert found.is_told_again
    assert "同样没有找到依据" in lines_of(found)[-1]


def test_an_item_that_was_chosen_needs_no_question(counter: Counter) -> None:
    whole = kept(counter, counter.item("residence-permit"), "")
    facet = kept(counter, counter.facet("residence-permit", Facet.MATERIALS), "")

    assert verdict(counter, whole, None).is_told_again
    assert verdict(counter, facet, None).is_told_again


def test_an_item_that_was_edited_is_not_told_again(
    counter: Counter, settings: Settings, embedder: FakeEmbedder
) -> None:
    receipt = kept(counter, counter.facet("residence-permit", Facet.FEE), "")
    edited = ITEM.replace("首次申领免费。", "每证收取工本费二十元。")
    (settings.items / "residence-permit.yml").write_text(edited, encoding="utf-8")
    later = Desk(settings, embedder=embedder)

    found = verify(later, counter.receipts, receipt, None)
    later.close()

    assert found.basis is Basis.NEWER
    assert found.is_told_again is False
    assert found.clauses[0].fate is Fate.CHANGED


def test_a_question_without_a_subject_is_asked_with_the_title_before(counter: Counter) -> None:
    answer = counter.answer("居住证办理 那要多少钱", item="residence-permit", is_enquiry=True)
    receipt = kept(counter, answer, "那要多少钱")

    found = verdict(counter, receipt, "那要多少钱?")

    assert found.question is Match.SAME
    assert found.is_told_again


def test_what_was_asked_with_the_name_of_an_item_of_a_table_is_verified_too(
    counter: Counter,
) -> None:
    table = "事项名称,收费标准,有效期限\n犬只登记,50元,1年\n"
    publish(counter, table, "犬只.csv")
    live = LiveAnswerer(counter.desk)
    item = live.answer("犬只登记多少钱", is_enquiry=True).item
    answer = live.answer("犬只登记 多少钱", item=item, is_enquiry=True)
    receipt = kept(counter, answer, "多少钱")

    found = verdict(counter, receipt, "多少钱?")

    assert answer.item == item
    assert found.question is Match.SAME
    assert found.is_told_again


class Post:
    """Takes letters; may be away, or know nobody."""

    def __init__(self, *, failing_after: int = 99, known: bool = True) -> None:
        self.sent: list[tuple[str, str, str]] = []
        self._left, self._known = failing_after, known

    def send(self, key: str, conversation: str, text: str) -> bool:
        if not self._left:
            raise NewsError(reason="HTTP 503")
        self._left -= 1
        self.sent.append((key, conversation, text))
        return self._known


def due(counter: Counter, name: str = "") -> list[Correction]:
    return corrections(counter).due(name)


def corrections(counter: Counter) -> Corrections:
    return Corrections(counter.desk, counter.receipts, counter.notes)


def test_nobody_needs_a_correction_while_the_clause_stands(counter: Counter) -> None:
    told(counter)

    assert due(counter) == []
    with pytest.raises(UnknownDocumentError):
        due(counter, "没人听说过")


@pytest.mark.parametrize("name", ["", "高龄津贴.txt", "云溪市高龄津贴发放办法"])
def test_those_who_were_told_the_old_clause_are_listed(counter: Counter, name: str) -> None:
    told(counter, "c-1")
    told(counter, "c-2")
    told(counter, "c-1")
    publish(counter, NEWER)

    (correction,) = due(counter, name)

    assert correction.fate is Fate.CHANGED
    assert correction.conversations == ("c-1", "c-2")
    assert correction.informed == 0
    assert "200元" in correction.letter(NOON)
    assert "260元" in correction.letter(NOON)


def test_everybody_is_told_once(counter: Counter) -> None:
    told(counter, "c-1")
    told(counter, "c-2")
    publish(counter, NEWER)
    post = Post()

    first = corrections(counter).send(due(counter), post, NOON)
    again = corrections(counter).send(due(counter), post, NOON)

    assert (first, again) == (2, 0)
    assert [conversation for _, conversation, _ in post.sent] == ["c-1", "c-2"]
    assert due(counter)[0].informed == 2


def test_after_a_fault_in_the_middle_the_rest_is_told(counter: Counter) -> None:
    told(counter, "c-1")
    told(counter, "c-2")
    publish(counter, NEWER)
    with pytest.raises(NewsError):
        corrections(counter).send(due(counter), Post(failing_after=1), NOON)
    post = Post()

    corrections(counter).send(due(counter), post, NOON)

    assert [conversation for _, conversation, _ in post.sent] == ["c-2"]


def test_who_is_gone_is_not_counted_and_not_tried_again(counter: Counter) -> None:
    told(counter)
    publish(counter, NEWER)
    post = Post(known=False)

    counts = [corrections(counter).send(due(counter), post, NOON) for _ in range(2)]

    assert counts == [0, 0]
    assert len(post.sent) == 1


def test_a_clause_that_is_gone_says_so(counter: Counter) -> None:
    told(counter)
    counter.desk.documents.remove("高龄津贴.txt", NOON)

    (correction,) = due(counter)

    assert correction.fate is Fate.GONE
    assert "不再适用" in correction.letter(NOON)


def test_words_that_only_moved_to_another_clause_need_no_correction(counter: Counter) -> None:
    told(counter)
    moved = POLICY.replace("第三条", "第三条 咨询电话由社区公布。\n第四条")
    publish(counter, moved)

    assert due(counter) == []


def test_words_under_a_new_title_need_no_correction(counter: Counter) -> None:
    told(counter)
    publish(counter, POLICY.replace("云溪市高龄津贴发放办法", "云溪市高龄津贴发放办法（2027年）"))

    assert due(counter) == []


def test_a_resident_is_not_sent_what_is_for_workers(counter: Counter) -> None:
    told(counter)
    counter.desk.add_bytes(NEWER.encode(), "高龄津贴.txt", audience=Audience.WORKER, publish=True)
    counter.desk.build()

    (correction,) = due(counter)

    assert correction.fate is Fate.GONE
    assert "260元" not in correction.letter(NOON)


def test_words_that_only_workers_may_see_now_are_gone_for_residents(counter: Counter) -> None:
    receipt = told(counter)
    unchanged = f"{POLICY}\n第九条 本办法由工作人员掌握。\n"
    counter.desk.add_bytes(
        unchanged.encode(), "高龄津贴.txt", audience=Audience.WORKER, publish=True
    )
    counter.desk.build()

    assert {clause.fate for clause in verdict(counter, receipt, None).clauses} == {Fate.GONE}
    assert [one.fate for one in due(counter)] == [Fate.GONE]


def test_each_letter_names_the_day_on_which_its_reader_was_told(counter: Counter) -> None:
    earlier = NOON - timedelta(days=39)
    for conversation, at in (("c-1", earlier), ("c-2", NOON)):
        counter.keep(cited(counter), said=ASKED, masked="", conversation=conversation, now=at)
    publish(counter, NEWER)
    post = Post()

    corrections(counter).send(due(counter), post, NOON)

    assert ["10月14日" in text for _, _, text in post.sent] == [True, False]


def test_who_is_told_the_old_clause_once_more_is_informed_once_more(counter: Counter) -> None:
    old = number(counter)
    told(counter)
    publish(counter, NEWER)
    newer = number(counter)
    post = Post()
    corrections(counter).send(due(counter), post, NOON + timedelta(hours=1))
    counter.desk.documents.publish(old, NOON)
    counter.desk.build()
    again = NOON + timedelta(days=1)
    counter.keep(cited(counter), said=ASKED, masked="", conversation="c-1", now=again)
    counter.desk.documents.publish(newer, again)
    counter.desk.build()

    corrections(counter).send(due(counter), post, again + timedelta(hours=1))

    assert len({key for key, _, _ in post.sent}) == len(post.sent) == 2


def test_an_item_silenced_by_the_end_of_its_document_is_corrected_too(counter: Counter) -> None:
    kept(counter, counter.facet("residence-permit", Facet.CONDITIONS), "")
    publish(counter, "居住证暂行条例\n第二条 居住半年以上可以申领。\n", "条例.txt")
    counter.desk.documents.remove("条例.txt", NOON)
    counter.desk.build()

    assert {one.fate for one in due(counter, "residence-permit")} == {Fate.GONE}
