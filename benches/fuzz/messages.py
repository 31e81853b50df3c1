"""Mutated JSON-RPC, over stdio and over HTTP."""

import http.client
import json
import os
import subprocess
import threading
import time

from mutate import generator, mutated

SESSION = 500
TOOLS = ["search_code", "read_chunk", "find_related", "find_similar", "index_codebase", "index_status", "list_indexes",
         "index_stats", "clear_index", "analyze_query", "no_tool"]
NAMES = ["query", "path", "index_name", "index_names", "language", "path_glob", "symbol_type", "symbol_name", "limit",
         "max_tokens", "response_format", "line", "wait_seconds", "cancel", "include", "exclude", "confirm", "name"]
METHODS = ["tools/call"] * 8 + ["tools/list", "ping", "initialize", "server/discover", "resources/read", "resources/list",
                                "prompts/get", "completion/complete", "no/method"]
VALUES = [None, True, -1, 1e300, 2**64 - 1, [], ["src/**", 5, None], {"a": {"b": [{}]}}, "../../../etc/passwd", "\0\x1f\u2028🦀",
          "a.rs:1", "[a-", "retry", "{" * 20_000, "*a" * 5000, "(a+)+$", "x" * 30_000, ["small"] * 3000, "\ud800", "a\nnote: b",
          "\x1b[31m", "~", "file:///%00", "%2e%2e", ["{a,b}" * 50] * 50, "small", "main", "function", "rust", "concise"]
STRANGE = [b"{", b"}", b"[" * 9999, b"\"", b"\0", b"\xff", b"\\ud800", b"1e999", b"null", b",", b":", b"\\u0000"]


def message(r, number):
    """One message; a third of them damaged."""
    arguments = {r.choice(NAMES): r.choice(VALUES) for _ in range(r.randrange(5))}
    if "wait_seconds" in arguments:
        arguments["wait_seconds"] = 0
    arguments.setdefault("query", "retry") if r.random() < 0.5 else None
    params = {"name": r.choice(TOOLS), "arguments": arguments if r.random() < 0.9 else r.choice(VALUES)}
    if r.random() < 0.2:
        params[r.choice(["uri", "_meta", "ref", "argument", "cursor", "inputResponses"])] = r.choice(VALUES)
    whole = {"jsonrpc": "2.0", "id": number, "method": r.choice(METHODS), "params": params}
    data = json.dumps(whole).encode()
    return mutated(r, data, STRANGE).replace(b"\n", b" ") if r.random() < 0.33 else data


def shake(number):
    return {"jsonrpc": "2.0", "id": number, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "fuzz", "version": "0"}}}


def over_stdio(machine, project, seed, first, count):
    """A session that must still answer at its end."""
    process = machine.start("mcp", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=project)
    ended = threading.Event()

    def read():
        for line in process.stdout:
            if b'"id":"the end"' in line or b'"id": "the end"' in line:
                ended.set()

    threading.Thread(target=read, daemon=True).start()
    try:
        process.stdin.write(json.dumps(shake("first")).encode() + b"\n")
        process.stdin.write(b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n')
        for number in range(first, first + count):
            process.stdin.write(message(generator(seed, "message", number), number) + b"\n")
        process.stdin.write(b'{"jsonrpc":"2.0","id":"the end","method":"ping"}\n')
        process.stdin.flush()
        well = ended.wait(120)
    except BrokenPipeError:
        well = False
    code = process.poll()
    if not well:
        machine.judge(None if code is None else (code or -1), "", f"stdio session of messages {first} to {first + count - 1}")
    try:
        process.stdin.close()
        process.wait(20)
    except (subprocess.TimeoutExpired, BrokenPipeError):
        process.kill()
        process.wait()


class Server:
    """`sconce serve`, started again where it has ended."""

    def __init__(self, machine, project):
        self.machine, self.project = machine, project
        self.start()

    def start(self):
        environment = {"SCONCE_TOKEN": "a-token-of-the-fuzz-of-messages"}
        self.process = self.machine.start("serve", "--port", "0", "--root", self.project, stdout=subprocess.PIPE,
                                          stderr=subprocess.DEVNULL, environment=environment)
        self.port = int(self.process.stdout.readline().split()[1].decode().rsplit(":", 1)[1].split("/")[0])
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def post(self, body, headers):
        self.connection.request("POST", "/mcp", body, {
            "Authorization": "Bearer a-token-of-the-fuzz-of-messages", "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream", **headers})
        answer = self.connection.getresponse()
        return answer.getheader("Mcp-Session-Id"), answer.read()

    def session(self):
        """The headers of a new session."""
        session = self.post(json.dumps(shake(1)), {})[0]
        return {"Mcp-Session-Id": session} if session else {}


def over_http(machine, project, seed, first, count):
    server = Server(machine, project)
    headers = server.session()
    for number in range(first, first + count):
        r = generator(seed, "message", number)
        if number % SESSION == 0:
            headers = r.choice([{}, server.session()])
        try:
            server.post(message(r, number), headers)
        except (OSError, http.client.HTTPException) as error:
            server.connection.close()
            code = server.process.poll()
            if code is not None or isinstance(error, TimeoutError):
                machine.judge(code or (None if code is None else -1), repr(error), f"HTTP message {number}")
                server.process.kill()
                server.start()
                headers = server.session()
    server.process.terminate()
    try:
        server.process.wait(20)
    except subprocess.TimeoutExpired:
        machine.judge(None, "", "the server does not end")
        os.kill(server.process.pid, 9)


def run(machine, count, seed):
    project = machine.place / "small"
    (project / ".git").mkdir(parents=True)
    for number in range(20):
        (project / f"m{number}.rs").write_text(f"/// Retries {number} times.\npub fn retry_{number}() {{}}\n")
    machine.command("index", project, "--name", "small", timeout=120)
    half = count // 2
    over_http(machine, project, seed, 0, half)
    for first in range(half, count, SESSION):
        over_stdio(machine, project, seed, first, min(SESSION, count - first))
        time.sleep(0)
    machine.figures["inputs"] += count
