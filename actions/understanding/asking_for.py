"""What a message asks for that has a rule of its own: the office's hours, other people's data."""

import re

from actions.understanding.contact import find_contacts
from actions.understanding.normalise import normalise
from actions.understanding.pointing import asks_who
from actions.understanding.problems import tells_fault

LONGEST_OF_HOURS = 24  # characters; who says more names the place or tells a story
_N = r"[0-9一二两三四五六七八九十]{1,3}"
_WHEN = (
    rf"几点|(?:啥|什么)时候|(?:周|星期|礼拜)[一二三四五六日天1-6末]|双休|周末|晚上|夜里|半夜|中午|下午|上午|早上|清早|午休"
    rf"|节假日|国庆|春节|过年|元旦|五一|十一|中秋|端午|清明|今[天儿]|明[天儿]|现在|这会儿?|下班|{_N}点"
)
_OPEN = (
    r"[上下]班|[开关锁]门|开不开|开着|还开|值班|休息|午休|放假|办公|办事|对外|在不在|在吗|在岗"
    r"|有(?:没有?)?人|没人|能(?:去|过去|办)|去得|关(?=[?？吗呢啊呀的]|$)|开(?=[?？吗呢啊呀的]|$)"
)
_HOURS = re.compile(rf"(?:{_WHEN}).*(?:{_OPEN})|(?:{_OPEN}).*(?:{_WHEN})|(?:上|办公)班?时间")
_ASKS = re.compile(
    r"几点|(?:啥|什么)时候|[?？]|(\w)[不没]\1|有没有|时间$"
    r"|[吗么嘛没不呢啵得](?:[啊呀哦嘛])?[~。!! ]*$"
)
_ELSEWHERE = re.compile(  # places with hours of their own, and what is no office at all
    r"食堂|医院|门诊|卫生|派出所|超市|银行|学校|幼儿园|物业|政务|民政|车管|药店|菜场|市场|快递|驿站|图书|公园|健身|泳池|停车"
    r"|装修|施工|广场舞|电梯|食|饭|课|班车|公交|地铁|疫苗|体检|修|来人|上门|师傅|网格员|送|灯|水|电|暖|垃圾|[你您]好"
)
_OFFICE = (
    r"社区|小区|居委会?|村委会?|街道|办事处|党群|服务|中心|[站所]|便民|窗口|大厅|前台|工作人员|值班室?|干部|领导|同志"
    r"|你们?|您们?|我们?|咱们?|单位|请问|麻烦|打听|一下|一般|平时|每天|到底|正常|想问|问问"
)
_EMPTY = (
    r"[的了呢吗嘛啊呀哦么吧没有不都还就也那这是到在里边才能空去来过]"
    r"|[办事开关上下班门时间多少日天点钟半会得行可以要]"
)
_NAMED = re.compile(rf"{_WHEN}|{_OPEN}|{_OFFICE}|{_EMPTY}")
LONGEST_OF_PEOPLE = 60  # characters; who says more tells a story with neighbours in it
FEWEST_OF_NAME = 3  # characters left of a question that is about some other place
_WHOSE = re.compile(
    r"[栋幢楼单元]|那[家户个]|这[家户]|[哪谁]家?|邻居|隔壁|对门|楼[上下]|别人|人家|其他|所有|全部|全小区|业主|住户|居民|租客|户主"
    r"|他|她|老[张王李赵刘陈杨]|[张王李赵刘陈杨][一二三四五]|[先女][生士]|网格员|报修人|投诉人|举报人"
)
_DATA = re.compile(
    r"电话|手机|号码|联系方式|身份证|姓名|名字|名单|住址|住哪|房号|门牌|银行卡|个人信息|隐私|资料|档案|家庭情况|户口|谁住|住的?是?谁"
    r"|(?:报|投诉|举报|反映|登记)(?:了|过)(?:些|几)?(?:什么|啥|哪些|几)|(?<![找向跟给对和去])谁(?:报|投诉|举报|反映|告)(?:的|了|过)?"
)
_WANTS = re.compile(
    r"给我|告诉我?|发(?:给)?我|传我|说给我|帮我?(?:查|找|问|看)|查(?:一?下|一查|查)|打听|我要|我想(?:要|知道|看)|是多少|多少号|念|列(?:出|个|一)"
    r"|导出|调出|看看|有没有|知不知道|知道|(?<![找向跟给对和去])谁(?:报|投诉|举报|反映|告)|住的?是?谁|谁住"
)
# Whoever works for the community may be called, and everybody's own data are their own.
_PUBLIC = re.compile(
    r"网格员.{0,6}(?:电话|联系|是谁|叫什么)|(?:电话|联系方式).{0,6}网格员|(?:物业|社区|居委会?|派出所|街道|医院|供水|燃气|开锁|服务)[^,。]{0,6}(?:电话|号码)"
    r"|我(?:自己)?的(?:电话|手机|单|工单|身份证|名字)|我(?:家|妈|爸|爷|奶|孩子|儿子|女儿)|怎么(?:办|补|改|换|查)|哪里办|丢了"
)


_NUMBER = re.compile(
    r"(?:工单号|单号|编号|查询码|工单编号|工单号码).{0,6}(?:忘|丢|不见|没(?:记|存|有)|找不|记不|多少|是啥|是什么|几号)"
    r"|(?:忘|丢|没记|找不到|记不(?:住|得|清)).{0,6}(?:工单号|单号|编号|查询码)"
)


_COMPLAINS_TO = re.compile(
    r"(?:[找向跟给对和去]谁|[到去上往找在]?(?:哪[里儿]?|什么地方|(?:哪|什么|啥)(?:个)?(?:部门|单位|地方|电话))|打(?:什么|啥|哪个|几).{0,3}"
    r"|怎么|咋|如何|怎样)(?:去|能|可以|才能|进行|来|才)?(?:投诉|举报|反映(?!问题)|申诉|告状|讨说法)|(?:投诉|举报|申诉)(?:电话|渠道|热线|要|应该|该|得|去|打|找|是)*(?:找谁|哪[里儿]?|多少|什么|几号)"
)
LONGEST_OF_COMPLAINT = 16  # characters; who says more says of what


def asks_whom_to_complain_to(plain: str) -> bool:
    """Return whether a short question asks whom to complain to, and names nothing else."""
    return len(plain) <= LONGEST_OF_COMPLAINT and _COMPLAINS_TO.search(plain) is not None


def asks_for_number(plain: str) -> bool:
    """Return whether somebody has lost the number of a ticket, or asks for it again."""
    return len(plain) <= LONGEST_OF_HOURS and _NUMBER.search(plain) is not None


def asks_when_open(plain: str) -> bool:
    """Return whether a short question asks for opening hours and names no place but the office."""
    if len(plain) > LONGEST_OF_HOURS or _ELSEWHERE.search(plain):
        return False
    if len(re.sub(r"\W", "", _NAMED.sub("", plain))) >= FEWEST_OF_NAME:
        return False
    return bool(_ASKS.search(plain) and _HOURS.search(plain))


def asks_for_people(text: str) -> bool:
    """Return whether somebody wants what is known of other people: who lives there, who told."""
    plain = normalise(text)
    tells_own = bool(find_contacts(plain)) or len(plain) > LONGEST_OF_PEOPLE
    if tells_own or tells_fault(text) or asks_who(plain) or _PUBLIC.search(plain):
        return False
    return all(sign.search(plain) for sign in (_WHOSE, _DATA, _WANTS))
