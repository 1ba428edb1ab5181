"""Draw the app's icons for phones from static/icon.svg, small enough for a poor line: python tools/icons.py."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

STATIC = Path(__file__).resolve().parent.parent / "static"
CHROMIUM = "/usr/bin/chromium"
COLOURS = 24  # ground, line, dot and the soft edges between them
# Name, edge in pixels, share of the edge that the drawing takes; below 1 its ground fills the whole square.
# Android cuts any shape out of a maskable icon: a middle circle of 80 % is sure to stay. iPhones round a square.
ICONS = (
    ("icon-192", 192, 1.0),
    ("icon-512", 512, 1.0),
    ("maskable-192", 192, 0.9),
    ("maskable-512", 512, 0.9),
    ("apple-touch-icon", 180, 0.95),
)


def page_of(drawing: str, edge: int, share: float) -> str:
    """A page that shows the drawing alone, and nothing around it."""
    ground = "transparent" if share == 1 else drawing.partition('fill="')[2].partition('"')[0]
    style = f"margin:0;display:grid;place-items:center;height:{edge}px;background:{ground}"
    return f'<body style="{style}"><div style="width:{edge * share}px">{drawing}</div>'


def draw(page: Page, drawing: str, edge: int, share: float) -> Image.Image:
    """The drawing as a picture with few colours."""
    page.set_viewport_size({"width": edge, "height": edge})
    page.set_content(page_of(drawing, edge, share))
    picture = Image.open(io.BytesIO(page.screenshot(omit_background=True)))
    return picture.convert("RGBA").quantize(COLOURS, Image.Quantize.FASTOCTREE)


def main() -> None:
    drawing = (STATIC / "icon.svg").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        for name, edge, share in ICONS:
            path = STATIC / "icons" / f"{name}.png"
            draw(page, drawing, edge, share).save(path, optimize=True)
            print(f"{path.name}: {path.stat().st_size} bytes")
        browser.close()


if __name__ == "__main__":
    main()
