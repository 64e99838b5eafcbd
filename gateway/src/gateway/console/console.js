"use strict";
const at = (id) => document.getElementById(id);
const SCHEMA = `{ __schema { types { name kind description
  fields { name description args { name type { ...T } } type { ...T } }
  inputFields { name type { ...T } } enumValues { name } } } }
fragment T on __Type { name kind ofType { name kind ofType { name kind ofType { name } } } }`;
let operations = [];
let types = null;
let following = null;
let session = null;

function say(text) { at("status").textContent = text; }

function show(value) { at("answer").textContent = typeof value === "string" ? value : JSON.stringify(value, null, 2); }

function choose() {
  const chosen = operations.find((operation) => operation.name === at("operation").value);
  at("document").value = chosen.document;
  at("variables").value = JSON.stringify(chosen.variables, null, 2);
  at("roles").textContent = `for ${chosen.roles}`;
}

function headers(accept) {
  const sent = {"content-type": "application/json", accept, "accept-language": at("language").value || "en"};
  const token = at("token").value.trim().replace(/^Bearer\s+/i, "");
  if (token) sent.authorization = `Bearer ${token}`;
  return sent;
}

async function ask(body, accept, signal) {
  await fresh();
  return send(body, accept, signal);
}

function send(body, accept, signal) {
  return fetch("/graphql", {method: "POST", headers: headers(accept), body: JSON.stringify(body), signal, credentials: "omit"});
}

async function fresh() {
  const known = session;
  if (!known || !known.refreshToken || at("token").value.trim() !== known.accessToken) return;
  if (Date.parse(known.expiresAt) - Date.now() > 60000) return;
  session = null;
  const query = `mutation ($token: String!) { refreshAccess(refreshToken: $token) {
    ... on AccessToken { accessToken expiresAt refreshToken } } }`;
  const told = await (await send({query, variables: {token: known.refreshToken}}, "application/json")).json();
  take(tokenIn(told.data));
}

function take(token) {
  if (!token) return false;
  session = token;
  at("token").value = token.accessToken;
  return true;
}

function tokenIn(value) {
  if (!value || typeof value !== "object") return null;
  if (typeof value.accessToken === "string") return value;
  for (const inner of Object.values(value)) {
    const found = tokenIn(inner);
    if (found) return found;
  }
  return null;
}

async function run() {
  let variables;
  try {
    variables = JSON.parse(at("variables").value || "{}");
  } catch (error) {
    say(`The variables are no JSON: ${error.message}`);
    return;
  }
  const body = {query: at("document").value, variables};
  const begun = performance.now();
  try {
    if (/^\s*subscription\b/m.test(body.query)) {
      await follow(body);
      return;
    }
    const answer = await ask(body, "application/graphql-response+json, application/json");
    const told = await answer.json();
    const cut = answer.headers.get("retry-after");
    say(`${answer.status} after ${Math.round(performance.now() - begun)} ms${cut ? `; try again in ${cut} s` : ""}`);
    show(told);
    if (take(tokenIn(told.data))) say("Signed in: the token of this answer is used from now on.");
  } catch (error) {
    say(`No answer: ${error.message}`);
  }
}

async function follow(body) {
  stop();
  following = new AbortController();
  at("stop").disabled = false;
  say("Following …");
  show("");
  try {
    const answer = await ask(body, "text/event-stream", following.signal);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let held = "";
    for (;;) {
      const {done, value} = await reader.read();
      if (done) break;
      const parts = (held + value).split("\n\n");
      held = parts.pop();
      for (const part of parts) {
        const line = part.split("\n").find((one) => one.startsWith("data: {"));
        if (line) at("answer").textContent = JSON.stringify(JSON.parse(line.slice(6)), null, 2) + "\n\n" + at("answer").textContent;
      }
    }
    if (held.startsWith("{")) show(JSON.parse(held));
    say("The stream has ended.");
  } catch (error) {
    say(error.name === "AbortError" ? "Stopped." : `The stream broke: ${error.message}`);
  }
  at("stop").disabled = true;
}

function stop() {
  if (following) following.abort();
  following = null;
  at("stop").disabled = true;
}

function spell(type) {
  if (type.kind === "NON_NULL") return `${spell(type.ofType)}!`;
  if (type.kind === "LIST") return `[${spell(type.ofType)}]`;
  return type.name;
}

async function load() {
  const answer = await ask({query: SCHEMA}, "application/json");
  const told = await answer.json();
  if (!told.data) throw new Error(told.detail || told.errors[0].message);
  types = told.data.__schema.types.filter((type) => !type.name.startsWith("__"));
}

async function search() {
  const wanted = at("search").value.trim().toLowerCase();
  if (!wanted) return;
  try {
    if (!types) await load();
  } catch (error) {
    at("schema").textContent = error.message;
    return;
  }
  const found = document.createDocumentFragment();
  let left = 60;
  for (const type of types) {
    const whole = type.name.toLowerCase().includes(wanted);
    const fields = [...(type.fields || []), ...(type.inputFields || [])];
    const lines = fields.filter((field) => whole || field.name.toLowerCase().includes(wanted));
    if (!whole && !lines.length) continue;
    if (left-- === 0) break;
    const title = document.createElement("h2");
    title.textContent = `${type.kind.toLowerCase().replace("_", " ")} ${type.name}`;
    found.append(title);
    for (const field of lines) {
      const line = document.createElement("p");
      const given = (field.args || []).map((one) => `${one.name}: ${spell(one.type)}`).join(", ");
      line.textContent = `${field.name}${given ? `(${given})` : ""}: ${spell(field.type)}`;
      line.title = field.description || "";
      found.append(line);
    }
    if (whole && type.enumValues) {
      const line = document.createElement("p");
      line.textContent = type.enumValues.map((one) => one.name).join(" · ");
      found.append(line);
    }
  }
  at("schema").replaceChildren(found);
}

async function begin() {
  operations = await (await fetch("/console.json", {credentials: "omit"})).json();
  let group = null;
  for (const operation of operations) {
    if (group === null || group.label !== operation.subject) {
      group = document.createElement("optgroup");
      group.label = operation.subject;
      at("operation").append(group);
    }
    const option = document.createElement("option");
    option.value = option.textContent = operation.name;
    group.append(option);
  }
  at("operation").addEventListener("change", choose);
  at("run").addEventListener("click", run);
  at("stop").addEventListener("click", stop);
  at("search").addEventListener("change", search);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") run();
  });
  at("operation").value = "offerings";
  choose();
}

begin();
