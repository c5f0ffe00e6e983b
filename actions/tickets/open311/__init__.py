"""Open311 GeoReport v2, the server side: other civic tools file and read tickets here.

Source: Open311 GeoReport v2, ``wiki.open311.org/GeoReport_v2``.
"""
