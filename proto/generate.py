"""Generate `proto/gen` from the contracts: messages with their types, one client class a service, and what the gateway
shows clients: enums (`enums.py`, with types) and what the contracts say of names (`comments.py`). Of `services.toml`
it makes `yima.services`.

Run by `make proto`; `make check` runs it with `--check` and fails when the committed code is stale.
"""

import filecmp
import re
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    ServiceDescriptorProto,
    SourceCodeInfo,
)

HERE = Path(__file__).parent
SERVICES = HERE.parent / "services" / "services.toml"


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
    packages: defaultdict[Path, list[FileDescriptorProto]] = defaultdict(list)
    for file in parsed.file:
        packages[out / Path(file.name).parent].append(file)
    for folder, contents in packages.items():
        (folder / "comments.py").write_text(comments_module(contents), encoding="utf-8")
        if any(file.enum_type for file in contents):
            (folder / "enums.py").write_text(enums_module(contents), encoding="utf-8")
            (folder / "enums.pyi").write_text(enums_stub(contents), encoding="utf-8")
        (folder / "__init__.py").touch()
        (folder / "py.typed").touch()
    (out / "yima" / "services.py").write_text(services_module(), encoding="utf-8")


def services_module() -> str:
    """Every service and its port, for whoever needs the list: it is the only one."""
    ports = tomllib.loads(SERVICES.read_text("utf-8"))["services"]
    lines = ['"""Generated from services/services.toml; do not edit."""', "", "PORTS = {"]
    lines += [f'    "{name}": {port},' for name, port in ports.items()]
    return "\n".join([*lines, "}", "SERVICES = tuple(PORTS)"]) + "\n"


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


def enums_module(files: list[FileDescriptorProto]) -> str:
    """The package's enums as Python has them, by the names that clients see: without the prefix, and without zero."""
    lines = ['"""Generated from the contract; do not edit."""', "", "from enum import IntEnum"]
    for file in files:
        for index, enum in enumerate(file.enum_type):
            lines += ["", "", f"class {enum.name}(IntEnum):"]
            if text := comment(file, [5, index]):
                lines += [f'    """{text}"""', ""]
            lines += [f"    {name} = {number}" for name, number in values(enum)]
    return "\n".join(lines) + "\n"


def enums_stub(files: list[FileDescriptorProto]) -> str:
    """Their types: a member is a value of the contract's enum, so that a request takes it as it is."""
    used = [file for file in files if file.enum_type]
    lines = ["from collections.abc import Iterator", "from typing import ClassVar", ""]
    lines += ["from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper"]
    lines += [f"from {module(file.name).rpartition('.')[0]} import {stem(file.name)}" for file in used]
    lines += ["", "class _Members(EnumTypeWrapper):", "    def __iter__[E](cls: type[E]) -> Iterator[E]: ..."]
    for file in used:
        for enum in file.enum_type:
            lines += ["", f"class {enum.name}({stem(file.name)}.{enum.name}, metaclass=_Members):"]
            lines += ["    name: str", "    value: int"]
            lines += [f"    {name}: ClassVar[{enum.name}]" for name, _ in values(enum)]
    return "\n".join(lines) + "\n"


def values(enum: EnumDescriptorProto) -> list[tuple[str, int]]:
    """The members' names without the enum's own, and their numbers; not the zero, which means none."""
    prefix = snake(enum.name).upper() + "_"
    return [(value.name.removeprefix(prefix), value.number) for value in enum.value if value.number]


def comments_module(files: list[FileDescriptorProto]) -> str:
    """What the package's contracts say of each name to everybody: the first paragraph of its comment, where that is a
    sentence. Further paragraphs, and what is no sentence, are notes among engineers."""
    lines = ['"""Generated from the contract; do not edit."""', "", "COMMENTS = {"]
    for file in files:
        spots = spots_of(file)
        for name, path in named(file):
            spot = spots[path]
            comment = " ".join((spot.leading_comments or spot.trailing_comments).split("\n\n")[0].split())
            if comment.endswith((".", "?")):
                lines.append(f"    {name!r}: {comment!r},")
    return "\n".join([*lines, "}"]) + "\n"


def named(file: FileDescriptorProto) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The messages, fields, enums and their members, each with its place in the file."""
    for index, message in enumerate(file.message_type):
        yield from fields_of(message, (4, index), message.name)
    for index, enum in enumerate(file.enum_type):
        yield enum.name, (5, index)
        prefix = snake(enum.name).upper() + "_"
        for member, value in enumerate(enum.value):
            yield f"{enum.name}.{value.name.removeprefix(prefix)}", (5, index, 2, member)


def fields_of(message: DescriptorProto, path: tuple[int, ...], name: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield name, path
    for number, field in enumerate(message.field):
        yield f"{name}.{field.name}", (*path, 2, number)


def comment(file: FileDescriptorProto, path: list[int]) -> str:
    """The contract's own comment on the thing at `path`, on one line."""
    return " ".join(spots_of(file)[tuple(path)].leading_comments.split())


def spots_of(file: FileDescriptorProto) -> dict[tuple[int, ...], SourceCodeInfo.Location]:
    return {tuple(spot.path): spot for spot in file.source_code_info.location}


def module(path: str) -> str:
    return path.removesuffix(".proto").replace("/", ".") + "_pb2"


def stem(path: str) -> str:
    return module(path).rpartition(".")[2]


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


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
