"""QR codes as pictures within a page: black on white, without a file or a style of their own."""

import segno
from markupsafe import Markup


def qr_code(text: str) -> Markup:
    """Return ``text`` as an SVG that is as wide as its place and has no name of its own."""
    made = segno.make(text, error="m", micro=False)
    svg = made.svg_inline(omitsize=True, border=4, light="#fff", dark="#000")
    return Markup(svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S704  # numbers only
