"""OpenAPI 3.1 for a contract, from its descriptors, and a page to read it on that loads nothing from elsewhere."""

import html
import importlib
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor, ServiceDescriptor
from litestar import MediaType, Response, get
from litestar.handlers import BaseRouteHandler
from yima.common.v1.route_pb2 import Duty, GuardianAct, Role

from chassis import problems
from chassis.ids import snake
from chassis.refusals import Refusal
from chassis.routes import policy

type Json = dict[str, Any]
PROBLEM_FIELDS: Json = {
    "type": {"type": "string", "examples": ["urn:yima:problem:slot-taken"]},
    "title": {"type": "string"},
    "status": {"type": "integer"},
    "detail": {"type": "string"},
    "field": {"type": "string", "description": "The field at fault, where there is one."},
}
PROBLEM_TYPE = "application/problem+json"
OF_STRANGERS = (401, 403)  # what a public route refuses nobody with, but by rules of its own
OF_BODIES = (408, 413, 415)  # what only a request with a body is refused with


def handlers(contract: ServiceDescriptor, refusals: problems.Statuses) -> Sequence[BaseRouteHandler]:
    """`/openapi.json` and `/docs`."""
    document = describe(contract, refusals)
    rendered = page(document)

    @get("/openapi.json", include_in_schema=False)
    async def openapi() -> Response[Json]:
        return Response(document)

    @get("/docs", include_in_schema=False, media_type=MediaType.HTML)
    async def docs() -> str:
        return rendered

    return [openapi, docs]


