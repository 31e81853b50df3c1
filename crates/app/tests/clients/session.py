"""An MCP session by a client that is not ours: PyPI `mcp`.

usage: session.py MODE (stdio SCONCE PROJECT | http URL PROJECT [TOKEN])

MODE is `legacy`, `auto` or a revision. Lists the tools, indexes the project, searches it, reads a
definition, lists and clears the index, and prints what it saw as one JSON object.
"""

import asyncio
import json
import sys

import httpx2
from mcp import Client, StdioServerParameters, types
from mcp.client.streamable_http import streamable_http_client


async def confirm(_context, params):
    """The user says yes to every question."""
    return types.ElicitResult(action="accept", content={"confirm": True})


def text(result):
    return "\n".join(block.text for block in result.content if block.type == "text")


async def session(client, project):
    # A client that is pinned to a revision without a handshake asks the server for neither.
    info = client.server_info
    seen = {"version": client.protocol_version, "server": info.name if info else None}
    seen["instructions"] = bool(client.instructions)
    tools = (await client.list_tools()).tools
    seen["tools"] = sorted(tool.name for tool in tools)

    progress = []

    async def on_progress(done, total, message):
        progress.append((done, total, message))

    indexed = await client.call_tool(
        "index_codebase", {"path": project, "wait_seconds": 30}, progress_callback=on_progress
    )
    state = indexed.structured_content
    while state["phase"] not in ("done", "failed", "cancelled"):
        asked = {"index_name": state["index_name"], "wait_seconds": 20}
        status = await client.call_tool("index_status", asked)
        state = status.structured_content["jobs"][0]
    seen["index"] = state
    seen["progress"] = len(progress)
    seen["same_as_text"] = json.loads(text(indexed))["index_name"] == state["index_name"]

    found = await client.call_tool(
        "search_code", {"query": "waits longer after each failed attempt", "path": project}
    )
    seen["search"] = text(found)
    seen["search_structured"] = found.structured_content
    read = await client.call_tool(
        "read_chunk", {"project": project, "path": "src/retry.rs", "line": 5}
    )
    seen["read"] = text(read)
    wrong = await client.call_tool("search_code", {"query": "x", "langauge": "rust"})
    seen["wrong"] = {"is_error": wrong.is_error, "text": text(wrong)}
    listed = await client.call_tool("list_indexes", {})
    seen["indexes"] = [entry["name"] for entry in listed.structured_content["indexes"]]
    cleared = await client.call_tool("clear_index", {"index_name": state["index_name"]})
    seen["cleared"] = cleared.structured_content or text(cleared)
    return seen


async def main():
    mode, transport, where, project, *rest = sys.argv[1:]
    if transport == "stdio":
        import os

        server = StdioServerParameters(
            command=where, args=["mcp"], env=dict(os.environ), cwd=project
        )
        target = server
    elif rest:
        headers = {"Authorization": f"Bearer {rest[0]}"}
        http = httpx2.AsyncClient(headers=headers, timeout=60)
        target = streamable_http_client(where, http_client=http)
    else:
        target = where
    async with Client(target, mode=mode, elicitation_callback=confirm) as client:
        print(json.dumps(await session(client, project)))


asyncio.run(main())
