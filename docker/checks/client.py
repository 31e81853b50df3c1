"""A small MCP client over HTTP (revision 2025-11-25), and plain GETs."""

import http.client
import json
import time
import urllib.error
import urllib.request

from .engine import Failed


def get(url, seconds=5, token=None):
    """Status and body of a GET; status 0 where nobody answers."""
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except (OSError, http.client.HTTPException) as error:
        return 0, str(error)


class Mcp:
    """One session with a server."""

    def __init__(self, url, token=None):
        self.url = f"{url}/mcp"
        self.headers = {
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": "2025-11-25",
        }
        if token:
            self.headers["Authorization"] = f"Bearer {token}"
        self.number = 0

    def status_of_initialize(self):
        """The HTTP status that `initialize` is answered with."""
        return self._post(self._request("initialize", self._hello()))[0]

    def open(self):
        status, headers, body = self._post(self._request("initialize", self._hello()))
        if status != 200:
            raise Failed(f"initialize answered {status}: {body[:500]}")
        if headers.get("Mcp-Session-Id"):
            self.headers["Mcp-Session-Id"] = headers["Mcp-Session-Id"]
        self._post({"jsonrpc": "2.0", "method": "notifications/initialized"})
        return self

    def call(self, tool, seconds=90, **arguments):
        """A tool's answer: its structured content, or else its text."""
        request = self._request("tools/call", {"name": tool, "arguments": arguments})
        status, _, body = self._post(request, seconds)
        if status != 200:
            raise Failed(f"{tool} answered {status}: {body[:500]}")
        answer = next(
            (m for m in messages(body) if m.get("id") == request["id"]), {"error": f"no answer in {body[:300]!r}"}
        )
        if "error" in answer or answer["result"].get("isError"):
            raise Failed(f"{tool}: {json.dumps(answer)[:800]}")
        result = answer["result"]
        text = "\n".join(part.get("text", "") for part in result.get("content", []))
        return result.get("structuredContent") or text

    def _hello(self):
        client = {"name": "docker-test", "version": "1"}
        return {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client}

    def _request(self, method, params):
        self.number += 1
        return {"jsonrpc": "2.0", "id": self.number, "method": method, "params": params}

    def _post(self, message, seconds=30):
        request = urllib.request.Request(self.url, json.dumps(message).encode(), self.headers)
        try:
            with urllib.request.urlopen(request, timeout=seconds) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()
        except (OSError, http.client.HTTPException) as error:
            raise Failed(f"{self.url}: {error}") from error


def messages(body):
    """The JSON-RPC messages of an answer, which is JSON or a stream of events."""
    if body.lstrip().startswith("{"):
        yield json.loads(body)
        return
    for line in body.splitlines():
        if line.startswith("data:") and line[5:].strip():
            yield json.loads(line[5:])


def index(mcp, path, seconds=600, **arguments):
    """Indexes a directory to its end; returns the job's last state."""
    end = time.monotonic() + seconds
    while True:
        state = mcp.call("index_codebase", path=path, wait_seconds=20, **arguments)
        if state["phase"] == "done":
            return state
        if state["phase"] in ("failed", "cancelled"):
            raise Failed(f"index_codebase {path}: {state}")
        if time.monotonic() > end:
            raise Failed(f"index_codebase {path}: not done within {seconds} s: {state}")
