"""The binary on a data directory of its own, watched: memory, exit codes, time."""

import http.server
import json
import os
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path


class Vectors(http.server.BaseHTTPRequestHandler):
    """A stand-in for Ollama: a vector for every text, at once."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):  # noqa: N802 (the name is the library's)
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        vectors = []
        for text in body["input"]:
            vector = [0.01] * 768
            vector[hash(text) % 768] = 1.0
            vectors.append(vector)
        answer = {"model": body["model"], "embeddings": vectors, "prompt_eval_count": len(vectors)}
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class Machine:
    """Starts the binary, and counts what must not happen."""

    def __init__(self, arguments, place):
        self.binary, self.keep, self.place = arguments.binary.resolve(), arguments.keep, place
        self.jobs = arguments.jobs
        place.chmod(0o755)  # PostgreSQL does not run as root
        self.vectors = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Vectors)
        threading.Thread(target=self.vectors.serve_forever, daemon=True).start()
        (place / "home").mkdir()
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(place / "home"),
            "SCONCE_DATA_DIR": str(place / "data"),
            "SCONCE_BACKEND": "ollama",
            "SCONCE_MODEL": "nomic-embed-text-v1.5",
            "OLLAMA_HOST": f"http://127.0.0.1:{self.vectors.server_port}",
            "SCONCE_RATE_LIMIT": "0",
            # The machine's own way to packages: PostgreSQL is downloaded once.
            **{name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_CERT", "UV_"))},
        }
        self.peak, self.over = 0, threading.Event()
        threading.Thread(target=self.watch, daemon=True).start()

    def __enter__(self):
        self.command("db", "start", timeout=300)
        return self

    def __exit__(self, *_):
        self.command("local", "stop")
        self.command("db", "stop")
        self.over.set()
        self.vectors.shutdown()

    def begin(self, _name):
        self.figures = {"inputs": 0, "crashes": 0, "hangs": 0, "peak_mib": 0}
        self.peak = 0

    def watch(self):
        """The largest resident set of any process of the binary."""
        while not self.over.wait(0.05):
            for process in Path("/proc").iterdir():
                try:
                    if process.name.isdigit() and os.readlink(process / "exe") == str(self.binary):
                        status = (process / "status").read_text()
                        self.peak = max(self.peak, int(status.split("VmHWM:")[1].split()[0]) // 1024)
                except (OSError, IndexError):
                    continue
            if hasattr(self, "figures"):
                self.figures["peak_mib"] = self.peak

    def start(self, *arguments, environment=(), **options):
        """A process of the binary, in a directory of ours."""
        options.setdefault("cwd", self.place)
        environment = {**self.environment, **dict(environment)}
        return subprocess.Popen([self.binary, *map(str, arguments)], env=environment, start_new_session=True, **options)

    def command(self, *arguments, timeout=60, **options):
        """Runs the binary to its end: its exit code, None where it hung, and what it wrote to stderr."""
        process = self.start(*arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **options)
        try:
            _, said = process.communicate(timeout=timeout)
            return process.returncode, said.decode(errors="replace")
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return None, ""

    def judge(self, code, said, what, path=None):
        """Counts how a run ended; 0 to 125 are exit codes of its own. Whether it was well."""
        kind = "hangs" if code is None else "crashes"
        if code is not None and 0 <= code < 126 and "panicked at" not in said and "a defect of sconce" not in said:
            return True
        self.figures[kind] += 1
        print(f"  {kind[:-1]}: {what} (code {code}) {said[-300:]}", flush=True)
        if self.keep and path and Path(path).exists():
            target = self.keep / f"{kind}-{int(time.time() * 1000)}"
            self.keep.mkdir(parents=True, exist_ok=True)
            if Path(path).is_dir():
                shutil.copytree(path, target, symlinks=True)
            else:
                shutil.copy(path, target)
        return False
