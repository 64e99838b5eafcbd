"""What makes a site of the pages, besides mkdocs: pages made of files elsewhere, and links that leave the folder."""

import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?!https?:|mailto:|#)([^)#\s]+)(#[^)]*)?\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The chart's values, the schema and the list of runbooks, which are no pages."""
    values = (ROOT / "charts/yima/values.yaml").read_text("utf-8")
    schema = (ROOT / "gateway/schema.graphql").read_text("utf-8")
    runbooks = sorted((ROOT / "docs/runbooks").glob("*.md"))
    pages = {
        "values.md": f"# The chart's values\n\n```yaml\n{values}```\n",
        "schema.md": f"# The GraphQL schema\n\n```graphql\n{schema}```\n",
        "runbooks.md": "# Runbooks\n\nOne for each alert.\n\n"
        + "\n".join(f"- [{path.stem}](runbooks/{path.name})" for path in runbooks),
    }
    for name, content in pages.items():
        files.append(File.generated(config, name, content=content))
    return files


def on_page_markdown(markdown: str, *, page: Page, files: Files, **_: Any) -> str:
    """A link to a file that is no page becomes its path: the site stands alone."""
    folder = (ROOT / "docs" / page.file.src_uri).parent

    def kept(link: re.Match[str]) -> str:
        text, target, _ = link.groups()
        path = (folder / target).resolve()
        if path.is_relative_to(ROOT / "docs") and files.get_file_from_path(str(path.relative_to(ROOT / "docs"))):
            return link.group()
        shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else target
        return f"{text} (`{shown}`)" if str(shown) != text.strip("`") else f"`{shown}`"

    return LINK.sub(kept, markdown)
