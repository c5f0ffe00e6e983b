"""What somebody says of the help that was called: 已经打了119, 救护车在路上了."""

import re

LONGEST = 30  # characters; who says more tells of more than a call
_HELP = (
    r"(?:119|120|110|122|消防(?:员|车|队)?|救护车|急救(?:车|中心)?|警察|警车|民警"
    r"|救援(?:队|人员)?|燃气公司|抢修)"
)
_CALLED = re.compile(
    rf"(?:打|拨|叫|报|喊|通知|联系)(?:通|过|了|完|好|的是|给)+.{{0,4}}{_HELP}"
    rf"|{_HELP}.{{0,6}}(?:打|拨|叫|报|喊|通知|联系)(?:通|过|了|完|好)"
    rf"|(?:已经|刚|早就?|都)(?:打|拨|叫|报|喊|通知|联系).{{0,3}}{_HELP}"
    r"|^(?:我|我们|邻居)?(?:已经|刚|都|早就?)?(?:打|拨|报)(?:过|完|通|好)?(?:电话|警|火警)?"
    r"(?:了|过了|啦)[。!! ]*$"
)
_COMING = re.compile(
    rf"{_HELP}.{{0,8}}(?:在?路上|来了|到了|马上(?:就?来|到)|说.{{0,8}}(?:来|到)|接了|出发|赶来)"
)
_WORSE = re.compile(
    r"没(?:打通|人接|接|来)|打不通|占线|还没|不来|怎么办|咋办|越来越|更|又|别的|另外|(?:晕|倒|烧|炸|塌|冒)"
)
_OVER = re.compile(r"没(?:什么)?事|灭了|救(?:出|下)来|虚惊|解除|处理好")

_IS_OVER = re.compile(
    r"没(?:什么|啥)?(?:事|危险|大碍)(?!故)|(?:火|烟)(?:已经|都|被)?(?:扑)?灭|(?:阀门?|气|水|电)(?:总?闸|已经|都|被|给)*关(?:上|掉|好|了)"
    r"|人?(?:已经|都)?(?:救|放)(?:出|下)来|虚惊|解除|找(?:到|着|回)了|回来了|醒了|不(?:危险|要紧|碍事)"
)
_NOT_OVER = re.compile(r"还(?:没|在|是)|又|越来越|更|怎么办|咋办|不知道|别的|另外|[?？吗么]")


def tells_of_rescue(plain: str) -> bool:
    """Return whether a short message only says that help was called, or is on its way."""
    if len(plain) > LONGEST or _WORSE.search(plain) or _OVER.search(plain):
        return False
    return bool(_CALLED.search(plain) or _COMING.search(plain))


def tells_it_is_over(plain: str) -> bool:
    """Return whether a short message only says that the danger is over, or was none."""
    if len(plain) > LONGEST or _NOT_OVER.search(plain):
        return False
    return _IS_OVER.search(plain) is not None
