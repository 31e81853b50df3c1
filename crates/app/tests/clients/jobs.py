"""An index job as a client that is not ours sees it: PyPI `mcp`.

usage: jobs.py MODE (stdio SCONCE | http URL) PROJECT

MODE is `legacy` or a revision. Indexes a project that takes long, gives its call up after some
progress, looks whether the job goes on, cancels it, searches, changes a file, and prints what it
saw as one JSON object.
"""

import json
import os
import sys

import anyio
from mcp import Client, StdioServerParameters


async def session(client, project):
    progress = []
    with anyio.CancelScope() as call:

        async def on_progress(done, total, message):
            progress.append({"done": done, "total": total, "message": message})
            if len(progress) == 2:
                call.cancel()

        await client.call_tool(
            "index_codebase", {"path": project, "wait_seconds": 30}, progress_callback=on_progress
        )
    seen = {"progress": progress, "gave_up": call.cancelled_caught}

    async def status(**arguments):
        result = await client.call_tool("index_status", {"index_name": "shop", **arguments})
        return result.structured_content["jobs"][0]

    seen["after"] = await status()
    chunks = seen["after"]["chunks_done"]
    while (later := await status(wait_seconds=1))["chunks_done"] <= chunks:
        if later["phase"] in ("done", "failed", "cancelled"):
            break
    seen["later"] = later
    seen["cancelled"] = await status(cancel=True)
    seen["listed"] = await listed(client)
    stats = await client.call_tool("index_stats", {"index_name": "shop"})
    seen["stats"] = stats.structured_content
    found = await client.call_tool("search_code", {"query": "long_0_0", "path": project})
    seen["searched"] = found.content[0].text
    # Long enough for the server to hear of a change and to begin a job.
    with open(os.path.join(project, "later.py"), "w") as later:
        later.write("def later():\n    return 1\n")
    await anyio.sleep(3)
    seen["listed_later"] = await listed(client)
    return seen


async def listed(client):
    result = await client.call_tool("list_indexes", {})
    return result.structured_content["indexes"]


async def main():
    mode, transport, where, project = sys.argv[1:]
    if transport == "stdio":
        target = StdioServerParameters(
            command=where, args=["mcp"], env=dict(os.environ), cwd=project
        )
    else:
        target = where
    async with Client(target, mode=mode) as client:
        print(json.dumps(await session(client, project)))


anyio.run(main)
