"""Sealing and signing agree with every vector that WeChat and its users have published."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.errors import ForbiddenError, SettingsError
from channels.wechat.crypto import Seal, is_signed, sign

A43 = "A" * 43
DEMO_KEY, DEMO_APPID = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wxb11529c136998cb6"
PUSHED = (  # 消息推送, the example of the safe mode
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcv"
    "ZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3F"
    "n2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSe"
    "OBrebufAlr7F9mFUPAJGj04="
)
ECHO = "4ByGGj+sVCYcvGeQYhaKIk1o0pQRNbRjxybjTGblXrBaXlTXeOo1+bXFXDQQb1o6co6Yh9Bv41n7hOchLF6p+Q=="


@pytest.mark.parametrize(
    ("signature", "parts"),
    [
        ("f464b24fc39322e44b38aa78f5edd27bd1441696", ("AAAAA", "1714036504", "1514711492")),
        ("899cf89e464efb63f54ddac96b0a0a235f53aa78", ("AAAAA", "1714037059", "486452656")),
        ("046e02f8204d34f8ba5fa3b1db94908f3df2e9b3", ("AAAAA", "1714112445", "415670741", PUSHED)),
        ("dd6b9c95b495b3f7e2901bfbc76c664930ffdb96", ("123456", "1411443780", "437374425", ECHO)),
    ],
)
def test_published_signatures_are_ours(signature: str, parts: tuple[str, ...]) -> None:
    assert sign(*parts) == signature
    assert is_signed(signature, *reversed(parts))
    assert not is_signed(signature, *parts[:-1], parts[-1] + "1")


def test_a_published_message_is_opened() -> None:
    opened = Seal(A43, "wxba5fad812f8e6fb9").open(PUSHED)

    assert opened.startswith(b'{"ToUserName":"gh_97417a04a28d"')
    assert opened.endswith(b'"debug_str":"hello world"}')


def test_the_echo_of_an_enterprise_account_is_opened() -> None:
    seal = Seal("kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR", "wx49f0ab532d5d035a")

    assert seal.open(ECHO).isdigit()


@pytest.mark.parametrize(
    ("key", "appid", "random", "message", "sealed"),
    [
        (
            A43,
            "wxba5fad812f8e6fb9",
            b"707722b803182950",
            '{"demo_resp":"good luck"}',
            "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ==",
        ),
        (
            DEMO_KEY,
            DEMO_APPID,
            b"aaaabbbbccccdddd",
            "我是中文abcd123",
            "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg==",
        ),
    ],
)
def test_published_replies_are_sealed_alike(
    key: str, appid: str, random: bytes, message: str, sealed: str
) -> None:
    seal = Seal(key, appid)

    assert seal.close(message.encode(), random) == sealed
    assert seal.open(sealed).decode() == message


@given(st.binary(max_size=300))
def test_what_is_sealed_is_opened_again(message: bytes) -> None:
    seal = Seal(DEMO_KEY, DEMO_APPID)

    assert seal.open(seal.close(message)) == message


def test_what_was_sealed_for_another_account_is_refused() -> None:
    sealed = Seal(DEMO_KEY, "wx0000000000000000").close(b"hello")

    with pytest.raises(ForbiddenError):
        Seal(DEMO_KEY, DEMO_APPID).open(sealed)


@given(st.text(max_size=120) | st.binary(max_size=96).map(lambda raw: raw.hex()))
def test_what_was_never_sealed_is_refused(sealed: str) -> None:
    with pytest.raises(ForbiddenError):
        Seal(DEMO_KEY, DEMO_APPID).open(sealed)


@pytest.mark.parametrize("key", ["", "short", "A" * 42, "A" * 44, "!" * 43])
def test_a_key_that_cannot_be_one_stops_the_start(key: str) -> None:
    with pytest.raises(SettingsError, match="LINLI_WECHAT_AES_KEY"):
        Seal(key, DEMO_APPID)


def test_a_key_without_an_account_stops_the_start() -> None:
    with pytest.raises(SettingsError, match="LINLI_WECHAT_AES_KEY"):
        Seal(DEMO_KEY, "")
