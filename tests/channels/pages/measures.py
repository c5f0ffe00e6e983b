"""Measures a rendered page: contrast, targets, letters; what WCAG asks, seen by the browser."""

from typing import Any

from playwright.sync_api import Page

CONTRAST = """
(() => {
  const parse = (css) => (css.match(/[\\d.]+/g) ?? []).map(Number);
  const over = (top, under) => {
    const alpha = top[3] ?? 1;
    return [0, 1, 2].map((i) => top[i] * alpha + under[i] * (1 - alpha));
  };
  const ground = (node) => {
    if (!node) return [255, 255, 255];
    const own = parse(getComputedStyle(node).backgroundColor);
    const under = () => ground(node.parentElement);
    return (own[3] ?? 1) === 0 ? under() : over(own, under());
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => v / 255).map((v) =>
      v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const seen = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !node.checkVisibility()) continue;
    if (node.closest(".unseen, .skip, script, style, title")) continue;
    const style = getComputedStyle(node);
    const back = ground(node);
    const [a, b] = [light(over(parse(style.color), back)), light(back)].sort((x, y) => y - x);
    seen.push({
      text: walker.currentNode.textContent.trim().slice(0, 24),
      ratio: (a + 0.05) / (b + 0.05),
      size: parseFloat(style.fontSize),
      line: parseFloat(style.lineHeight) / parseFloat(style.fontSize),
    });
  }
  return seen;
})()
"""
TARGETS = """
[...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, summary")]
  .filter((node) => node.checkVisibility() && !node.closest(".unseen, .skip, p.words, .prose, dd"))
  .map((node) => {
    const label = node.closest("label");
    const box = (label ?? node).getBoundingClientRect();
    return { text: node.textContent.trim().slice(0, 24) || node.id, width: box.width,
             height: box.height, tag: node.tagName };
  })
"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def letters(page: Page) -> list[dict[str, Any]]:
    """Return each visible text with its contrast ratio, size (px) and line height (em)."""
    found: list[dict[str, Any]] = page.evaluate(CONTRAST)
    assert found, "the page shows nothing"
    return found


def targets(page: Page) -> list[dict[str, Any]]:
    """Return each visible control with its size in px; links within a text are left out."""
    found: list[dict[str, Any]] = page.evaluate(TARGETS)
    return found


def too_pale(page: Page, ratio: float) -> list[dict[str, Any]]:
    """Return the texts below ``ratio``."""
    return [text for text in letters(page) if text["ratio"] < ratio]


def too_small(page: Page, side_px: float) -> list[dict[str, Any]]:
    """Return the controls lower or narrower than ``side_px``."""
    return [one for one in targets(page) if min(one["width"], one["height"]) < side_px - 0.5]


def overflow(page: Page) -> int:
    """Return by how many px the page is wider than the screen."""
    wide: int = page.evaluate(OVERFLOW)
    return wide
