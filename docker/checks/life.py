"""How the container starts, serves, fails and ends."""

import re

from .client import Mcp, get, index
from .engine import Container, Failed, Volume, docker, wait_for

CODE = "/mnt/repos/app"


def expect(holds, text):
    if not holds:
        raise Failed(text)


def position(log, text):
    at = log.find(text)
    expect(at >= 0, f"the log lacks {text!r}")
    return at


def first_start(proof):
    """Ready on an empty volume; order of the services; health on the way; the token; then restart times."""
    with Volume() as volume:
        with Container(proof.image, volume=volume) as c:
            url = c.url()
            seen = []

            def ready():
                status, body = get(f"{url}/health", 2)
                is_ready = "SCONCE_READY http://" in c.logs()
                if (status, is_ready) not in seen:
                    seen.append((status, is_ready))
                expect(status != 200 or "ok" in body, f"200 without ok: {body}")
                return is_ready

            wait_for("the ready line", ready, 60)
            proof.figures["ready on an empty volume, s"] = c.wait_ready()
            log = c.logs()
            proof.passed("ready line", re.search(r"^SCONCE_READY http://.*", log, re.M).group())

            order = ["postgres | first start", "postgres | LOG:  database system is ready", "migrate | schema",
                     "SCONCE_READY"]
            places = [position(log, text) for text in order]
            expect(places == sorted(places), f"the order of the start is {places} for {order}")
            proof.passed("order of start", " < ".join(order))

            expect(seen[0][0] != 200, f"healthy at once: {seen}")
            wait_for("200 from /health", lambda: get(f"{url}/health")[0] == 200, 5)
            expect(get(f"{url}/health/live")[0] == 200, "/health/live is not 200")
            wait_for("Docker's health", lambda: c.health() == "healthy", 30)
            proof.passed("health during and after the start", f"{[status for status, _ in seen]} then 200")

            token = c.token()
            expect(log.count(token) == 1 and "claude mcp add" in log, "the token is not shown once with its line")
            c.stop()
            docker("start", c.name)
            c.wait_ready(times=2)
            expect(c.logs().count(token) == 1 and c.token() == token, "the token is shown or made again")
            proof.passed("token made once, shown once")
        times = []
        for _ in range(3):
            with Container(proof.image, volume=volume) as c:
                times.append(c.wait_ready())
        proof.figures["ready on an initialised volume, s (worst of 3)"] = max(times)
        expect(proof.figures["ready on an empty volume, s"] <= 10, "more than 10 s on an empty volume")
        expect(max(times) <= 5, f"more than 5 s on an initialised volume: {times}")
        proof.passed("ready in time", f"empty {proof.figures['ready on an empty volume, s']:.1f} s, then {max(times):.1f} s")


def serves(proof):
    """Index and search over HTTP, by docker exec, and MCP over docker exec; data kept; memory."""
    with Volume() as volume:
        with Container(proof.image, volume=volume, mounts=[(proof.code, CODE)]) as c:
            c.wait_ready()
            memory(proof, c)
            url, token = c.url(), c.token()
            refused = [Mcp(url).status_of_initialize(), Mcp(url, token + "x").status_of_initialize()]
            expect(refused == [401, 401], f"without the token, and with a wrong one: {refused}")
            mcp = Mcp(url, token).open()
            state = index(mcp, CODE)
            found = mcp.call("search_code", path=CODE, query=proof.question)
            expect(proof.answer in found, f"{proof.answer} is not in {found[:800]}")
            outside = Mcp(url, token).open()
            try:
                outside.call("index_codebase", path="/etc")
                raise Failed("/etc was indexed, which is under no root")
            except Failed as error:
                expect("outside" in str(error) or "root" in str(error), f"/etc: {error}")
            proof.passed("index and search over HTTP with the token, refused without", state["summary"])

            c.exec("sconce", "index", CODE)
            found = c.exec("sconce", "search", "--path", CODE, proof.question)
            expect(proof.answer in found, f"docker exec … sconce search: {found[:800]}")
            hello = '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",' \
                    '"capabilities":{},"clientInfo":{"name":"t","version":"1"}}}\n'
            answer = c.exec("sconce", "mcp", stdin=hello)
            expect('"serverInfo"' in answer, f"docker exec -i … sconce mcp: {answer[:800]}")
            proof.passed("docker exec: index, search and MCP over stdio")
            before = mcp.call("index_stats", path=CODE)
        with Container(proof.image, volume=volume, mounts=[(proof.code, CODE)]) as c:
            c.wait_ready()
            mcp = Mcp(c.url(), c.token()).open()
            after = mcp.call("index_stats", path=CODE)
            expect(whole(before) == whole(after), f"{before} became {after}")
            expect(proof.answer in mcp.call("search_code", path=CODE, query=proof.question), "nothing is found")
            proof.passed("data kept over docker rm and a new container", f"{after['files']} files, {after['chunks']} chunks")


def whole(stats):
    return {key: stats[key] for key in ("files", "chunks", "lines", "status")}


