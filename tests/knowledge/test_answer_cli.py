"""The commands of receipts and topics, as an operator types them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import linli
from knowledge.counter import Counter
from knowledge.desk import Desk
from knowledge.embedder import Embedder
from knowledge.receipts import grouped
from knowledge.settings import Settings
from tests.knowledge.loopback import send, serving

TEXT = "第一条 七星岩社区活动室每天早上九点开门。\n第二条 活动室不得吸烟。\n"
ASKED = "七星岩社区活动室每天早上几点开门"


@dataclass(frozen=True)
class Home:
    """A home in which somebody was told what has changed since."""

    receipt: str


@pytest.fixture
def home(
    model_home: Path, real_embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Home:
    (tmp_path / "models").symlink_to(model_home / "models")
    for name, value in {"LINLI_HOME": str(tmp_path), "LINLI_RECEIPT_KEY": "a-key"}.items():
        monkeypatch.setenv(name, value)
    settings = Settings(home=tmp_path, receipt_key="a-key")
    counter = Counter(Desk(settings, embedder=real_embedder), settings)
    counter.desk.add_bytes(TEXT.encode(), "活动室.txt", publish=True)
    counter.desk.build()
    answer = counter.current.answer(ASKED, is_enquiry=True)
    number = counter.keep(answer, said=ASKED, masked="", conversation="c-1", now=datetime.now(UTC))
    later = TEXT.replace("九点", "十点").encode()
    counter.desk.add_bytes(later, "活动室.txt", publish=True)
    counter.desk.build()
    counter.close()
    return Home(receipt=grouped(number))


def types(*words: str) -> Result:
    return CliRunner().invoke(linli.app, [*words])


def test_commands_verify_and_correct(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    verified = types("answer", "verify", home.receipt, "--question", ASKED)
    with serving(lambda handler, _: send(handler, 204, b"")) as gateway:
        monkeypatch.setenv("LINLI_GATEWAY_URL", gateway.url)
        monkeypatch.setenv("LINLI_INTERNAL_TOKEN", "a-token")
        sent = types("answer", "told", "活动室.txt", "--send")

    assert "已变" in verified.stdout, verified.output
    assert "已发出 1 份" in sent.stdout, sent.output
    (news,) = gateway.asked
    assert news["conversation"] == "c-1"
    assert "十点" in news["text"]
    assert "c-1" not in sent.stdout