def describe(contract: ServiceDescriptor, refusals: problems.Statuses) -> Json:
    """The whole document."""
    client = importlib.import_module(f"{contract.file.package}.client")
    client_class = getattr(client, f"{contract.name.removesuffix('Api')}Client")
    schemas: Json = problem_schemas(contract, refusals)
    responses = refusal_responses(contract, refusals)
    paths: dict[str, Json] = {}
    for method in contract.methods:
        verb, path, _ = policy(method)
        paths.setdefault(path, {})[verb.lower()] = operation(
            method, getattr(client_class, snake(method.name)).__doc__, schemas, sorted(responses)
        )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": contract.name,
            "version": contract.file.package.rpartition(".")[2],
            "description": client_class.__doc__,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "contact": {"name": "Whoever operates this city's Yima"},
        },
        "servers": [{"url": "/", "description": "Where this document is served."}],
        "tags": [{"name": tag_of(contract), "description": client_class.__doc__}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {component_of(status): response for status, response in responses.items()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def tag_of(contract: ServiceDescriptor) -> str:
    return contract.file.package.split(".")[1]


def component_of(status: int) -> str:
    return f"Refused{status}"


def refusal_responses(contract: ServiceDescriptor, refusals: problems.Statuses) -> dict[int, Json]:
    """What is answered with each status of a refusal: one of the refusals that have it."""
    by_status: dict[int, list[type[Refusal]]] = defaultdict(list)
    for kind in problems.kinds("chassis", tag_of(contract)):
        if 400 <= (status := problems.status_of(kind, refusals)) < 600:
            by_status[status].append(kind)
    return {status: refusal_response(kinds) for status, kinds in by_status.items()}


def refusal_response(kinds: Sequence[type[Refusal]]) -> Json:
    schemas = [{"$ref": f"#/components/schemas/{kind.__name__}"} for kind in kinds]
    return {
        "description": "\n".join(f"- `{kind.code}`: {kind.title}" for kind in kinds),
        "content": {PROBLEM_TYPE: {"schema": schemas[0] if len(schemas) == 1 else {"oneOf": schemas}}},
    }


def problem_schemas(contract: ServiceDescriptor, refusals: problems.Statuses) -> Json:
    """A schema for each refusal the service answers with, and `Refusal`, which is one of them."""
    kinds = problems.kinds("chassis", tag_of(contract))
    schemas_by_kind: Json = {kind.__name__: problem_schema(kind, problems.status_of(kind, refusals)) for kind in kinds}
    return schemas_by_kind | {
        "Refusal": {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in schemas_by_kind]}
    }


def problem_schema(kind: type[Refusal], status: int) -> Json:
    promised = {
        "type": {"type": "string", "const": f"urn:yima:problem:{kind.code}"},
        "status": {"type": "integer", "const": status},
    }
    return {
        "title": kind.__name__,
        "description": kind.title,
        "type": "object",
        "required": [*promised],
        "properties": PROBLEM_FIELDS | promised,
    }


def operation(method: MethodDescriptor, description: str, schemas: Json, refused: Sequence[int]) -> Json:
    """One method: parameters from path and query, or a body; who may call; what it answers, refusals included."""
    verb, path, rule = policy(method)
    fields = method.input_type.fields
    in_path = [field for field in fields if f"{{{field.name}}}" in path]
    others = [field for field in fields if field not in in_path]
    parameters = [
        {"name": field.name, "in": "path", "required": True, "schema": {"type": "string"}} for field in in_path
    ]
    roles = [Role.Name(role).removeprefix("ROLE_").lower() for role in rule.roles]
    description_of_method: Json = {
        "operationId": method.name,
        "summary": sentence_of(description),
        "description": f"{' '.join(description.split())}\n\nFor {', '.join(roles) or 'everyone'}.",
        "tags": [tag_of(method.containing_service)],
        "parameters": parameters,
    }
    if verb == "GET":
        parameters += [
            {"name": name, "in": "query", "schema": kind} for field in others for name, kind in query(field, schemas)
        ]
    else:
        parameters.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": rule.key_required,
                "schema": {"type": "string", "maxLength": 128},
                "description": "A value of your own, such as a UUID: sent again with it, nothing happens twice. What "
                "does its work again each time refuses it, with `key-not-taken`.",
            }
        )
        description_of_method["requestBody"] = {
            "required": bool(others),
            "content": {"application/json": {"schema": reference(method.input_type, schemas)}},
        }
    description_of_method["security"] = [] if rule.public else [{"token": []}]
    if not rule.public:
        description_of_method["x-roles"] = roles
        if rule.duties:
            description_of_method["x-duties"] = [Duty.Name(duty).removeprefix("DUTY_").lower() for duty in rule.duties]
        if rule.acts:
            description_of_method["x-guardian-acts"] = [
                GuardianAct.Name(act).removeprefix("GUARDIAN_ACT_").lower() for act in rule.acts
            ]
    description_of_method["responses"] = {
        "200": {
            "description": "What was asked for, or what became of it.",
            "content": {"application/json": {"schema": reference(method.output_type, schemas)}},
        },
        **{
            str(status): {"$ref": f"#/components/responses/{component_of(status)}"}
            for status in refused
            if may_answer(status, public=rule.public, has_body=verb != "GET")
        },
        "default": {
            "description": "Another refusal.",
            "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Refusal"}}},
        },
    }
    return description_of_method


def may_answer(status: int, *, public: bool, has_body: bool) -> bool:
    """Can a route answer with this status? A public one refuses nobody for who they are, unless a rule of its own does:
    that is a refusal as any other, by `default`."""
    return not (public and status in OF_STRANGERS) and (has_body or status not in OF_BODIES)


def sentence_of(text: str) -> str:
    """The first sentence."""
    return " ".join(text.split()).partition(". ")[0].removesuffix(".") + "."


def query(field: FieldDescriptor, schemas: Json, prefix: str = "") -> list[tuple[str, Json]]:
    """A field's query parameters: nested messages are dotted."""
    if field.message_type is None or field.message_type.full_name == "google.protobuf.Timestamp":
        return [(prefix + field.name, schema(field, schemas))]
    return [
        parameter
        for inner in field.message_type.fields
        for parameter in query(inner, schemas, f"{prefix}{field.name}.")
    ]


