"""Takes what identifies a person out of a description before it leaves (去标识化派单内容)."""

import re
from collections.abc import Callable, Iterable

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭鲁韦马"
    "苗凤方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅皮卞齐康伍余元卜顾孟黄穆萧尹姚邵汪祁毛"
    "狄米贝明臧计成戴谈宋庞熊纪舒屈项祝董梁杜阮蓝闵席季贾路娄危江童颜郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍"
    "虞万支柯管卢莫房缪解应宗丁宣邓郁单杭洪包诸左石崔吉龚程邢裴陆荣翁荀惠曲封靳段焦侯宫宁仇栾甘厉祖武"
    "符刘景詹束龙叶幸司黎薄白蒲邰赖卓蔺屠池乔阴胥闻党翟谭贡姬申扶冉桑桂牛寿边燕尚温庄晏柴瞿阎习鱼古易"
    "廖耿匡国文寇广东欧沃利蔚越师巩聂晁勾敖冷辛阚简饶曾沙养丰巢关查荆游权盖肖闫"
)
_PLATE_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"
_TITLES = "先生|女士|小姐|阿姨|大爷|大妈|叔叔|师傅|老师|奶奶|爷爷|同志|大哥|大姐"

_ID_CARD = re.compile(r"(?<![0-9A-Za-z])(\d{17}[\dXx])(?![0-9A-Za-z])")
_BANK_CARD = re.compile(r"(?<!\d)(\d(?:[ -]?\d){14,18})(?!\d)")
_MOBILE = re.compile(r"(?<!\d)(?:(?:\+|00)?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(?:\(?0\d{2,3}\)?[- ]?)[2-9]\d{6,7}(?:[-转]\d{1,5})?(?!\d)")
_LOCAL_CALL = re.compile(r"((?:电话|手机|座机|联系方式)[是为::\s]*)\d{7,12}")
_PLATE = re.compile(
    rf"[{_PLATE_PROVINCES}][A-HJ-NP-Z][·.\s-]?(?:[A-HJ-NP-Z0-9]{{5,6}}|[A-HJ-NP-Z0-9]{{4}}[学警港澳挂])"
    r"(?![A-Za-z0-9])"
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_WECHAT = re.compile(r"((?:微信号?|QQ号?|vx|VX)[是为::\s]*)[A-Za-z0-9_-]{5,20}")
_NUMERAL = "[零〇一二三四五六七八九幺]"
# A door (502、1201) is a floor and a place on it; a round figure (200户) counts something.
_DOOR = r"(?:\d{1,2}(?:0[1-9]|1[0-2])|[一二三四五六七八九幺]{1,2}[零〇幺][一二三四五六七八九])"
_SPOKEN = rf"{_NUMERAL}{{3,4}}"
# What figures measure or date; the words in ``(?!…)`` only begin like it (次卧、天花板).
_MEASURED = (
    r"(?:[0-9%％块角度米㎡斤吨升岁倍秒分名辆台件份条盏棵根瓦兆遍趟盆栋幢座期级届路弄]|公[斤里]|小时|毫|厘米"
    r"|[.:：]\d|[mMkK]|年(?!年)|月(?!月)|日(?![日夜常])|天(?![天花台井])|元(?!旦)|次(?!卧)"
    r"|平(?![时常日台安静])|号楼(?![上下道梯顶])|单元)"
)
_COUNTED = rf"(?:{_MEASURED}|[户人个口多余来几位间层套百千万]|家(?![里的住]))"
_LONGER = rf"(?:{_NUMERAL}|[十百千万两])"  # the numeral goes on
_ALARM = (  # 三楼120还没来
    rf"(?:1(?:10|19|20|22)|[幺一][幺一][〇零九]|[幺一]二[〇零二])(?![\d号室房]|{_NUMERAL})"
)
_ROOM = re.compile(
    r"(?<![0-9A-Za-z])\d{3,4}(?=\s*(?:室|房|号房|邻居|的(?:住户|邻居|业主|租户)))"
    rf"|(?<![0-9A-Za-z]){_DOOR}(?=\s*(?:户|住户|业主|租户))"
    rf"|(?<!{_NUMERAL}){_SPOKEN}(?=\s*(?:室|号房))"
)
_BEFORE_DOOR = (
    r"(?:单元|门洞|号楼|[栋幢座]|(?<!\d)\d{1,2}[楼层]|[一二三四五六七八九十][楼层]|弄\s*\d{1,3}号"
    rf"|我家(?=\s*的?\s*{_DOOR})|家[住在]|我[是住]|住在?|楼[上下]|隔壁|对[门面]"
    r"|\[门牌\][室号]?[、,，和跟与及到至/])"
)
_ROOM_TAIL = re.compile(
    rf"({_BEFORE_DOOR}\s*的?\s*)(?!{_ALARM})(?:"
    rf"{_DOOR}(?!{_MEASURED}|{_LONGER})"
    rf"|\d{{3,4}}(?!{_COUNTED})"
    rf"|{_SPOKEN}(?!{_COUNTED}|{_LONGER}|[楼单号门组]))"
)
# A door that is not announced stands at the head of a clause, before what troubles a home.
_TROUBLED = (
    r"漏|渗|堵|跳闸|[没停断](?:水|电|气)|着火|冒烟|起火|(?:厕所|卫生间|厨房|阳台|客厅|[主次]卧|房间|家里?)"
    r"|[天每][天晚]|[半深]夜|昨[天晚]|装修|太?吵|养(?:狗|鸡)"
)
_ROOM_FIRST = re.compile(
    rf"(?:(?<=^)|(?<=[，,。；;！!？?、\s]))(?!{_ALARM}){_DOOR}"
    rf"(?!{_MEASURED}|{_LONGER})(?=\s*(?:又|也|一直|还在?|老是?|总是?|在|的)?(?:{_TROUBLED}))"
)
# A dash stands in telephone numbers and numbers of papers as well.
_DASH_TAIL = re.compile(
    rf"((?<!\d{{3}})-\s*)(?:(?<=[\d元栋幢座楼]-)|(?!\d+号))\d{{3,4}}(?!{_COUNTED})"
)
_DASHED = re.compile(r"(?<!\d)(\d{1,2})-(\d{1,2})-\d{3,4}(?!\d)")
_NAME = rf"(?:欧阳|司马|上官|诸葛|司徒|夏侯|皇甫|令狐|慕容|尉迟|[{_SURNAMES}])[一-鿿]{{1,2}}"
_AFTER_NAME = r"[,，。.;；、!！\s]|电话|手机|$|住|家"
_NAME_GIVEN = re.compile(
    r"((?:我叫|我是|名叫|名字[叫是]|姓名[是::\s]*|联系人[是::\s]*|本人)\s*)"
    rf"{_NAME}(?={_AFTER_NAME})"
)
# Whoever is called to come (我叫师傅来) is no name, though it begins like one.
_CALLED = "师傅|单位|安保|司机|党员|管家|房东|房管|孙子|孙女|应急"
_NAME_TOLD = re.compile(
    rf"((?:我叫|名叫|名字[叫是]|姓名[是::\s]+)\s*)(?!{_CALLED})"
    rf"{_NAME}(?={_AFTER_NAME}|今年|咨询|反映|投诉|[想要问来是的在有请我\d\[])"
)
_NAME_TITLED = re.compile(
    rf"(?<![一-鿿])[{_SURNAMES}](?:(?![元的个位楼家区])[一-鿿]){{0,2}}?(?={_TITLES})"
)
_NICKNAME = re.compile(rf"[老小][{_SURNAMES}]")
_SURNAME_TITLED = re.compile(rf"[{_SURNAMES}](?={_TITLES})")


def is_id_number(text: str) -> bool:
    """Return whether the check character of an 18-character ID number (身份证号) is right.

    Source: GB 11643-1999, check character by ISO 7064 MOD 11-2.
    """
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _ID_WEIGHTS, strict=True))
    return _ID_CHECK[total % 11] == text[17].upper()


