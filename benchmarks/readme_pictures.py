"""The three pictures of the README, from the published warehouse: a chart, a slide, the page.

    python benchmarks/readme_pictures.py

writes docs/images/{chart,slide,page}.png, each 1200 pixels wide. Needs LibreOffice (`soffice`),
`pdftoppm` (poppler-utils) and Chromium on the path, and the packages of the extra `test`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "images"
WIDTH, PAGE_HEIGHT = 1200, 800
CHART, SLIDE, CLAIMS = "c01-extreme-poverty-areas", "c07-women", "C01,C07"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def run(*command: str | Path) -> None:
    """Run a command; its output is shown where it fails."""
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=300)
    if done.returncode:
        sys.exit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def save(image: Image.Image, name: str) -> None:
    """A picture of the README: as wide as all, in 256 colours."""
    height = round(image.height * WIDTH / image.width)
    small = image.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
    path = FOLDER / f"{name}.png"
    small.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.name}: {small.width} x {small.height}, {path.stat().st_size / 1000:.0f} kB")


def slide_of(folder: Path) -> Image.Image:
    """The slide as LibreOffice draws it, found by the text of its foot."""
    run("soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, next(folder.glob("*.pptx")))
    (pdf,) = folder.glob("*.pdf")
    text = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True).stdout
    number = next(n for n, page in enumerate(text.split("\f"), 1) if SLIDE in page.split())
    run("pdftoppm", "-png", "-r", "150", "-f", number, "-l", number, "-singlefile", pdf, folder / "slide")
    return Image.open(folder / "slide.png")


def page_of(folder: Path) -> Image.Image:
    """The page in a browser, at the chart."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None) or sys.exit("no Chromium on the path")
    (page,) = (folder / "site").glob("*.html")
    shot = folder / "page.png"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        view = opened.new_page(viewport={"width": WIDTH, "height": PAGE_HEIGHT})
        view.goto(f"{page.as_uri()}#{CHART}")
        view.wait_for_selector(f"#{CHART} .plot svg")
        view.evaluate("() => window.scrollBy(0, -40)")
        view.screenshot(path=shot)
        opened.close()
    return Image.open(shot)


def main() -> None:
    """Draw the figures of two claims, and take the pictures from them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(sys.executable, "-m", "localsdg", "figures", "--claim", CLAIMS, "--output", folder)
        save(Image.open(folder / f"{CHART}.png"), "chart")
        save(slide_of(folder), "slide")
        save(page_of(folder), "page")


if __name__ == "__main__":
    main()
