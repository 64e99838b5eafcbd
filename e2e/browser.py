"""A browser for the tests of the pages: Chromium as npm's `@sparticuz/chromium` ships it, driven by playwright."""

import io
import os
import tarfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

from devstack.published import from_npm

CHROMIUM = ("@sparticuz/chromium", "153.0.0", "20e5656fcdcf4118ede85edfb9d6bb9cc1bbb7ffb8b75622fffbcf36a835c3c0")
AXE = ("axe-core", "4.14.1", "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745")
# Chinese and Arabic letters for pictures: a browser of a test has none, and needs none.
NOTO = {
    "NotoSansSC": (
        "@expo-google-fonts/noto-sans-sc",
        "0.4.3",
        "0d69d0f4971d2ff574e3d93cbc218dc950bf3f3f8f8e2c008d97687ed53aee59",
    ),
    "NotoSansArabic": (
        "@expo-google-fonts/noto-sans-arabic",
        "0.4.3",
        "29e966f9d48a4ce7dd3c2c4c016f29cd888089538217303fb2c87de9e7f048ed",
    ),
}
WEIGHTS = ("400Regular", "700Bold")
PHONE = {"width": 390, "height": 844}
TABLET = {"width": 820, "height": 1180}
DESK = {"width": 1280, "height": 900}
ARGUMENTS = (
    "--no-sandbox",
    "--no-zygote",
    "--headless=shell",
    "--disable-gpu",
    "--in-process-gpu",
    "--use-gl=angle",
    "--use-angle=swiftshader",
)
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/fonts</dir><dir>{more}</dir><dir>/usr/share/fonts</dir><cachedir>{folder}/kept</cachedir></fontconfig>
"""


def unpacked() -> Path:
    """The folder with Chromium and the libraries it needs, unpacked once into the user's cache."""
    import brotli

    archive = from_npm(*CHROMIUM)
    folder = archive.with_suffix("")
    if (folder / "fonts.conf").is_file():
        return folder
    with tarfile.open(archive) as package:
        for name in ("chromium", "al2023.tar", "swiftshader.tar", "fonts.tar"):
            member = package.extractfile(f"package/bin/{name}.br")
            assert member is not None
            content = brotli.decompress(member.read())
            folder.mkdir(parents=True, exist_ok=True)
            if name == "chromium":
                (folder / name).write_bytes(content)
                (folder / name).chmod(0o755)
            else:
                with tarfile.open(fileobj=io.BytesIO(content)) as inner:
                    inner.extractall(folder, filter="data")
    (folder / "fonts.conf").write_text(FONTS.format(folder=folder, more=folder / "fonts"))
    return folder


def with_fonts() -> Path:
    """A configuration of fonts with Chinese and Arabic letters, fetched once into the user's cache."""
    folder = unpacked()
    fonts, configured = folder / "noto", folder / "noto.conf"
    if not configured.is_file():
        fonts.mkdir(exist_ok=True)
        for family, package in NOTO.items():
            with tarfile.open(from_npm(*package)) as archive:
                for weight in WEIGHTS:
                    font = archive.extractfile(f"package/{weight}/{family}_{weight}.ttf")
                    assert font is not None
                    (fonts / f"{family}-{weight}.ttf").write_bytes(font.read())
        configured.write_text(FONTS.format(folder=folder, more=fonts))
    return configured


@asynccontextmanager
async def browser(camera: Path | None = None, fonts: Path | None = None) -> AsyncGenerator[Any]:
    """A running browser, of playwright's `Browser`. Raises `NotFetched` where it cannot be had.

    With a `camera`, its camera sees that file's pictures, over and over: a file of JPEGs that is called `.mjpeg`, read
    each time the camera is used. `fonts` is a configuration of more fonts than Chromium brings.
    """
    from playwright.async_api import async_playwright

    folder = unpacked()
    more = {"LD_LIBRARY_PATH": str(folder / "lib"), "FONTCONFIG_FILE": str(fonts or folder / "fonts.conf")}
    arguments = [*ARGUMENTS]
    if camera is not None:
        arguments += ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
        arguments += [f"--use-file-for-fake-video-capture={camera}"]
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(
            executable_path=str(folder / "chromium"), args=arguments, env={**os.environ, **more}
        )
        try:
            yield opened
        finally:
            await opened.close()


@cache
def axe() -> str:
    """The script of axe-core, which finds what people who cannot see or use a mouse cannot use."""
    with tarfile.open(from_npm(*AXE)) as package:
        member = package.extractfile("package/axe.js")
        assert member is not None
        return member.read().decode()


async def inaccessible(page: Any) -> list[str]:
    """What axe-core finds in a page: each rule that is broken, and where. React Aria's announcer is left out: it keeps
    for seconds what it announced, of buttons that have gone since."""
    await page.evaluate(axe())
    found = await page.evaluate("axe.run({exclude: [['[data-live-announcer]']]}, {resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {rule['help']}: {', '.join(node['target'][0] for node in rule['nodes'][:3])}"
        for rule in found["violations"]
    ]


NAMED = {"button", "checkbox", "combobox", "heading", "img", "link", "radio", "searchbox", "switch", "textbox"}


async def nameless(page: Any) -> list[str]:
    """What a screen reader has no name for, though it says that it is there: of the tree that the browser gives it."""
    devtools = await page.context.new_cdp_session(page)
    try:
        nodes = (await devtools.send("Accessibility.getFullAXTree"))["nodes"]
    finally:
        await devtools.detach()
    said = [node for node in nodes if not node["ignored"] and node.get("role", {}).get("value") in NAMED]
    return [
        f"{node['role']['value']} has no name" for node in said if not node.get("name", {}).get("value", "").strip()
    ]