def is_bank_card(digits: str) -> bool:
    """Return whether a 15 to 19 digit number passes the Luhn check of bank cards."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def _id_card(found: re.Match[str]) -> str:
    return "[身份证号]" if is_id_number(found[1]) else found[0]


def _bank_card(found: re.Match[str]) -> str:
    return "[银行卡号]" if is_bank_card(re.sub(r"\D", "", found[1])) else found[0]


_STEPS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (_EMAIL, "[邮箱]"),
    (_ID_CARD, _id_card),
    (_MOBILE, "[电话]"),
    (_BANK_CARD, _bank_card),
    (_LANDLINE, "[电话]"),
    (_LOCAL_CALL, r"\g<1>[电话]"),
    (_WECHAT, r"\g<1>[账号]"),
    (_PLATE, "[车牌]"),
    (_DASHED, r"\g<1>-\g<2>-[门牌]"),
    (_ROOM, "[门牌]"),
    (_ROOM_FIRST, "[门牌]"),
    (_ROOM_TAIL, r"\g<1>[门牌]"),
    (_DASH_TAIL, r"\g<1>[门牌]"),
    (_NAME_TOLD, r"\g<1>[姓名]"),
    (_NAME_GIVEN, r"\g<1>[姓名]"),
    (_NAME_TITLED, "[姓名]"),
    (_SURNAME_TITLED, "[姓名]"),
)


def mask(text: str, others: Iterable[str] = ()) -> str:
    """Return the text without names, telephone, ID, card and plate numbers, and door numbers.

    Names are found only where people announce them ("我叫…", "…先生"): a bare name stays, unless
    ``others`` tells it: in whose words somebody else is named (楼上邻居老王).
    """
    for told in others:
        for words in (told, *_NICKNAME.findall(told)):
            text = text.replace(words, "[对方]")
    masked = _mask_once(text)
    while masked != text:  # one mark lets the next be found (501、502漏水)
        text, masked = masked, _mask_once(masked)
    return masked


def _mask_once(text: str) -> str:
    for pattern, replacement in _STEPS if text else ():
        text = pattern.sub(replacement, text)
    return text
