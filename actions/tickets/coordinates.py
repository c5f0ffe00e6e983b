"""Brings positions to WGS-84, the datum of the wire; Chinese maps use shifted ones."""

from math import atan2, cos, hypot, pi, sin, sqrt

_AXIS, _ECCENTRICITY = 6378245.0, 0.00669342162296594323  # Krasovsky 1940, as GCJ-02 uses it
EARTH_RADIUS_M = 6_371_000


def to_wgs84(
    latitude: float | None, longitude: float | None, datum: str
) -> tuple[float | None, float | None]:
    """Return the position in WGS-84, good to a decimetre; an unknown datum is taken as it.

    BD-09 itself is only good to a metre or two. Outside China nothing is shifted.
    """
    if latitude is None or longitude is None:
        return None, None
    if datum.upper() == "BD-09":
        latitude, longitude = _bd09_to_gcj02(latitude, longitude)
    if datum.upper() in {"BD-09", "GCJ-02"}:
        latitude, longitude = _gcj02_to_wgs84(latitude, longitude)
    return round(latitude, 6), round(longitude, 6)


def distance_m(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Return the metres between two positions (latitude, longitude), for short ways."""
    middle = (first[0] + second[0]) / 2 * pi / 180
    north = (second[0] - first[0]) * pi / 180
    east = (second[1] - first[1]) * pi / 180 * cos(middle)
    return EARTH_RADIUS_M * hypot(north, east)


def _gcj02_to_wgs84(latitude: float, longitude: float) -> tuple[float, float]:
    """Return the position whose shift leads here: the shift is known only the other way round."""
    if not (0.8293 <= latitude <= 55.8271 and 72.004 <= longitude <= 137.8347):
        return latitude, longitude
    north, east = _gcj02_shift(latitude, longitude)
    for _ in range(4):
        north, east = _gcj02_shift(latitude - north, longitude - east)
    return latitude - north, longitude - east


def _bd09_to_gcj02(latitude: float, longitude: float) -> tuple[float, float]:
    x, y = longitude - 0.0065, latitude - 0.006
    radius = hypot(x, y) - 0.00002 * sin(y * pi * 3000 / 180)
    angle = atan2(y, x) - 0.000003 * cos(x * pi * 3000 / 180)
    return radius * sin(angle), radius * cos(angle)


def _gcj02_shift(latitude: float, longitude: float) -> tuple[float, float]:
    x, y = longitude - 105.0, latitude - 35.0
    common = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + common
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + common
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    radians = latitude / 180 * pi
    magic = 1 - _ECCENTRICITY * sin(radians) ** 2
    root = sqrt(magic)
    meridian = _AXIS * (1 - _ECCENTRICITY) / (magic * root)
    return north * 180 / (meridian * pi), east * 180 / (_AXIS / root * cos(radians) * pi)