def memory(proof, c):
    """Resident memory at rest: proportional shares, so that what processes share counts once."""
    rows, weights = [], 0.0
    for pid in docker("top", c.name, "-o", "pid").split()[1:]:
        try:
            with open(f"/proc/{pid}/comm") as comm, open(f"/proc/{pid}/smaps") as maps:
                name, share, path = comm.read().strip(), 0.0, ""
                for line in maps:
                    words = line.split()
                    if words[0] == "Pss:":
                        share += int(words[1]) / 1024
                        weights += int(words[1]) / 1024 if path.startswith("/models/") else 0
                    elif not words[0].endswith(":"):
                        path = words[5] if len(words) > 5 else ""
                rows.append((name, share))
        except OSError:  # it has ended meanwhile
            continue
    total = sum(size for _, size in rows)
    server = sum(size for name, size in rows if name == "sconce")
    postgres = sum(size for name, size in rows if name == "postgres")
    proof.figures["resident at rest, all processes, MB"] = total
    proof.figures["… the server / PostgreSQL / supervision, MB"] = \
        f"{server:.0f} / {postgres:.0f} / {total - server - postgres:.0f}"
    proof.figures["resident at rest beyond the mapped weights, MB"] = total - weights
    expect(total - weights <= 150, f"{total - weights:.0f} MB resident beyond the weights: {rows}")
    proof.passed("resident memory at rest", f"{total:.0f} MB, {weights:.0f} MB of them the model's file")


def killed_services(proof):
    """kill -9 of the server, and of PostgreSQL: each comes back, the index whole."""
    with Volume() as volume, Container(proof.image, volume=volume, mounts=[(proof.code, CODE)]) as c:
        c.wait_ready()
        url, token = c.url(), c.token()
        index(Mcp(url, token).open(), CODE)
        before = Mcp(url, token).open().call("index_stats", path=CODE)

        def is_whole():
            try:
                mcp = Mcp(url, token).open()
                return (proof.answer in mcp.call("search_code", path=CODE, query=proof.question)
                        and whole(mcp.call("index_stats", path=CODE)) == whole(before))
            except Failed:
                return False

        c.kill_service("server")
        c.wait_log("server | was killed by signal 9", 5)
        c.wait_ready(times=2)
        expect(is_whole(), "the index is not whole after kill -9 of the server")
        proof.passed("kill -9 of the server comes back, the index whole")
        c.kill_service("postgres")
        c.wait_log("postgres | was killed by signal 9", 5)
        wait_for("the index after kill -9 of PostgreSQL", is_whole, 30)
        wait_for("200 from /health", lambda: get(f"{url}/health")[0] == 200, 30)
        expect(c.running() and c.state()["StartedAt"] and c.logs().count("SCONCE_READY") <= 3, "the container restarted")
        proof.passed("kill -9 of PostgreSQL comes back, the index whole")


def killed_container(proof):
    """kill -9 of the container in mid-index, then a start that recovers and completes."""
    with Volume() as volume:
        with Container(proof.image, volume=volume, mounts=[(proof.big, CODE)]) as c:
            c.wait_ready()
            done = in_mid_index(c)
            c.kill()
        with Container(proof.image, volume=volume, mounts=[(proof.big, CODE)]) as c:
            c.wait_ready()
            mcp = Mcp(c.url(), c.token()).open()
            entries = mcp.call("list_indexes")["indexes"]
            expect(entries and entries[0]["status"] != "indexing", f"the index is stuck: {entries}")
            found = mcp.call("search_code", path=CODE, query="function number 3", limit=3)
            state = index(mcp, CODE)
            stats = mcp.call("index_stats", path=CODE)
            expect(stats["files"] == proof.big_files, f"{stats['files']} of {proof.big_files} files: {state}")
            expect(stats["status"] == "ready", f"{stats}")
            proof.passed("kill -9 of the container in mid-index recovers and completes",
                         f"killed at {done} of {proof.big_files} files, then {entries[0]['status']}, answers "
                         f"{'from what was there' if 'function' in found else 'nothing yet'}, complete")


def in_mid_index(c, path=CODE):
    """Starts a job and returns when some of its files are written, and not all."""
    mcp = Mcp(c.url(), c.token()).open()
    name = mcp.call("index_codebase", path=path, wait_seconds=0)["index_name"]

    def midway():
        state = mcp.call("index_status", index_name=name)["jobs"][0]
        expect(state["phase"] not in ("done", "failed"), f"too late: {state}")
        return 0 < state["files_done"] < state["files_total"] and state["files_done"]

    return wait_for("a job in its middle", midway, 400, every=0.3)


def stopped(proof):
    """docker stop, at rest and in mid-index: within 10 s, PostgreSQL shut down cleanly."""
    with Volume() as volume:
        with Container(proof.image, volume=volume) as c:
            c.wait_ready()
            seconds = c.stop()
            expect("database system is shut down" in c.logs(), "PostgreSQL was not shut down")
            expect(c.state()["ExitCode"] == 0, f"exit code {c.state()['ExitCode']}")
            proof.figures["docker stop at rest, s"] = seconds
        with Container(proof.image, volume=volume, mounts=[(proof.big, CODE)]) as c:
            c.wait_ready()
            done = in_mid_index(c)
            seconds = c.stop()
            log = c.logs()
            expect("database system is shut down" in log, "PostgreSQL was not shut down")
            expect(c.state()["ExitCode"] == 0 and seconds < 10, f"exit {c.state()['ExitCode']} after {seconds:.1f} s")
            proof.figures["docker stop in mid-index, s"] = seconds
        with Container(proof.image, volume=volume, mounts=[(proof.big, CODE)]) as c:
            c.wait_ready()
            expect("not properly shut down" not in c.logs(), "PostgreSQL had to recover")
        proof.passed("docker stop in mid-index", f"{seconds:.1f} s at {done} of {proof.big_files} files, clean")
