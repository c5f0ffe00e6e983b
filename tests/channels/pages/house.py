"""A house to look at the pages in: the real gateway over a hand-written dialogue.

``python -m tests.channels.pages.house 8765`` serves it for the eye.
"""

import asyncio
import socket
import sys
import tempfile
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import uvicorn
from cryptography.fernet import Fernet

from channels.dialogue import Utterance
from channels.errors import DialogueUnavailableError
from channels.gateway import create_app
from channels.message import Choice, Citation, Intent, Outcome, Reply, Turn
from channels.parts import Parts
from channels.settings import Settings
from tests.channels.ears import Ears
from tests.channels.pages.ticket_service import TicketHouse

CONSOLE_TOKEN = "a-console-token-for-tests"
CLERK_TOKEN = "the-clerks-key"
RECEIPT = "7KQ2M-9XW4T"

CLAUSE = Citation(
    document="居住证暂行条例",
    clause="第二条",
    quote="有合法稳定就业、合法稳定住所、连续就读条件之一的",
    source="国务院令第663号《居住证暂行条例》",
    checked="2026-11-21",
    text=(
        "公民离开常住户口所在地,到其他城市居住半年以上,符合有合法稳定就业、合法稳定住所、"
        "连续就读条件之一的,可以依照本条例的规定申领居住证。"
    ),
    passage="residence-permit/2",
)
APPLICATION = Citation(
    document="居住证暂行条例",
    clause="第九条",
    quote="应当向居住地公安派出所或者受公安机关委托的社区服务机构提交本人居民身份证、本人相片",
    source="国务院令第663号《居住证暂行条例》",
    checked="2026-11-21",
    text=(
        "申领居住证,应当向居住地公安派出所或者受公安机关委托的社区服务机构提交本人居民身份证、本人相片"
        "以及居住地住址、就业、就读等证明材料。"
    ),
    passage="residence-permit/9",
)
MATERIALS = """办居住证要带这些材料:
1. 居民身份证(原件)
2. 本人近期相片(1张)
3. 居住地住址证明:房屋租赁合同、房产证或单位宿舍证明,任选一样
材料齐的话,派出所15日内发证,首次办理不收费。
各地要求略有不同,可以先打 12345 问一下。"""
DRAFT: dict[str, Any] = {
    "number": None,
    "code": None,
    "status": "",
    "category": {"code": "lighting", "name": "楼道照明"},
    "description": "楼道灯坏了三天没人修",
    "address": "",
    "building": "",
    "unit": "",
    "grid_cell": "",
    "urgency": 3,
    "due_at": None,
}
FILLED = {
    **DRAFT,
    "address": "幸福里",
    "building": "3栋",
    "unit": "2单元",
    "grid_cell": "XFL-01-3",
}
TICKET = {
    **FILLED,
    "number": "20261121-000123",
    "code": "K7M2Q9PA4",
    "status": "submitted",
    "status_name": "已提交",
    "due_at": "2026-11-24T10:00:00+00:00",
}


def turn(
    text: str,
    outcome: Outcome,
    *choices: str,
    ticket: dict[str, Any] | None = None,
    citations: tuple[Citation, ...] = (),
) -> Turn:
    """Return a turn of one bubble; a choice's payload is its title."""
    offered = tuple(Choice(title=title, payload=title) for title in choices)
    receipt = RECEIPT if citations else ""
    cited = tuple(replace(one, receipt=receipt) for one in citations)
    reply = Reply(text=text, choices=offered, citations=cited, receipt=receipt)
    return Turn(
        replies=(reply,), outcome=outcome, ticket=ticket, intent=Intent(name="x", confidence=1.0)
    )


