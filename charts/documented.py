"""The commands that a page of the documents has in its shell blocks."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path


def commands(page: Path) -> Iterator[tuple[str, list[str]]]:
    """The commands of a page's shell blocks, each on a line or several: as written, and its words without comments."""
    for block in re.findall(r"```(?:sh|console|bash)\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
        for line in re.sub(r"\\\n\s*", " ", block).splitlines():
            bare = re.sub(r"(^|\s)#.*", "", line).strip().removeprefix("$ ")
            for part in re.split(r"\s(?:&&|\|)\s", bare):
                try:
                    words = shlex.split(part)
                except ValueError:
                    continue  # a text over several lines
                while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
                    words.pop(0)
                if words:
                    yield line.strip(), words
