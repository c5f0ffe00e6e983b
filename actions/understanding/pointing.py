"""Words that point: to one of several drafts, or back to what was talked about before."""

import re

from actions.understanding.numerals import number_of

_N = r"[一二两三四五六1-6]"
_THEN = r"[,,。 ]|不|的?地[址点方]|位置|改|是|$"
_WHICH = re.compile(
    rf"第(?P<n>{_N})(?:个|件|条|项|桩|样|张|处)?(?:事儿?|问题|单子|工单)?|(?P<first>头一[个件条]|前[面头]?(?:那|的)?一?[个件条])(?={_THEN})"
    rf"|(?P<last>最后(?:那|的)?一?[个件条]|后[面头](?:那|的)?一?[个件条])(?={_THEN})"
)
_ONLY = re.compile(
    rf"(?:(?:只|就|光)(?:要|报|留|登记|提交|交)?|(?<![不别])(?:报|留|登记|提交|交))(?:一下)?第(?P<n>{_N})"
    r"(?:个|件|条)?事?(?:吧|就行|就好|就可以|了|$)"
)
_DROPS = re.compile(
    r"不(?:用|要|必|想)?(?:再)?(?:麻烦|报|登记|提交|交|反映|提|说|管|弄)了?|不要了?|删(?:掉|除|了)?|去掉|取消"
    r"|算[了啦]|撤(?:掉|了|回)?|划掉|免了"
)
_TOLD = r"(?:说|问|报|提|讲|反映|登记|留|填|写|申请|提交|交|投诉)?(?:过|了)?"
_ONE = r"(?:个|张|条|件|单|份)"
_GIVES_UP = re.compile(
    r"不(?:用|要|必|想)?再?(?:麻烦|报|登记|提交|交|反映)(?:你们?|您|了|啦|吧|咯)|^.{0,4}算[了啦]|不报"
)
# Said of a ticket that was filed: nobody need come any more.
_CALLS_OFF = re.compile(
    r"(?:不用|不要|不必|甭|别|不需要|用不着|无需)(?:再|你们?|您|派人|让人|喊人|叫人|麻烦|劳烦|辛苦|过)*"
    r"(?:来|派|修|管|弄|处理|跟进|麻烦|跑|看|报|登记|上门)(?!得及)"
    r"|算[了啦]|撤(?!离|走|退)(?:了|回|掉|销|单)?|取消|不(?:修|报|追究|投诉|反映)了|当我没(?:说|报)"
    r"|(?:我|咱|俺|家里人?|儿子|老公|物业|邻居|师傅).{0,6}(?:自己|已经|来)?.{0,4}"
    r"(?:修|弄|搞|换|整|处理|解决)(?:好|过|完|妥)?了(?!吗|没|么|半天)"
)
_ONLY_POINTS = re.compile(
    r"(?:就是|就|是|啊|嗯|哎呀?|反正)*(?:那|这)(?:个|件|样|种|回)?(?:事儿?|东西|问题)?(?:嘛|呗|啊|呀|了|咯|吧|哦)*"
)
_ADDS = re.compile(
    r"[哦噢喔啊哎诶嗯]*[,， ]*(?:对了?[,， ]|对了|还有|另外|而且"
    r"|再(?:补|加|说)(?:充|上)?一?[句点个下条]|忘了?(?:说|讲|提|告诉|跟)|刚才?(?:忘|没说|漏)|补(?:充)?(?:一?[句点个下条]|:)|顺便(?:说|提))"
)
_KEEPS = re.compile(
    r"(?:不用?|别|先不|不要|不想|没说要?|暂时不)(?:要)?(?:撤|取消)|留着|接着办|继续办|还是(?:要|得|来|修|办)|还没好|没(?:修|弄)好"
)
_AGREES = re.compile(
    r"(?:提?交|报|登记|递|发)(?:了|上去?|一下)?(?:吧|呗|啦|了|就行|$)"
    r"|就(?:这样|这么着|这么[办交报]|行)|没(?:问题|错|毛病)"
    r"|(?:快|赶紧|赶快|马上|立刻).{0,4}(?:交|报|登记)|确认"
    r"|^(?:嗯+|好的?|对的?|行|可以|是的?|中|成|没事|ok)[,,。!! 啊呀哈的吧呢]*"
)
_PUT_RIGHT = re.compile(
    r"(?:不是|不对|说错了?|搞错了?|弄错了?)[^,。;!]{0,8}[,。;! ]+"
    r"(?:而|应该|其实)?就?是(?P<instead>.{3,})$"
)
_DECLINES = re.compile(
    r"不(?:用|要|必|想|是|需要|关注|跟)|别(?!的)|另(?:外)?一?[个件回]|不同|不一样|单独|另报|重新报|各(?:是|报)|两码事"
)
_JOINS = re.compile(
    r"(?:一起|跟着|跟|加入|算上我|也)?关注|算我一个|(?:一起|跟着)(?:报|跟|等)|(?:加|补充?|并)(?:进去|上去|到一起)|^\s*要[的啊吧呀,。!]*$"
)
_OBJECTS = re.compile(
    r"不(?!好意思|客气|用谢)|别(?!废话|啰嗦|磨|墨|问|再问|说了|扯)|改|错(?!过)|没(?!问题|错|毛病|事)|换|等|先|另外|还有|但"
)
_BACK = re.compile(
    rf"(?:刚刚|刚才|方才|刚|之前|前面|上次|上回|早先)[我你]?{_TOLD}的?[那这]?{_ONE}?"
    rf"|那{_ONE}(?:单子?|工单|事儿?|问题)?|上一?{_ONE}|(?:它|那)(?=呢|怎么样|咋样|到哪)"
)
_WHO = (
    r"(?:我|他|她|俺)(?:们家?|妈|爸|爹|娘|爷爷?|奶奶?|老伴|老公|老婆|媳妇|孩子|儿子|女儿|娃|弟|姐|哥|妹"
    r"|朋友|邻居|自己)?"
)
_FOLLOWS = re.compile(
    rf"^(?:那|那么|那要是|要是|如果|假如|万一|换成|若是)|呢[?？]?$"
    r"|(?:叫|让|喊|派|托|请|由|找).{1,5}?(?:去|来|办|领|代|替|拿).{0,3}(?:行|成|可以|能|得|中|好)(?:不|吗|么|没|啵|嘛)"
    rf"|{_WHO}.{{0,4}}(?:也|可不可以|能不能|行不|行吗|成不|可以吗|算不算|符合)"
    r"|(?:也|都)(?:能|可以|行|要|得|需要|算|一样|适用)"
)
_SUPPOSES = re.compile(rf"要是|如果|假如|万一|的话|^(?:那)?{_WHO}(?:呢|也)|(?:换成|若是)")
_WHEN = r"(?:什么|啥|几|何)时候?|多久|几天|多长时间|(?:哪|几)天|几点钟?|(?:今|明|后)天"
_DONE = r"(?:弄|修|搞|处理|解决|办|整|换|装|清)?(?:好|完|妥|解决|处理)"
_COMES = (
    r"来人?|过来|上门|派人|(?:有|能|会)人|(?:师傅|人|维修工).{0,2}(?:到|来)"
    r"|到(?:场|位|$)|动工|开修|修(?!改)"
)
_WHEN_DONE = re.compile(
    rf"(?:{_WHEN}).{{0,6}}(?:{_DONE}|{_COMES})(?!证|补贴|一次)"
    rf"|(?:师傅|维修工|修的人|网格员|你们的?人).{{0,4}}(?:{_WHEN}).{{0,4}}(?:来|到|有空)"
    r"|(?:派|安排)了?人(?:来|去|修|过来)?(?:了|没|吗|了没|了吗|没有)+"
)
# With these, who asks when it will be done wants it sooner.
_PRESSES = re.compile(
    r"到底|究竟|怎么还|咋还|还没|还不|才(?:能|来|会|有|给|肯|修|弄)|快(?:点|些|一点)|赶紧|抓紧|催|急|等不|拖|[!！]{2}"
    r"|还要等|还得等|等到(?:什么|啥|猴)|没人管|老不|总不|一直没"
)
_REFERS = re.compile(r"^[,，\s]*(?:请问)?(?:这|那|它|此|该)")
_COURTESIES = re.compile(
    r"^[您你]好[,，。!！ ]*|[,，。!！ ]*(?:谢谢|多谢|麻烦)[您你]?了?[!！。]*$"
)
LONGEST_DISMISSAL = 24  # characters; who says more tells of something
LONGEST_FOLLOW_UP = 18  # characters; who says more names the thing


