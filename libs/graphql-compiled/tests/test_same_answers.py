"""Generated schemas, data and operations: the compiled operation answers, and behaves, exactly as graphql-core does."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from devstack.samples import examples
from graphql import (
    ExecutionResult,
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    GraphQLUnionType,
    execute,
    is_abstract_type,
    is_enum_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
    parse,
    validate,
)
from graphql.pyutils import Undefined
from graphql_compiled import CompiledOperation, compile_operation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


class Shade(Enum):
    LIGHT = 1
    DARK = 2


def serialize_stamp(value: Any) -> Any:
    if value == "bad":
        raise ValueError("not a stamp")
    return None if value == "none" else {"stamp": value}


STAMP = GraphQLScalarType("Stamp", serialize=serialize_stamp)
SHADE = GraphQLEnumType("Shade", {"LIGHT": Shade.LIGHT, "DARK": Shade.DARK})
SIZE = GraphQLEnumType("Size", {"SMALL": "s", "LARGE": "l"})
RANK = GraphQLEnumType("Rank", {"FIRST": 1, "SECOND": 2})
LEAVES: dict[Any, list[Any]] = {
    GraphQLString: ["text", "", "名", 7, 1.5, True, ["no"]],
    GraphQLInt: [0, 5, -3, True, 2**31, "12", "x", 1.0, 1.5],
    GraphQLFloat: [0.5, 3, float("nan"), "2.5", True],
    GraphQLBoolean: [True, False, 1, "yes", 0.0],
    GraphQLID: ["id", 12, 1.0, True],
    STAMP: ["today", "bad", "none", 3],
    SHADE: [Shade.LIGHT, Shade.DARK, 1, "LIGHT"],
    SIZE: ["s", "l", "m", 1, []],
    RANK: [1, 2, 3, True, 1.0],
}
FILTER = GraphQLInputObjectType(
    "Filter",
    lambda: {
        "text": GraphQLInputField(GraphQLString, default_value="any"),
        "least": GraphQLInputField(GraphQLNonNull(GraphQLInt)),
        "sizes": GraphQLInputField(GraphQLList(SIZE)),
    },
)
ARGUMENTS: dict[str, tuple[GraphQLArgument, list[str]]] = {
    "count": (GraphQLArgument(GraphQLInt, default_value=3), ["1", "null", "$n", "$m"]),
    "text": (GraphQLArgument(GraphQLString, out_name="words"), ['"a"', "$s"]),
    "size": (GraphQLArgument(SIZE), ["SMALL", "LARGE"]),
    "many": (GraphQLArgument(GraphQLList(GraphQLNonNull(GraphQLInt))), ["[1, 2]", "3", "$l", "[4, $m]"]),
    "filter": (GraphQLArgument(FILTER), ["{least: 1}", "{least: $m, sizes: [SMALL]}", "$f"]),
}
VARIABLES = '$b0: Boolean!, $b1: Boolean! = true, $n: Int, $m: Int! = 4, $s: String = "s", $l: [Int!], $f: Filter'


@dataclass(frozen=True)
class Value:
    value: Any


@dataclass(frozen=True)
class Error:
    """An exception that is raised, or returned as a value."""

    message: str
    raised: bool
    graphql: bool = False

    def make(self) -> Exception:
        return GraphQLError(self.message, extensions={"code": "X"}) if self.graphql else ValueError(self.message)


@dataclass(frozen=True)
class Later:
    content: Any
    ticks: int


@dataclass(frozen=True)
class Called:
    content: Any


@dataclass(frozen=True)
class Items:
    contents: tuple[Any, ...]
    kind: str
    breaks: bool = False


@dataclass(frozen=True)
class Thing:
    typename: str
    contents: dict[str, Any]
    mapping: bool
    claims: str


@dataclass
class World:
    """A schema with the recipes of its data. Each execution makes the data again, so that coroutines are fresh."""

    random: Random
    log: list[Any] = field(default_factory=list)
    coroutines: list[Any] = field(default_factory=list)
    objects: list[GraphQLObjectType] = field(default_factory=list)
    resolvers: dict[str, str] = field(default_factory=dict)
    checks: dict[str, str] = field(default_factory=dict)

    # schema

    def build(self) -> GraphQLSchema:
        count = self.random.randint(1, 3)
        self.interface = GraphQLInterfaceType(
            "Named", lambda: self.fields("Named"), resolve_type=self.type_resolver("Named")
        )
        self.fields_of: dict[str, dict[str, GraphQLField]] = {}
        for index in range(count):
            name = f"Object{index}"
            implements = [self.interface] if index == 0 or self.random.random() < 0.5 else []
            self.objects.append(
                GraphQLObjectType(
                    name,
                    lambda name=name, implements=implements: {
                        **(self.fields("Named") if implements else {}),
                        **self.fields(name),
                    },
                    interfaces=implements,
                    is_type_of=self.predicate(name),
                )
            )
        self.union = GraphQLUnionType("Either", self.objects, resolve_type=self.type_resolver("Either"))
        self.query = GraphQLObjectType("Query", lambda: self.fields("Query"))
        self.mutation = GraphQLObjectType("Mutation", lambda: self.fields("Mutation"))
        return GraphQLSchema(self.query, self.mutation, types=[*self.objects, FILTER, GraphQLInt, GraphQLString])

    def fields(self, owner: str) -> dict[str, GraphQLField]:
        if owner not in self.fields_of:
            built = {}
            for index in range(self.random.randint(1, 4)):
                name = f"{owner.lower()}{index}"
                arguments = {}
                kind = self.random.choice(["default", "default", "default", "sync", "async"])
                if self.random.random() < 0.25:
                    arguments = {n: ARGUMENTS[n][0] for n in self.random.sample(sorted(ARGUMENTS), 2)}
                self.resolvers[name] = kind
                resolve = None if kind == "default" else self.resolver(name, kind)
                built[name] = GraphQLField(self.type(0), args=arguments, resolve=resolve)
            self.fields_of[owner] = built
        return self.fields_of[owner]

    def type(self, depth: int) -> GraphQLOutputType:
        choice = self.random.random()
        if depth < 3 and choice < 0.3:
            inner = self.type(depth + 1)
            return inner if is_non_null_type(inner) else GraphQLNonNull(inner)
        if depth < 3 and choice < 0.5:
            return GraphQLList(self.type(depth + 1))
        if choice < 0.75:
            return self.random.choice(list(LEAVES))
        if choice < 0.9:
            return self.random.choice(self.objects)
        return self.random.choice([self.interface, self.union])

    def resolver(self, name: str, kind: str) -> Callable[..., Any]:
        def resolve(source: Any, info: Any, **arguments: Any) -> Any:
            self.note(name, info, arguments)
            return make(self, contents_of(source)[name])

        async def resolve_later(source: Any, info: Any, **arguments: Any) -> Any:
            self.note(name, info, arguments)
            await asyncio.sleep(0)
            self.log.append(("resumed", name))
            return make(self, contents_of(source)[name])

        return resolve if kind == "sync" else resolve_later

    def note(self, name: str, info: Any, arguments: dict[str, Any]) -> None:
        self.log.append(
            (
                name,
                info.path,
                info.field_name,
                [node.loc.start for node in info.field_nodes],
                str(info.return_type),
                info.parent_type.name,
                info.context,
                info.variable_values.coerced,
                sorted(info.fragments),
                info.operation.operation,
                repr(arguments),
            )
        )

    def type_resolver(self, name: str) -> Callable[..., Any] | None:
        kind = self.checks.setdefault(name, self.random.choice(["sync", "async", "default"]))
        if kind == "default":
            return None

        def resolve(value: Any, info: Any, _type: Any) -> Any:
            self.log.append(("type", info.path, info.field_name))
            claimed = claim_of(value)
            if claimed == "raises":
                raise TypeError("no type")
            return claimed

        async def resolve_later(value: Any, info: Any, type_: Any) -> Any:
            await asyncio.sleep(0)
            return resolve(value, info, type_)

        return resolve if kind == "sync" else resolve_later

    def predicate(self, name: str) -> Callable[..., Any] | None:
        kind = self.checks.setdefault(name, self.random.choice(["sync", "async", "none", "none"]))
        if kind == "none":
            return None

        def is_type_of(value: Any, info: Any) -> Any:
            self.log.append(("is", name, info.path))
            return typename_of(value) == name

        async def is_type_of_later(value: Any, info: Any) -> Any:
            await asyncio.sleep(0)
            return is_type_of(value, info)

        return is_type_of if kind == "sync" else is_type_of_later

    # data

    def thing(self, object_type: GraphQLObjectType, depth: int) -> Thing:
        contents = {}
        for name, definition in object_type.fields.items():
            kind = self.resolvers[name]
            contents[name] = self.content(definition.type, depth, kind == "default" and not definition.args)
        claims = object_type.name
        if self.random.random() < 0.06:
            claims = self.random.choice(["Missing", "raises", "Query", "String", 3, None])
        return Thing(object_type.name, contents, self.random.random() < 0.35, claims)

    def content(self, type_: Any, depth: int, read: bool = False, item: bool = False) -> Any:
        """What a field or item of the type holds: mostly a value of it, sometimes what resolvers get wrong."""
        chance = self.random.random()
        content: Any
        if chance < 0.04:
            content = Value(None if chance < 0.035 else Undefined)
        elif chance < 0.07:
            raised = self.random.random() < 0.6 and not item
            content = Error(f"broken {self.random.randint(0, 9)}", raised, self.random.random() < 0.3)
        elif chance < 0.11:
            content = Later(self.content(type_, depth), self.random.randint(0, 2))
        elif chance < 0.14 and read:
            content = Called(self.content(type_, depth))
        elif is_non_null_type(type_):
            content = self.content(type_.of_type, depth, read, item)
        elif chance > 0.99:
            content = Value("of no such type")
        elif is_list_type(type_):
            content = self.items(type_, depth)
        elif is_abstract_type(type_) or is_object_type(type_):
            content = Value(None) if depth >= 4 else self.thing(self.random.choice(self.possible(type_)), depth + 1)
        else:
            values = LEAVES[type_]
            usual = values[0] if not is_enum_type(type_) else self.random.choice(values[:2])
            content = Value(usual if self.random.random() < 0.8 else self.random.choice(values))
        return content

    def items(self, type_: Any, depth: int) -> Items:
        size = self.random.randint(0, 3) if depth < 4 else 0
        kind = self.random.choice(["list", "list", "list", "list", "tuple", "generator", "async"])
        contents = tuple(self.content(type_.of_type, depth + 1, item=True) for _ in range(size))
        return Items(contents, kind, self.random.random() < 0.1)

    def possible(self, type_: Any) -> list[GraphQLObjectType]:
        if type_ is self.union or self.random.random() < 0.02:
            return self.objects
        return [type_] if type_ is not self.interface else [o for o in self.objects if self.interface in o.interfaces]

    # operations

    def operation(self, root: GraphQLObjectType, keyword: str) -> str:
        self.fragments: dict[str, str] = {}
        self.written: dict[str, str] = {}
        body = self.selection(root, 0)
        return f"{keyword} Op({VARIABLES}) {body}\n" + "\n".join(self.fragments.values())

    def selection(self, type_: Any, depth: int) -> str:
        parts = [self.one_selection(type_, depth) for _ in range(self.random.randint(1, 4))]
        return "{ " + " ".join(parts) + " }"

    def one_selection(self, type_: Any, depth: int) -> str:
        chance = self.random.random()
        if chance < 0.08:
            return f"{self.random.choice(['', 'kind: '])}__typename{self.condition()}"
        if depth < 6 and (chance < 0.25 or type_ is self.union):
            target = type_
            if is_abstract_type(type_):
                target = self.random.choice([*self.objects, self.interface, type_])
                if type_ is self.interface:
                    target = self.random.choice([o for o in self.objects if self.interface in o.interfaces] + [type_])
            elif self.interface in getattr(type_, "interfaces", ()) and self.random.random() < 0.5:
                target = self.interface
            body = self.selection(target, depth + 1)
            if self.random.random() < 0.5:
                return f"... on {target.name}{self.condition()} {body}"
            name = f"F{len(self.fragments)}"
            self.fragments[name] = ""
            self.fragments[name] = f"fragment {name} on {target.name} {body}"
            return f"...{name}{self.condition()}"
        if type_ is self.union:
            return "__typename"
        name, definition = self.random.choice(list(type_.fields.items()))
        inner: Any = definition.type
        while is_non_null_type(inner) or is_list_type(inner):
            inner = inner.of_type
        composite = is_object_type(inner) or is_abstract_type(inner)
        if composite and depth >= 4:
            return "__typename"
        alias, arguments = "", ""
        if definition.args:
            variant = self.random.randint(0, 1)
            alias = f"{name}_{variant}: "
            arguments = self.written.setdefault(alias, self.arguments(definition))
        elif self.random.random() < 0.2:
            alias = f"also_{name}: "
        return f"{alias}{name}{arguments}{self.condition()} {self.selection(inner, depth + 1) if composite else ''}"

    def arguments(self, definition: GraphQLField) -> str:
        chosen = [name for name in definition.args if self.random.random() < 0.7]
        written = ", ".join(f"{name}: {self.random.choice(ARGUMENTS[name][1])}" for name in chosen)
        return f"({written})" if written else ""

    def condition(self) -> str:
        if self.random.random() < 0.75:
            return ""
        return f" @{self.random.choice(['include', 'skip'])}(if: {self.random.choice(['$b0', '$b1', 'true', 'false'])})"

    def variables(self) -> dict[str, Any]:
        values: dict[str, Any] = {"b0": self.random.random() < 0.5}
        offers: dict[str, list[Any]] = {
            "b1": [True, False],
            "n": [1, None, 2.0],
            "m": [8],
            "s": ["text", None],
            "l": [[1, 2], 5, None],
            "f": [{"least": 2}, {"least": 1, "text": None, "sizes": ["LARGE"]}, None],
        }
        for name, offered in offers.items():
            if self.random.random() < 0.4:
                values[name] = self.random.choice(offered)
        if self.random.random() < 0.04:
            values[self.random.choice(["b0", "n", "l", "f"])] = self.random.choice(["wrong", {"least": "x"}, [None]])
        return values


def make(world: World, content: Any) -> Any:
    """The value of a recipe; raises when the recipe is of an exception that is raised."""
    match content:
        case Value(value):
            built = value
        case Error() as error:
            built = error.make()
            if error.raised:
                raise built
        case Later():
            built = later(world, content)
            world.coroutines.append(built)
        case Called(inner):

            def built(info: Any, **arguments: Any) -> Any:
                world.note("called", info, arguments)
                return make(world, inner)

        case Items():
            built = make_items(world, content)
        case Thing():
            built = make_thing(world, content)
    return built


async def later(world: World, recipe: Later) -> Any:
    for _ in range(recipe.ticks):
        await asyncio.sleep(0)
    world.log.append("later")
    return make(world, recipe.content)


def make_items(world: World, items: Items) -> Any:
    def generate() -> Iterator[Any]:
        for inner in items.contents:
            yield make(world, inner)
        if items.breaks and items.kind in {"generator", "async"}:
            raise ValueError("the list broke")

    async def generate_later() -> AsyncIterator[Any]:
        for value in generate():
            yield value

    match items.kind:
        case "async":
            return generate_later()
        case "generator":
            return generate()
        case kind:
            return (list if kind == "list" else tuple)(generate())


def make_thing(world: World, thing: Thing) -> Any:
    names = {name for name in thing.contents if world.resolvers[name] == "default"}
    raising = {name: c for name, c in thing.contents.items() if isinstance(c, Error) and c.raised and name in names}
    plain = {name: thing.contents[name] for name in thing.contents if name in names and name not in raising}
    if thing.mapping:
        built: Any = {name: make(world, content) for name, content in plain.items()}
        built |= {"__contents": thing.contents, "__is": thing.typename, "__claims": thing.claims}
        if isinstance(thing.claims, str):
            built["__typename"] = thing.claims
        return built

    def raises(content: Error) -> property:
        def get(_self: Any) -> Any:
            raise content.make()

        return property(get)

    bases = {name: raises(content) for name, content in raising.items()}
    built = type("Source", (SimpleNamespace,), bases)()
    for name, content in plain.items():
        setattr(built, name, make(world, content))
    built._contents, built._is, built._claims = thing.contents, thing.typename, thing.claims
    if isinstance(thing.claims, str):
        built._Source__typename = thing.claims
    return built


def contents_of(source: Any) -> dict[str, Any]:
    return source["__contents"] if isinstance(source, dict) else source._contents


def typename_of(value: Any) -> Any:
    return value.get("__is") if isinstance(value, dict) else getattr(value, "_is", None)


def claim_of(value: Any) -> Any:
    return value.get("__claims") if isinstance(value, dict) else getattr(value, "_claims", None)


def seen(result: ExecutionResult) -> Any:
    errors = [
        (error.message, error.path, error.locations, error.extensions, type(error.original_error))
        for error in result.errors or ()
    ]
    return json.dumps(result.data, default=lambda value: type(value).__name__), errors, result.errors is None


async def execute_with_graphql_core(*args: Any) -> ExecutionResult:
    result = execute(*args)
    return result if isinstance(result, ExecutionResult) else await result


# graphql-core leaves coroutines unawaited when it cancels what would have awaited them.
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@settings(max_examples=examples(150), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False), st.sampled_from(["query", "query", "mutation"]))
def test_any_operation_over_any_schema_has_the_data_errors_and_order_of_effects_of_graphql_core(
    random: Random, keyword: str
) -> None:
    check(random, keyword)


def check(random: Random, keyword: str) -> None:
    world = World(random)
    schema = world.build()
    root_type = world.query if keyword == "query" else world.mutation
    root = world.thing(root_type, 0)
    source = world.operation(root_type, keyword)
    document = parse(source)
    unused = [e for e in validate(schema, document) if "never used" not in e.message]
    if unused:  # fragments may be impossible, and nothing else
        assert all("can never be of type" in e.message for e in unused), (unused, source)
    compiled = compile_operation(schema, document)
    assert isinstance(compiled, CompiledOperation), compiled

    for _ in range(2):
        variables = world.variables()

        async def run(execution: Callable[..., Any], variables: dict[str, Any] = variables) -> tuple[Any, list[Any]]:
            world.log = []
            result = await execution(make(world, root), "context", variables)
            for _ in range(4):
                await asyncio.sleep(0)
            for coroutine in world.coroutines:  # those in attributes that no field selects were never awaited
                coroutine.close()
            world.coroutines = []
            return seen(result), world.log

        expected = asyncio.run(run(lambda *args: execute_with_graphql_core(schema, document, *args)))
        actual = asyncio.run(run(compiled.execute))
        assert actual[0] == expected[0], source
        assert actual[1] == expected[1], source
