"""Every document of the pages is given to the gateway, which runs no others for strangers."""

from pathlib import Path

DOCUMENTS = Path(__file__).parents[1] / "src" / "documents"


def test_every_module_of_documents_is_in_the_index() -> None:
    modules = {path.name for path in DOCUMENTS.glob("*.ts")} - {"index.ts", "graphql.ts"}
    index = (DOCUMENTS / "index.ts").read_text("utf-8")
    assert {name for name in modules if f'export * from "./{name}";' not in index} == set()
