// An MCP session by the TypeScript client.
//
// usage: session.mjs DIRECTORY PROJECT (stdio COMMAND ARGUMENT… | http URL [TOKEN])
//
// DIRECTORY is where the client is installed. Lists the tools, indexes the project, searches it, and
// prints what it saw as one JSON object.

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [directory, project, kind, target, ...rest] = process.argv.slice(2);
const { resolve } = createRequire(`${directory}/`);
const load = (name) => import(pathToFileURL(resolve(name)));
const { Client, StreamableHTTPClientTransport } = await load("@modelcontextprotocol/client");
const { StdioClientTransport } = await load("@modelcontextprotocol/client/stdio");

const headers = rest.length > 0 && kind === "http" ? { Authorization: `Bearer ${rest[0]}` } : {};
const transport =
  kind === "http"
    ? new StreamableHTTPClientTransport(new URL(target), { requestInit: { headers } })
    : new StdioClientTransport({ command: target, args: rest, env: process.env });
const client = new Client({ name: "session", version: "1" }, { versionNegotiation: { mode: "auto" } });
await client.connect(transport);

const call = (name, args) => client.callTool({ name, arguments: args });
const text = (result) => result.content.map((block) => block.text ?? "").join("\n");
const seen = { server: client.getServerVersion()?.name };
seen.tools = (await client.listTools()).tools.map((tool) => tool.name).sort();
let state = (await call("index_codebase", { path: project, wait_seconds: 30 })).structuredContent;
while (!["done", "failed", "cancelled"].includes(state.phase)) {
  const asked = { index_name: state.index_name, wait_seconds: 20 };
  state = (await call("index_status", asked)).structuredContent.jobs[0];
}
seen.index = state;
const query = "waits longer after each failed attempt";
seen.search = text(await call("search_code", { query, path: project }));
seen.wrong = (await call("search_code", { query: "" })).isError;
await client.close();
console.log(JSON.stringify(seen));
