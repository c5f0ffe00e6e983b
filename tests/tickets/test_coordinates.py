"""Positions of Chinese maps against published pairs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.tickets.coordinates import _gcj02_shift, distance_m, to_wgs84

# Pairs that the tests of eviltransform publish: WGS-84 first
GCJ02 = {
    "shanghai": ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
    "shenzhen": ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
    "beijing": ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
}
# Pairs that ports of coordtransform publish: GCJ-02 first. (The BD-09 pairs of eviltransform
# follow a variant that is some 40 metres off these.)
BD09 = [
    ((30.940779294367676, 118.75866025417945), (30.946576225978003, 118.76519558159015)),
    ((22.542860065931386, 114.05956013578918), (22.548514883102943, 114.06611219325782)),
    ((39.90865673957631, 116.39762729119315), (39.915, 116.404)),
]
# and those of coordtransform: 116.404, 39.915 taken as BD-09 and as GCJ-02
BEIJING_BD09 = (39.907253214522164, 116.3913836995125)
BEIJING_GCJ02 = (39.913596801757805, 116.39775549316407)  # the exact inverse


def metres_off(found: tuple[float | None, float | None], wanted: tuple[float, float]) -> float:
    latitude, longitude = found
    assert latitude is not None
    assert longitude is not None
    return distance_m((latitude, longitude), wanted)


@pytest.mark.parametrize("place", GCJ02)
def test_gcj02_comes_back_to_published_positions(place: str) -> None:
    wgs84, gcj02 = GCJ02[place]

    assert metres_off(to_wgs84(*gcj02, "GCJ-02"), wgs84) < 0.2


@pytest.mark.parametrize(("gcj02", "bd09"), BD09)
def test_bd09_comes_back_to_published_positions(
    gcj02: tuple[float, float], bd09: tuple[float, float]
) -> None:
    latitude, longitude = to_wgs84(*gcj02, "GCJ-02")
    assert latitude is not None
    assert longitude is not None

    assert metres_off(to_wgs84(*bd09, "BD-09"), (latitude, longitude)) < 0.2


def test_another_library_publishes_the_same() -> None:
    assert metres_off(to_wgs84(39.915, 116.404, "BD-09"), BEIJING_BD09) < 3
    assert metres_off(to_wgs84(39.915, 116.404, "GCJ-02"), BEIJING_GCJ02) < 0.2


@pytest.mark.parametrize("place", [(39.7392, -104.9903), (-27.4698, 153.0251), (51.5, -0.12)])
def test_outside_china_nothing_is_shifted(place: tuple[float, float]) -> None:
    assert to_wgs84(*place, "GCJ-02") == place


@given(st.floats(18.5, 53), st.floats(74, 134))
def test_every_position_in_china_comes_back(latitude: float, longitude: float) -> None:
    north, east = _gcj02_shift(latitude, longitude)

    found = to_wgs84(latitude + north, longitude + east, "GCJ-02")

    assert metres_off(found, (latitude, longitude)) < 0.2
