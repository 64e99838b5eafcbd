"""Generate `proto/gen` from the contracts: messages with their types, and one client class a service.

Run by `make proto`; `make check` runs it with `--check` and fails when the committed code is stale.
"""

import filecmp
import subprocess
import sys
import tempfile
from pathlib import Path

from google.protobuf import descriptor_pb2
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet, ServiceDescriptorProto

HERE = Path(__file__).parent


def main() -> int:
    if "--check" not in sys.argv:
        generate(HERE / "gen")
        return 0
    with tempfile.TemporaryDirectory() as fresh:
        generate(Path(fresh))
        stale = differing(Path(fresh), HERE / "gen")
    if stale:
        sys.stderr.write(f"proto/gen is stale: {', '.join(sorted(stale))}; run `make proto`\n")
    return 1 if stale else 0


def generate(out: Path) -> None:
    """Write every message module and client below `out`."""
    files = sorted(str(path.relative_to(HERE)) for path in (HERE / "yima").rglob("*.proto"))
    descriptors = out / "descriptors.bin"
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{HERE}", f"--python_out={out}", f"--pyi_out={out}"]
    command += [f"--descriptor_set_out={descriptors}", "--include_source_info"]
    subprocess.run([*command, *files], check=True)  # noqa: S603 our own compiler on our own files
    parsed = FileDescriptorSet.FromString(descriptors.read_bytes())
    descriptors.unlink()
    homes = {f".{file.package}.{message.name}": file for file in parsed.file for message in file.message_type}
    for file in parsed.file:
        for index, service in enumerate(file.service):
            target = out / Path(file.name).with_name("client.py")
            target.write_text(client_module(file, index, service, homes), encoding="utf-8")
    for folder in {out / Path(file.name).parent for file in parsed.file}:
        (folder / "__init__.py").touch()
        (folder / "py.typed").touch()


def client_module(
    file: FileDescriptorProto, index: int, service: ServiceDescriptorProto, homes: dict[str, FileDescriptorProto]
) -> str:
    """A class with one typed method a route, for use with `chassis.client.Client`."""
    name = service.name.removesuffix("Api")
    used = {homes[kind].name for method in service.method for kind in (method.input_type, method.output_type)}
    imports = "\n".join(f"from {module(path).rpartition('.')[0]} import {stem(path)}" for path in sorted(used))
    lines = [
        '"""Generated from the contract; do not edit."""',
        "",
        "from chassis.client import Client",
        imports,
        "",
        "",
        f"class {name}Client(Client):",
        f'    """{comment(file, [6, index])}"""',
        "",
        f'    service = {stem(file.name)}.DESCRIPTOR.services_by_name["{service.name}"]',
    ]
    for position, method in enumerate(service.method):
        request, answer = (
            f"{stem(homes[kind].name)}.{kind.rpartition('.')[2]}" for kind in (method.input_type, method.output_type)
        )
        lines += [
            "",
            f"    async def {snake(method.name)}(",
            f'        self, request: {request}, token: str = "", key: str = ""',
            f"    ) -> {answer}:",
            f'        """{comment(file, [6, index, 2, position])}"""',
            f'        return await self.call("{method.name}", request, {answer}, token, key)',
        ]
    return "\n".join(lines) + "\n"


def comment(file: FileDescriptorProto, path: list[int]) -> str:
    """The contract's own comment on the thing at `path`, on one line."""
    spots: dict[tuple[int, ...], descriptor_pb2.SourceCodeInfo.Location] = {
        tuple(spot.path): spot for spot in file.source_code_info.location
    }
    return " ".join(spots[tuple(path)].leading_comments.split())


def module(path: str) -> str:
    return path.removesuffix(".proto").replace("/", ".") + "_pb2"


def stem(path: str) -> str:
    return module(path).rpartition(".")[2]


def snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def differing(left: Path, right: Path) -> set[str]:
    """Paths below `left` or `right` that are not the same in both."""
    names = {
        str(path.relative_to(side))
        for side in (left, right)
        for path in side.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    return {
        name
        for name in names
        if not ((left / name).exists() and (right / name).exists())
        or not filecmp.cmp(left / name, right / name, shallow=False)
    }


if __name__ == "__main__":
    sys.exit(main())