def which_of(plain: str, count: int) -> int | None:
    """Return which of ``count`` things is meant, from 0; None where none is, or there is none."""
    found = _WHICH.search(plain)
    if not found:
        return None
    if found["n"]:
        number = 2 if found["n"] == "两" else number_of(found["n"])
        return number - 1 if number and number <= count else None
    return 0 if found["first"] else count - 1


def only_one_of(plain: str, count: int) -> int | None:
    """Return the one that is to be kept alone (只报第一个), from 0."""
    found = _ONLY.search(plain)
    return which_of(plain[found.start() :], count) if found else None


def without_pointer(text: str) -> str:
    """Return the words without 第二个 and the like; the text is as long as its normal form."""
    return _WHICH.sub("", text)


def drops(plain: str) -> bool:
    """Return whether something is not to be reported after all."""
    return _DROPS.search(plain) is not None


def gives_up(plain: str) -> bool:
    """Return whether nothing at all is to be reported any more (算啦,不麻烦你们了)."""
    return _GIVES_UP.search(plain) is not None


def only_points(plain: str) -> bool:
    """Return whether a message points to something and says nothing of it (就是那个嘛)."""
    return _ONLY_POINTS.fullmatch(plain.strip(" ,。.!?~")) is not None


def adds(plain: str) -> bool:
    """Return whether a short message says more of what was told before (哦对了,是三楼那盏)."""
    return len(plain) <= LONGEST_DISMISSAL and _ADDS.match(plain) is not None