SCRIPT: dict[str, Turn] = {
    "一键呼叫": turn(
        "我已经通知杨春燕(电话 010-0000-0103,编号 20261121-000124)。请先打上面的电话,不用等我。",
        Outcome.EMERGENCY,
        ticket={**TICKET, "number": "20261121-000124", "status": "diverted"},
    ),
    "居住证": turn(
        MATERIALS,
        Outcome.GUIDE,
        "办理条件",
        "办理流程",
        "到哪里办",
        "要多少钱",
        citations=(CLAUSE, APPLICATION),
    ),
    "楼道灯": turn(
        "好的,帮您登记。请问在几栋几单元?",
        Outcome.TICKET_DRAFT,
        "不办了",
        ticket=DRAFT,
    ),
    "3栋": turn(
        "请您看一下对不对:幸福里3栋2单元,楼道灯坏了三天没人修。要提交吗?",
        Outcome.TICKET_DRAFT,
        "确认提交",
        "改一下",
        "不办了",
        ticket=FILLED,
    ),
    "确认提交": turn(
        "已经登记好了,网格员会去看。有进展会告诉您。", Outcome.TICKET, "我的工单", ticket=TICKET
    ),
    "我的工单": turn(
        "您有1个工单:楼道照明,正在处置。",
        Outcome.TICKET_STATUS,
        "催一催",
        "补充情况",
        "撤回",
        ticket={**TICKET, "status": "in_progress", "status_name": "处置中"},
    ),
    "K7M2Q9PA4": turn(
        "您报的楼道照明,正在处置。",
        Outcome.TICKET_STATUS,
        ticket={**TICKET, "status": "in_progress", "status_name": "处置中"},
    ),
    "网格员": turn(
        "您家在幸福里3栋,单元网格是 XFL-01-3,网格员王小明(示例),值班电话 010-0000-0103。",
        Outcome.ANSWER,
    ),
    "着火": turn(
        "请马上离开,到安全的地方拨打119。已经通知网格员。",
        Outcome.EMERGENCY,
        ticket={**TICKET, "status": "diverted", "status_name": "转110/119/120"},
    ),
    "转人工": turn("已经为您转到社区工作人员,请稍等,会在这里回复您。", Outcome.HANDOVER),
    "选项": turn(
        "您想办哪一件事?",
        Outcome.CLARIFY,
        "居住证办理",
        "老年优待证办理",
        "医保参保登记",
        "生育登记服务",
        "公租房申请",
        "临时救助",
    ),
    "出错": turn("", Outcome.CLARIFY),
}
NOTHING = turn(
    "这个问题没有找到依据,不能随便回答您。可以拨打 12345,也可以留给社区工作人员。",
    Outcome.NO_EVIDENCE,
    "留给工作人员",
    "找人帮忙",
)


class ScriptedDialogue:
    """Answers by the first key word it finds; counts what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.is_down = False
        self.loop: asyncio.AbstractEventLoop | None = None

    async def respond(self, utterance: Utterance) -> Turn:
        self.loop = asyncio.get_running_loop()  # known from the warm-up on
        self.asked.append(utterance.text)
        if self.is_down or "出错" in utterance.text:
            raise DialogueUnavailableError
        return next((answer for word, answer in SCRIPT.items() if word in utterance.text), NOTHING)


class House:
    """The gateway on a port of its own, with what tests look into."""

    def __init__(self, url: str, parts: Parts, dialogue: ScriptedDialogue, ears: Ears) -> None:
        self.ears = ears
        self.url = url
        self.parts = parts
        self.dialogue = dialogue

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Do ``work`` in the gateway's own loop and wait for it."""
        assert self.dialogue.loop is not None
        asyncio.run_coroutine_threadsafe(work, self.dialogue.loop).result(10)


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def open_house(
    home: Path,
    port: int,
    tickets_url: str = "",
    knowledge_url: str = "",
    embed_origins: str = "",
) -> Iterator[House]:
    """Serve the gateway in a thread until the block ends."""
    dialogue = ScriptedDialogue()
    settings = Settings.from_env(
        {
            "LINLI_HOME": str(home),
            "LINLI_PORT": str(port),
            "LINLI_CONSOLE_TOKEN": CONSOLE_TOKEN,
            "LINLI_CONSOLE_CLERK_TOKEN": CLERK_TOKEN,
            "LINLI_INTERNAL_TOKEN": "internal",
            "LINLI_EMBED_ORIGINS": embed_origins,
            "LINLI_VAULT_KEY": Fernet.generate_key().decode(),
            **({"LINLI_TICKETS_URL": tickets_url} if tickets_url else {}),
            **({"LINLI_KNOWLEDGE_URL": knowledge_url} if knowledge_url else {}),
        }
    )
    home.mkdir(parents=True, exist_ok=True)
    ears = Ears(is_open=False)
    parts = Parts.assemble(settings, dialogue, ears)
    config = uvicorn.Config(
        create_app(parts), host="127.0.0.1", port=port, log_level="warning", ws="none"
    )
    with _running(uvicorn.Server(config)):
        yield House(f"http://127.0.0.1:{port}", parts, dialogue, ears)


@contextmanager
def open_tickets(house: TicketHouse) -> Iterator[str]:
    """Serve the small ticket service in a thread and give its address."""
    port = free_port()
    config = uvicorn.Config(house.app(), port=port, log_level="warning", ws="none")
    with _running(uvicorn.Server(config)):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _running(server: uvicorn.Server) -> Iterator[None]:
    server.config.timeout_graceful_shutdown = 1
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
        if not thread.is_alive():
            raise RuntimeError("the server did not start")
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)


if __name__ == "__main__":
    with (
        tempfile.TemporaryDirectory() as folder,
        open_tickets(TicketHouse()) as tickets,
        open_house(Path(folder), int(sys.argv[1]), tickets),
    ):
        threading.Event().wait()
