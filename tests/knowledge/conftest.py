"""What the tests of the knowledge base share: a clock, a fake embedder and one real one."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from knowledge.bm25 import bigrams
from knowledge.desk import Desk, LiveAnswerer
from knowledge.embedder import Embedder, Vectors, open_embedder
from knowledge.milvus import is_installed
from knowledge.settings import Settings
from tests.knowledge.vector_servers import free_port, serving

DIM = 256


class Clock:
    """Tells the time that a test sets."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class FakeEmbedder:
    """Embeds texts as hashed bigrams, so that texts with the same words are near."""

    dim = DIM
    model_id = "fake-1"
    engine = "fake"

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed_queries(self, queries: Sequence[str]) -> Vectors:
        return self._embed(queries)

    def embed_passages(self, passages: Sequence[str]) -> Vectors:
        self.embedded += passages
        return self._embed(passages)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.full((len(texts), DIM), 1e-3, np.float32)
        for row, text in enumerate(texts):
            for bigram in bigrams(text):
                vectors[row, sum(bigram.encode()) % DIM] += 1
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


ITEM = """\
id: residence-permit
title: 居住证办理
kind: guide
audience: public
area: 全国
aliases: [居住证, 暂住证]
questions: [居住证怎么办？, 外地人怎么办居住证？, 办居住证要什么？]
summary: 在居住地住满半年的外地居民可以申领居住证。
facets:
  conditions: [居住半年以上]
  materials:
    - {name: 居民身份证, form: 原件}
    - {name: 住址证明, form: 复印件}
  fee: 首次申领免费。
  place: 幸福里社区党群服务中心一楼
  demonstration: [place]
clauses:
  - document: 居住证暂行条例
    number: 国务院令第663号
    issuer: 国务院
    clause: 第二条
    effective: 2016-01-01
    text: 公民离开常住户口所在地，到其他城市居住半年以上，可以申领居住证。
    exact: true
    supports: [conditions]
    source: 国务院令第663号《居住证暂行条例》
checked: 2026-11-21
note: 各地不同，可以打12345问。
"""
WORKER_ITEM = """\
id: home-visit
title: 入户走访规程
kind: procedure
audience: worker
area: 示例
questions: [入户走访几个人？, 走访要带什么？, 怎么入户走访？]
summary: 入户走访应当两人同行并出示工作证。
clauses:
  - document: 社区工作规程
    clause: 第三条
    text: 入户走访应当两人同行，出示工作证。
    exact: false
    source: 社区工作规程
checked: 2026-11-21
"""
POLICY = """\
云溪市高龄津贴发放办法
云民发〔2024〕18号
第一章 总则
第一条 为保障高龄老人基本生活，制定本办法。
第二条 具有本市户籍、年满80周岁的老年人可以申请高龄津贴。
第二章 标准
第三条 高龄津贴按下列标准发放：
（一）80至89周岁，每人每月100元；
（二）90至99周岁，每人每月200元。
第四条 申请人向社区居委会提交身份证和银行卡复印件。社区应当在5个工作日内完成初审。
云溪市民政局
2024年4月2日
"""


@pytest.fixture
def items(tmp_path: Path) -> Path:
    folder = tmp_path / "items"
    folder.mkdir()
    (folder / "residence-permit.yml").write_text(ITEM, encoding="utf-8")
    (folder / "home-visit.yml").write_text(WORKER_ITEM, encoding="utf-8")
    return folder


@pytest.fixture
def settings(tmp_path: Path, items: Path) -> Settings:
    return Settings(home=tmp_path / "home", items=items)


@pytest.fixture
def embedder() -> FakeEmbedder:
    return FakeEmbedder()


@pytest.fixture
def desk(settings: Settings, embedder: FakeEmbedder) -> Iterator[Desk]:
    desk = Desk(settings, embedder=embedder)
    yield desk
    desk.close()


@pytest.fixture(scope="session")
def model_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def real_embedder(model_home: Path) -> Embedder:
    return open_embedder(Settings(home=model_home))


@pytest.fixture(scope="session")
def answerer(
    real_embedder: Embedder, model_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveAnswerer]:
    folder = tmp_path_factory.mktemp("items")
    (folder / "residence-permit.yml").write_text(ITEM, encoding="utf-8")
    (folder / "home-visit.yml").write_text(WORKER_ITEM, encoding="utf-8")
    desk = Desk(Settings(home=model_home, items=folder), embedder=real_embedder)
    desk.add_bytes(POLICY.encode("gb18030"), "高龄津贴.txt", publish=True)
    yield LiveAnswerer(desk)
    desk.close()


@pytest.fixture(scope="session")
def milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve milvus-lite over gRPC, and return its address."""
    if not is_installed():
        pytest.skip("the Milvus extra is not installed (make setup-milvus)")
    port = free_port()
    with serving(tmp_path_factory.mktemp("milvus") / "data", port):
        yield f"http://127.0.0.1:{port}"