def calls_off(plain: str) -> bool:
    """Return whether somebody says shortly that what they reported is needed no more."""
    is_short = len(plain) <= LONGEST_DISMISSAL
    return is_short and bool(_CALLS_OFF.search(plain)) and not _KEEPS.search(plain)


def keeps(plain: str) -> bool:
    """Return whether somebody asked about a withdrawal wants none (先别撤)."""
    return _KEEPS.search(plain) is not None


def agrees(plain: str) -> bool:
    """Return whether somebody who was asked for a yes gives one, with whatever courtesies."""
    return _AGREES.search(plain) is not None and _OBJECTS.search(plain) is None


def declines(plain: str) -> bool:
    """Return whether somebody who is offered a ticket of others wants one of their own."""
    return _DECLINES.search(plain) is not None


def wants_to_join(plain: str) -> bool:
    """Return whether somebody who is offered a ticket of others wants to follow it."""
    return _JOINS.search(plain) is not None and not declines(plain)


def put_right(plain: str) -> str:
    """Return what something is instead (不是灯,是电梯按钮不亮); empty if nothing is put right."""
    found = _PUT_RIGHT.search(plain)
    return found["instead"] if found else ""


def points_back(plain: str) -> bool:
    """Return whether the words point to what was talked about before (我刚才那个)."""
    return _BACK.search(plain) is not None


def follows_up(plain: str) -> bool:
    """Return whether a short question has no subject of its own (那要是租房的呢)."""
    bare = without_courtesies(plain)
    return len(bare) <= LONGEST_FOLLOW_UP and _FOLLOWS.search(bare) is not None


def without_courtesies(plain: str) -> str:
    """Return the words without 您好 before and 谢谢 behind."""
    return _COURTESIES.sub("", plain).strip(" ,。.!?~")


def asks_when_done(plain: str) -> bool:
    """Return whether a short question asks when what was reported will be done (啥时候修好)."""
    return len(plain) <= LONGEST_FOLLOW_UP and _WHEN_DONE.search(plain) is not None


def presses(plain: str) -> bool:
    """Return whether the words want something done sooner (到底什么时候来), not only to know."""
    return _PRESSES.search(plain) is not None


def refers_to_rest(plain: str) -> bool:
    """Return whether a part of a message speaks of the rest of it (这违不违法)."""
    return _REFERS.search(plain) is not None


def supposes(plain: str) -> bool:
    """Return whether a short question asks the same for another case (那要是租房的呢)."""
    return follows_up(plain) and _SUPPOSES.search(plain) is not None