def reference(message: Descriptor, schemas: Json) -> Json:
    """A reference to the message's schema, which is added once."""
    if message.name not in schemas:
        schemas[message.name] = {}  # first, since messages may contain themselves
        schemas[message.name] = {
            "type": "object",
            "additionalProperties": False,
            "properties": {field.json_name: schema(field, schemas) for field in message.fields},
        }
    return {"$ref": f"#/components/schemas/{message.name}"}


def schema(field: FieldDescriptor, schemas: Json) -> Json:
    """A field's JSON Schema, after the proto3 JSON mapping."""
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        return {"type": "object", "additionalProperties": {"type": "string"}}
    item = single(field, schemas)
    return {"type": "array", "items": item} if field.is_repeated else item


def single(field: FieldDescriptor, schemas: Json) -> Json:
    if field.message_type is not None:
        if field.message_type.full_name == "google.protobuf.Timestamp":
            return {"type": "string", "format": "date-time"}
        return reference(field.message_type, schemas)
    if field.enum_type is not None:
        return {"type": "string", "enum": [value.name for value in field.enum_type.values]}
    by_type: dict[int, Json] = {
        FieldDescriptor.TYPE_BOOL: {"type": "boolean"},
        FieldDescriptor.TYPE_INT32: {"type": "integer", "format": "int32"},
        FieldDescriptor.TYPE_BYTES: {"type": "string", "contentEncoding": "base64"},
        FieldDescriptor.TYPE_STRING: {"type": "string"},
    }
    return by_type.get(field.type, {"type": "string", "format": "int64"})


def page(document: Json) -> str:
    """The document as one self-contained HTML page."""
    parts = [
        f"<!doctype html><meta charset=utf-8><title>{document['info']['title']}</title><style>{STYLE}</style>",
        f"<h1>{document['info']['title']} {document['info']['version']}</h1>",
        f"<p>{html.escape(document['info']['description'])} <a href=/openapi.json>openapi.json</a></p>",
    ]
    for path, operations in document["paths"].items():
        for verb, message_schema in operations.items():
            roles = ", ".join(message_schema.get("x-roles", ["everyone"]))
            parts.append(
                f"<details><summary><b class={verb}>{verb.upper()}</b> <code>{html.escape(path)}</code> "
                f"{html.escape(message_schema['summary'])}</summary><p>For: {roles}</p>"
            )
            parts += [
                f"<p><code>{parameter['name']}</code> in {parameter['in']}"
                f"{', required' if parameter.get('required') else ''}</p>"
                for parameter in message_schema["parameters"]
            ]
            if "requestBody" in message_schema:
                body = message_schema["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
                parts.append(f"<p>Body: <a href=#{body}>{body}</a></p>")
            answer = message_schema["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rpartition(
                "/"
            )[2]
            parts.append(f"<p>Answer: <a href=#{answer}>{answer}</a></p></details>")
    parts.append("<h2>Messages</h2>")
    for name, message_schema in sorted(document["components"]["schemas"].items()):
        rows = "".join(
            f"<tr><td><code>{field}</code><td>{type_name(kind)}"
            for field, kind in message_schema.get("properties", {}).items()
        )
        parts.append(f"<h3 id={name}>{name}</h3><table>{rows}</table>")
    return "\n".join(parts)


def type_name(kind: Json) -> str:
    """A schema in a few words, linked where it is a message."""
    if "$ref" in kind:
        name = kind["$ref"].rpartition("/")[2]
        return f"<a href=#{name}>{name}</a>"
    if kind["type"] == "array":
        return f"list of {type_name(kind['items'])}"
    if "enum" in kind:
        return " | ".join(kind["enum"])
    return str(kind.get("format", kind["type"]))


STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#1d2b33}
details{border:1px solid #d5dde2;border-radius:6px;margin:.4rem 0;padding:.4rem .8rem}summary{cursor:pointer}
b{display:inline-block;width:4.5rem}.get{color:#0a6}.post,.put{color:#06c}.delete{color:#c30}
table{border-collapse:collapse}td{border-top:1px solid #e6ecef;padding:.15rem 1rem .15rem 0;vertical-align:top}
"""
