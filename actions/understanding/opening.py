"""Openings that announce a question and do not yet ask it: 我想问个事, 请教一下."""

import re

_OPENING = re.compile(
    r"(?:你好|您好|在吗|那个|哎|喂|诶|请问|麻烦|打扰|不好意思)*"
    r"(?:我|俺|咱)?(?:这边|这儿|这里)?(?:想|要|得)?(?:跟|向|找|和)?(?:你们?|您|社区)?"
    r"(?:有|想|要|得)?(?:一?[个件点]|些|几个)?(?:小)?(?:事儿?|是|事情|问题|情况)?(?:想|要|得)?"
    r"(?:跟|向|找|和)?(?:你们?|您|社区)?"
    r"(?:问|咨询|请教|打听|了解|麻烦|请问|说|反映)(?:问|一问|一下|下|下子)?(?:你们?|您)?"
    r"(?:一?[个件点]|些|几个|点儿)?(?:小|急)?(?:事儿?|事情|问题|情况|东西)?"
    r"(?:啊|呀|吧|呗|哈|行不|行吗|可以吗|可以不|成不|好吗|方便吗|了)*"
)


def only_opens(plain: str) -> bool:
    """Return whether a message announces something to ask and says no more."""
    letters = "".join(filter(str.isalnum, plain))
    return _OPENING.fullmatch(letters) is not None
