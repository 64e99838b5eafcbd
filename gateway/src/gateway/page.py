"""GraphiQL, with the demo's operations as tabs."""

import functools
import importlib.resources
import json

from graphql import parse
from yima.common.v1.route_pb2 import Role

from gateway.documents import policies
from gateway.schema import core

EVERYBODY = frozenset(Role.values())
VERSION = "3.8.3"


def operations() -> dict[str, str]:
    """The operations that ship with the gateway, by name, in the order of the main job."""
    folder = importlib.resources.files("gateway") / "operations"
    found = sorted((item for item in folder.iterdir() if item.name.endswith(".graphql")), key=lambda item: item.name)
    return {item.name.removesuffix(".graphql").partition("-")[2]: item.read_text("utf-8") for item in found}


def for_whom(source: str) -> str:
    """A line that says which roles may run an operation."""
    roles = frozenset.intersection(*(policy.roles or EVERYBODY for policy in policies(core, parse(source))))
    names = "everybody" if roles >= EVERYBODY else ", ".join(sorted(Role.Name(role)[5:].lower() for role in roles))
    return f"# For: {names}"


@functools.cache
def graphiql() -> str:
    tabs = json.dumps([{"query": f"{for_whom(text)}\n{text}"} for text in operations().values()])
    return PAGE.replace("{version}", VERSION).replace("{tabs}", tabs.replace("</", "<\\/"))


PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Yima · GraphiQL</title>
<link rel="stylesheet" href="https://unpkg.com/graphiql@{version}/graphiql.min.css">
<style>html,body,#graphiql{height:100%;margin:0}#away{font:16px/1.5 system-ui;padding:2rem;max-width:40rem}</style>
</head>
<body>
<div id="graphiql"><p id="away">GraphiQL's own files come from unpkg.com, which this browser has not reached (yet).
Without them, any GraphQL client works: POST to <code>/graphql</code>.</p></div>
<script crossorigin src="https://unpkg.com/react@18/umd/react.production.min.js"></script>
<script crossorigin src="https://unpkg.com/react-dom@18/umd/react-dom.production.min.js"></script>
<script crossorigin src="https://unpkg.com/graphiql@{version}/graphiql.min.js"></script>
<script>
const send = (params, options, accept) => fetch("/graphql", {
  method: "POST",
  headers: {"content-type": "application/json", accept, ...options?.headers},
  body: JSON.stringify(params),
});
async function* follow(params, options) {
  const answer = await send(params, options, "text/event-stream");
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (;;) {
    const {done, value} = await reader.read();
    if (done) return;
    held += value;
    const events = held.split("\\n\\n");
    held = events.pop();
    for (const event of events) {
      const data = event.split("\\n").find((line) => line.startsWith("data: "));
      if (data && data.length > 6) yield JSON.parse(data.slice(6));
    }
  }
}
const fetcher = (params, options) => /^\\s*subscription\\b/m.test(params.query)
  ? follow(params, options)
  : send(params, options, "application/json").then((answer) => answer.json());
ReactDOM.createRoot(document.getElementById("graphiql")).render(React.createElement(GraphiQL, {
  fetcher, defaultTabs: {tabs}, headerEditorEnabled: true, shouldPersistHeaders: true,
  defaultHeaders: '{"authorization": "Bearer …", "accept-language": "en"}',
}));
</script>
</body>
</html>
"""
