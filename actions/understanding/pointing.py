"""Words that point: to one of several drafts, or back to what was talked about before."""

import re

from actions.understanding.numerals import number_of

_N = r"[一二两三四五六1-6]"
_THEN = r"[,,。 ]|不|的?地[址点方]|位置|改|是|$"
WHICH = re.compile(
    rf"第(?P<n>{_N})(?:个|件|条|项|桩|样|张|处)?(?:事儿?|问题|单子|工单)?|(?P<first>头一[个件条]|前[面头]?(?:那|的)?一?[个件条])(?={_THEN})"
    rf"|(?P<last>最后(?:那|的)?一?[个件条]|后[面头](?:那|的)?一?[个件条])(?={_THEN})"
)
_ONLY = re.compile(
    rf"(?:(?:只|就|光)(?:要|报|留|登记|提交|交)?|(?<![不别没])(?:报|留|登记|提交|交))(?:一下)?第(?P<n>{_N})"
    r"(?:个|件|条)?事?(?:吧|就行|就好|就可以|了|$)"
    rf"|(?:只|就|光)(?:要|报|留|登记|提交|交)第(?P<alone>{_N})(?:个|件|条)?事?(?=[,，。;；]|不|别)(?!.*[也还])"
)
_FILES = (
    r"(?:报(?![销警价废名答复])|登记|提交|交(?![钱费代流接房物])"
    r"|反映|提(?![供醒高前示倡])|记(?=了|$))"
)
_DROPS = re.compile(
    rf"不(?:用|要|必|想|需要|打算)?(?:再)?(?:麻烦|{_FILES})了?|不(?:用|要|必|想)再?(?:说|管|弄)了?|不[说弄]了"
    rf"|不要(?=[了啦吧掉这那它第,，。;；!！?？~ ]|$)|(?<![特分区级性差])别再?{_FILES}"
    r"|(?:^|我|[,，。 ])不管了"
    r"|删(?:掉|除|了)?|去掉|取消(?!不)|算[了啦](?!半天|一下|[账笔])|撤(?![离走退])(?:掉|了|回)?|划掉|免了"
)
_NOT_DONE = re.compile(  # 物业不管, 没人提: what others leave undone is no wish of who speaks
    r"(?:物业|他们?|她|人家|师傅|社区|街道|居委会?|保安|城管|警察|公司|对方|业委会|开发商|没人|谁)(?:(?!了)[^,，。;；!！?？]){0,6}?"
    r"不(?:想|愿意?|肯|给)?(?:报|登记|提|交|反映|说|管|弄)了?"
)
_OF_DETAIL = re.compile(  # 照片删了, 把电话去掉: a part of the paper, not the paper
    r"(?:电话|手机号?|号码|照片|图片?|视频|姓名|名字|匿名)(?:就|也|都|给)?(?:不要了?|删(?:掉|除|了)?|去掉|划掉|取消|撤[掉回了]?)"
    r"|(?:不要|删(?:掉|除|了)?|去掉|划掉|取消|撤[掉回了]?)(?:我的?)?(?:电话|手机|号码|照片|图片|视频|姓名|名字|匿名)"
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
_SOFTLY = "[的地滴哒啊呀哈吧呢嘞咧哦喔噢嘛哇啦咯呗诶呐哪哼]"
_AGREES = re.compile(
    r"(?:提?交|(?<!举)报|登记|递|发)(?:了|上去?|一下)?(?:吧|呗|啦|了|就行|$)"
    r"|就(?:这样|这些|这么多|这么着|这么[办交报]|行)|没(?:问题|错|毛病)|^(?:冲|安排|整|走起|搞起)[鸭吧上!！啊呀]*$"
    r"|(?:快|赶紧|赶快|马上|立刻).{0,4}(?:交|报|登记)|确认"
    # 对面就是幼儿园, 中午也吵, 好几家都这样 begin with a yes and are none
    rf"|^(?:(?:嗯+|(?:好|行|可以|中|成)了?|对[头着]?|是|没事|(?i:ok(?:ay)?)){_SOFTLY}*)+(?:$|[\s,，。.!！~]|那就|就(?:是)?这|这样|这个意思|这么回事|麻烦|拜托|(?:多谢|感谢|谢|辛苦))"
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
    r"|(?:也|都)(?:能|可以|行|要|得|需要|算|一样|适用)|(?:代办|代领)(?:行|可以|成|得)?(?:吗|不|么)"
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
_IN_VAIN = re.compile(  # nobody has come, of a ticket
    r"(?:还|也|都|根本|一直|怎么还?|到现在)(?:是)?没(?:有|个|见)?(?:人|来人|动静|消息)|没(?:有)?人(?:来|上门)|还没(?:有)?(?:来|到|弄|修)"
    r"|(?:再|还)不(?:来|修|管|弄|派).{0,8}(?:投诉|12345|曝光|举报)"
)
_REFERS = re.compile(r"^[,，\s]*(?:请问)?(?:这|那|它|此|该)")
_COURTESIES = re.compile(
    r"^[您你]好[,，。!！ ]*|[,，。!！ ]*(?:谢谢|多谢|麻烦)[您你]?了?[!！。]*$"
)
_SUBMITS = re.compile(
    r"(?:^|[,，。;；!！~ ]|算了|还是|那就?|好了?|没有了?)"
    r"(?:那|就|还是|请|快|赶紧|赶快|直接|现在|马上|你们?|您|帮我|给我|替我|帮忙|都|全|全部|一起|一并|两[样个件]都?|先|我)*"
    r"(?:提交|报|登记|交|反映)(?:上去|上|出去|了|一下)?(?:吧|呗|啦|呀|咯|啊)?[。.!！~ ]*$"
)
_SUBMITS_NOT = re.compile(
    r"(?:不|别|甭|未|没)(?:用|要|想|必|能|再|急着|忙着|着急)*(?:提交|报|登记|交|反映)(?!警)"
)
_CLAUSE_END = re.compile(r"[,，。;；!！]")
_ASKS_AFTER = re.compile(
    r"(?:报|提|反映|登记|投诉|申请)(?:过|了)?的.{0,8}"
    r"(?:呢|怎么样|咋样|到哪|好了没|好了吗|有(?:没有)?(?:人|进展|消息|结果)|什么情况)"
)
_ALL_SAID = re.compile(
    r"就(?:这些|这么多|这几样|这几个)(?:了|吧|啊)?[。.!！~ ]*$"
    r"|没(?:有)?(?:别的|其他的?|补充的?)(?:要说|要讲|事|问题)?了?[。.!！~ ]*$"
    r"|(?:说|讲)完了[。.!！~ ]*$"
)
_NO_CONTACT = re.compile(
    r"(?:别|不|甭|不要|不用|不想)(?:留|写|填|登|给)(?:我的?)?(?:电话|手机|号码|联系方式)|(?:删|去)(?:掉|了)?(?:我的?)?(?:电话|手机|号码)"
    r"|(?:电话|手机号?|号码|联系方式)(?:就|也|还是|请|先)?(?:别|不|甭|不要|不用|不想)(?:留|写|填|登|给)"
    r"|(?:电话|手机号?|号码)(?:删|去)(?:掉|了)"
)
_CAME_RIGHT = re.compile(
    r"(?:自己|自动|已经|刚才|刚刚|又|物业|师傅|邻居).{0,6}(?:亮|好|通|修好|来水|来电|恢复|解决|搬走|清走|弄好|不[漏响堵臭吵])了"
    r"(?!吗|没|半天)"
)
_REVIVES = re.compile(
    r"(?:还是|重新|再(?:帮我|给我)?|接着)(?:要|得|想|给我|帮我|替我|请|都)*(?:报|登记|提交|交上|反映|派人)(?!警)"
)
_ASKS_WHO = re.compile(
    r"谁(?:会|能|要|在|该|给)?(?:我们?|咱们?)?(?:来|去|管|负责|处理|修|跟进|接|弄|办理?|经手|上门)"
    r"|(?:归|由|是|该|找)谁(?:管|负责|处理|修|跟|弄|来|$)"
    r"|哪个(?:人|师傅|部门)?(?:来|管|负责|处理|修)"
    r"|(?:负责|处理|跟进|维修|经办|修理|来修|管事)的?(?:人|人员|师傅|同志)?的?(?:是谁|谁|电话|联系方式|手机|叫(?:什么|啥)|姓(?:什么|啥))"
    r"|(?:他|她|师傅|负责人|处理人|网格员|那个人)的?(?:电话|手机号?|号码|联系方式)"
    r"|(?:他|她|网格员)(?:平时|一般)?(?:在|的)?(?:哪里?|哪儿|什么地方)?(?:办公|上班)(?:室|地点|的地方)?"
)
_WHO_PAYS = re.compile(r"钱|费|赔|责任|承担|出资|掏|法|规定|举报|投诉的|告我")
_THING = re.compile(
    r"(?:^|[,，。把将就 ])(?P<what>[\u4e00-\u9fa5a-zA-Z]{2,10}?)(?:的)?那(?:一)?"
    r"(?:个|件|张|条|单|份)"
)
_NO_THING = re.compile(
    r"刚才|刚刚|刚|方才|之前|前面|前头|上次|上回|早先|昨天|前天|今天|早上|下午|晚上|上午|我|你|您|们|的|报|说|提|问|过|了"
    r"|剩下?|最后|另一|第|新|旧|老|有关|关于|帮忙?|给|请|把|将|就|还是|另外|先|那|这|麻烦|想|要|撤|取消|催"
)
_OF_TICKET = re.compile(
    r"报|单|修|处理|进度|进展|怎么样|咋样|到哪|弄|解决|上次|上回|那个|那件|查|编号|号码|办|结果|回复|回音|消息|反映|投诉"
    r"|登记|来人|派人|师傅|多久|什么时候|啥时候|几时|几天|催|快|还没|撤|取消|补充|满意|评|星|分|好了|没好|又|谁|什么情况|动静|人呢"
)
_PRICE = re.compile(r"收钱|要钱|多少钱|花钱|掏钱|收费|费用|免费|收不收|好多钱")
_FOR_OTHER = re.compile(
    rf"^(?:那|那么)?{_WHO}也(?:能|可以|得|要|行|算)(?:办|领|申请|开|享受|用|报)?(?:吗|不|么|没|嘛|$)"
)
ASKING = re.compile(
    r"这种|这样|这个|那种|这|那|它|的话|情况|事情?|怎么|咋个?|如何|多少|多久|什么|啥|谁|哪[里儿个些]?|几[天点个]|能不能|可不可以|是不是|该不该|要不要"
    r"|应该|需要|可以|能够|能|要|会|得|该|由|归|是|有|没有?|不|我们?|你们?|您|他|咱们?|大家|社区|物业|负责|承担|出钱|掏钱|花钱|赔偿?|赔钱|钱|收费|费用"
    r"|修理?|处理|解决|管|弄|搞|办|算|违法|违规|合法|规定|法律|罚款?|时候|时间|电话|吗|呢|么|吧|啊|呀|嘛|了|的|来|去|找|给|让|请|问|到底|一般|大概|通常"
)
_AS_PROXY = re.compile(
    rf"[,，。;；]{_WHO}.{{0,3}}(?:代办|代领|帮.{{0,3}}办|替.{{0,3}}办).{{0,4}}$"
)
FEWEST_OF_SUBJECT = 2  # characters that name something
LONGEST_DISMISSAL = 24  # characters; who says more tells of something
_OF_SELF = re.compile(  # 我今年八十二了, 我户口不在这边: what one is, not what is wrong
    rf"^(?:可是?|但是?|不过)?(?:{_WHO}|我们?|[他她]|俺|咱|家里)[^?？]*?"
    r"(?:岁|[五六七八九]十[一二三四五六七八九]?多?了|[5-9]\d多?了|户口|户籍|退休|低保|残疾|外地|本地|城镇|农村|(?:没有?|有).{0,8}(?:证|合同|卡|本|章|材料|票|房产|工作|社保|单位))"
)
LONGEST_OF_SELF = 24  # characters; who says more tells a story
LONGEST_FOLLOW_UP = 18  # characters; who says more names the thing


def which_of(plain: str, count: int) -> int | None:
    """Return which of ``count`` things is meant, from 0; None where none is, or there is none."""
    found = WHICH.search(plain)
    if not found:
        return None
    if found["n"]:
        number = 2 if found["n"] == "两" else number_of(found["n"])
        return number - 1 if number and number <= count else None
    return 0 if found["first"] else count - 1


def points_beyond(plain: str, count: int) -> bool:
    """Return whether a row is named that there is not (第三个, of two)."""
    found = WHICH.search(plain)
    number = number_of(found["n"]) if found and found["n"] else None
    return number is not None and number > count


def only_one_of(plain: str, count: int) -> int | None:
    """Return the one that is to be kept alone (只报第一个), from 0."""
    found = _ONLY.search(plain)
    return which_of(plain[found.start() :], count) if found else None


def without_pointer(text: str) -> str:
    """Return the words without 第二个 and the like; the text is as long as its normal form."""
    return WHICH.sub("", text)


def drops(plain: str) -> bool:
    """Return whether something is not to be reported after all."""
    return _DROPS.search(_OF_DETAIL.sub("", _NOT_DONE.sub("", plain))) is not None


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
    whole = _OF_DETAIL.sub("", plain)  # 取消匿名 takes back a part of it
    return is_short and bool(_CALLS_OFF.search(whole)) and not _KEEPS.search(plain)


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
    if len(bare) > LONGEST_FOLLOW_UP:  # 我妈八十二岁,不会用手机,我可以代办吗
        bare = _CLAUSE_END.split(bare)[-1] if _AS_PROXY.search(bare) else ""
    return 0 < len(bare) <= LONGEST_FOLLOW_UP and _FOLLOWS.search(bare) is not None


def lacks_paper(plain: str) -> bool:
    """Return whether somebody has not what is to be brought (我没有租房合同)."""
    return re.search(r"没有?.{0,8}(?:证|合同|卡|本|章|材料|票)", plain) is not None


def tells_of_self(plain: str) -> bool:
    """Return whether somebody tells of their own case, for which a service is meant or not."""
    bare = without_courtesies(plain)
    return len(bare) <= LONGEST_OF_SELF and _OF_SELF.search(bare) is not None


def without_courtesies(plain: str) -> str:
    """Return the words without 您好 before and 谢谢 behind."""
    return _COURTESIES.sub("", plain).strip(" ,。.!?~")


def asks_when_done(plain: str) -> bool:
    """Return whether a short question asks when what was reported will be done (啥时候修好)."""
    return len(plain) <= LONGEST_FOLLOW_UP and _WHEN_DONE.search(plain) is not None


def waits_in_vain(plain: str) -> bool:
    """Return whether somebody says that nobody came (还没人来,我要打12345)."""
    return len(plain) <= LONGEST_OF_SELF and _IN_VAIN.search(plain) is not None


def presses(plain: str) -> bool:
    """Return whether the words want something done sooner (到底什么时候来), not only to know."""
    return _PRESSES.search(plain) is not None


def submits(plain: str) -> bool:
    """Return whether a message ends in a wish to have it filed (算了直接报吧; 没有,提交)."""
    bare = without_courtesies(plain)
    return _SUBMITS.search(bare) is not None and _SUBMITS_NOT.search(bare) is None


def submits_first(plain: str) -> bool:
    """Return whether a message begins with a wish to have it filed (提交,别写我名字)."""
    return submits(_CLAUSE_END.split(plain)[0])


def withholds_contact(plain: str) -> bool:
    """Return whether somebody who told a telephone wants it left out after all."""
    return len(plain) <= LONGEST_FOLLOW_UP and _NO_CONTACT.search(plain) is not None


def came_right(plain: str) -> bool:
    """Return whether something is told to be right again without anybody's help (自己亮了)."""
    return len(plain) <= LONGEST_DISMISSAL and _CAME_RIGHT.search(plain) is not None


def says_all(plain: str) -> bool:
    """Return whether somebody says that they have told everything (好了就这些)."""
    bare = without_courtesies(plain)
    return len(bare) <= LONGEST_FOLLOW_UP and _ALL_SAID.search(bare) is not None


def revives(plain: str) -> bool:
    """Return whether somebody wants after all what was dropped just now (还是给我报上)."""
    is_short = len(plain) <= LONGEST_DISMISSAL
    return is_short and bool(_REVIVES.search(plain)) and _SUBMITS_NOT.search(plain) is None


def asks_who(plain: str) -> bool:
    """Return whether a short question asks who handles it (谁来修啊), and not who pays."""
    bare = without_courtesies(plain)
    is_short = len(bare) <= LONGEST_FOLLOW_UP
    return is_short and bool(_ASKS_WHO.search(bare)) and _WHO_PAYS.search(bare) is None


def speaks_of_ticket(plain: str) -> bool:
    """Return whether a message may be about something that was reported before."""
    return len(plain) <= LONGEST_DISMISSAL and _OF_TICKET.search(plain) is not None


def thing_named(plain: str) -> str:
    """Return what one of several is called by (鸽子 in 鸽子那个撤掉吧); empty if by nothing."""
    found = _THING.search(plain)
    return _NO_THING.sub("", found["what"]) if found else ""


def refers_to_rest(plain: str) -> bool:
    """Return whether a part of a message speaks of the rest of it (这违不违法)."""
    return _REFERS.search(plain) is not None


def asks_after(plain: str) -> bool:
    """Return whether somebody asks what became of what they reported (我刚报的井盖那个呢)."""
    return len(plain) <= LONGEST_FOLLOW_UP and _ASKS_AFTER.search(plain) is not None


def asks_price(plain: str) -> bool:
    """Return whether a question is about money (我妈问要不要收钱)."""
    return _PRICE.search(plain) is not None


def asks_for_other(plain: str) -> bool:
    """Return whether a short question asks the same for another person (我爸也能办不)."""
    return len(plain) <= LONGEST_FOLLOW_UP and _FOR_OTHER.search(plain) is not None


def names_nothing(plain: str) -> bool:
    """Return whether a question has no subject of its own (谁出钱), so that the rest tells it."""
    bare = without_courtesies(plain)
    return len(re.sub(r"\W", "", ASKING.sub("", bare))) < FEWEST_OF_SUBJECT


def supposes(plain: str) -> bool:
    """Return whether a short question asks the same for another case (那要是租房的呢)."""
    return follows_up(plain) and _SUPPOSES.search(plain) is not None
