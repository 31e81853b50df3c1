"""Where the container may run: users, read-only roots, volumes, databases outside."""

import json
import tempfile
from pathlib import Path

from .client import Mcp, get, index
from .engine import Container, Failed, Volume, docker, wait_for
from .life import CODE, expect, in_mid_index
from .scaled import Project, tool


def works(proof, c, token=None):
    """Indexes and searches over HTTP."""
    c.wait_ready()
    mcp = Mcp(c.url(), token or c.token()).open()
    index(mcp, CODE)
    expect(proof.answer in mcp.call("search_code", path=CODE, query=proof.question), "nothing is found")


def read_only(proof):
    options = ["--read-only", "--tmpfs", "/run", "--tmpfs", "/tmp"]
    with Volume() as volume, Container(proof.image, *options, volume=volume, mounts=[(proof.code, CODE)]) as c:
        works(proof, c)
        proof.passed("a read-only root")


def other_users(proof):
    for user, more in [("1000:1000", []), ("4242:4242", ["--read-only", "--tmpfs", "/run", "--tmpfs", "/tmp"])]:
        options = ["--user", user, *more]
        with Volume() as volume:
            with Container(proof.image, *options, volume=volume, mounts=[(proof.code, CODE)]) as c:
                works(proof, c)
                owners = set(docker("top", c.name, "-o", "pid,uid").split()[3::2])
                expect(owners == {user.split(":")[0]}, f"--user {user} runs as {owners}")
                c.kill()
            with Container(proof.image, *options, volume=volume, mounts=[(proof.code, CODE)]) as c:
                works(proof, c)
    proof.passed("--user, with and without a name in the image")


def dropped_root(proof):
    with Volume() as volume, Container(proof.image, volume=volume) as c:
        c.wait_ready()
        users = dict.fromkeys(("postgres", "sconce"))
        for line in c.exec("sh", "-c", "for p in /proc/[0-9]*; do echo $(cat $p/comm) $(stat -c %U $p); done", check=False)[1].splitlines():
            name, _, user = line.partition(" ")
            if name in users:
                users[name] = user
        expect(users == {"postgres": "postgres", "sconce": "sconce"}, f"{users}")
        changed = docker("diff", c.name).split("\n")
        outside = [line for line in changed if line and line.split()[1].split("/")[1] not in ("run", "tmp", "data", "mnt")]
        expect(not outside, f"written outside /data, /run and /tmp: {outside}")
        proof.passed("services drop root, and write to /data, /run and /tmp alone")


def other_major(proof):
    with Volume() as volume:
        with Container(proof.image, volume=volume) as c:
            c.wait_ready()
            c.exec("sh", "-c", "echo 16 > /data/postgresql/PG_VERSION && ls -lR /data/postgresql | md5sum > /data/sum")
            c.kill()
            before = listing(proof, volume)
        with Container(proof.image, volume=volume) as c:
            wait_for("the refusal", lambda: not c.running(), 10)
            log = c.logs()
            expect("cluster of PostgreSQL 16; this image brings 17" in log and "pg_dump" in log, log)
            expect(c.state()["ExitCode"] != 0, "exit code 0")
        expect(before == listing(proof, volume), "the cluster was touched")
        proof.passed("a data directory of another major version is refused and not touched")


def listing(proof, volume):
    return docker("run", "--rm", "--volume", f"{volume.name}:/data:ro", "--entrypoint", "sh", proof.image, "-c",
                  "cd /data/postgresql && find . -type f -exec md5sum {} + | sort")


def no_space(proof):
    """A volume without space for a cluster, and one that is full in mid-index."""
    with Volume(megabytes=30) as volume, Container(proof.image, volume=volume) as c:
        c.wait_log("the cluster could not be made", 60)
        c.wait_log("MB are free on /data", 10)
        c.wait_log("waiting 2 s before start", 60)
        wait_for("Docker's health", lambda: c.health() == "unhealthy", 120)
        expect(c.running(), "the container ended")
        says = c.health_output()
        expect("postgres exited with code 1" in says, f"health says {says!r}")
        proof.passed("no space for a cluster: reported, with a back-off, and unhealthy", says.strip().splitlines()[-1])
    mounts = [(proof.code, CODE), (proof.medium, "/mnt/repos/medium")]
    with Volume(megabytes=400) as volume, Container(proof.image, volume=volume, mounts=mounts) as c:
        works(proof, c)
        in_mid_index(c, "/mnt/repos/medium")
        c.exec("sh", "-c", "head -c 1G /dev/zero > /data/ballast", check=False)
        mcp = Mcp(c.url(), c.token()).open()

        def ended():
            jobs = mcp.call("index_status")["jobs"]
            return next((j for j in jobs if j["root"].endswith("medium") and j["phase"] in ("failed", "done")), None)

        state = wait_for("the job's end", ended, 600, every=0.5)
        expect(state["phase"] == "failed" and state["error"], f"{state}")
        c.exec("rm", "/data/ballast")
        wait_for("200 from /health", lambda: get(f"{c.url()}/health")[0] == 200, 60)
        mcp = Mcp(c.url(), c.token()).open()
        expect(proof.answer in mcp.call("search_code", path=CODE, query=proof.question), "the other index is lost")
        index(mcp, "/mnt/repos/medium")
        proof.passed("a full volume in mid-index fails the job, and it goes on when there is space", state["error"][:120])


def external_database(proof):
    """PostgreSQL of one container on the network, a replica in another; both answer from it."""
    network = f"{proof.image.replace(':', '-').replace('/', '-')}-net"
    docker("network", "create", network)
    server = "rm -rf /tmp/db && initdb -D /tmp/db -U postgres --auth=trust >/dev/null && " \
             "echo 'host all all all trust' >> /tmp/db/pg_hba.conf && " \
             "exec postgres -D /tmp/db -c listen_addresses='*' -c unix_socket_directories=/tmp"
    try:
        with Container(proof.image, "--network", network, "--network-alias", "db", "--user", "postgres",
                       "--entrypoint", "sh", publish=False, command=["-c", server]):
            options = ["--network", network, "--env", "DATABASE_URL=postgres://postgres@db/postgres",
                       "--env", "SCONCE_TOKEN=a-token-for-all-replicas"]
            mounts = [(proof.code, CODE)]
            with Container(proof.image, *options, mounts=mounts) as one, Container(proof.image, *options, mounts=mounts) as two:
                works(proof, one, "a-token-for-all-replicas")
                two.wait_ready()
                mcp = Mcp(two.url(), "a-token-for-all-replicas").open()
                expect(proof.answer in mcp.call("search_code", path=CODE, query=proof.question), "the replica finds nothing")
                processes = docker("top", one.name, "-o", "pid,args")
                expect("postgres " not in processes, f"PostgreSQL runs inside: {processes}")
                expect("a-token-for-all-replicas" not in one.logs(), "a token that was given is shown")
        proof.passed("an external DATABASE_URL, two replicas on it")
    finally:
        docker("network", "rm", network, check=False)


def second_container(proof):
    with Volume() as volume, Container(proof.image, volume=volume) as one:
        one.wait_ready()
        with Container(proof.image, volume=volume) as two:
            wait_for("the refusal", lambda: not two.running(), 10)
            expect("another container is running on this /data" in two.logs(), two.logs())
            expect(two.state()["ExitCode"] != 0, "exit code 0")
        expect(get(f"{one.url()}/health")[0] == 200, "the first one suffers")
        one.kill()
        with Container(proof.image, volume=volume) as three:
            three.wait_ready()
        proof.passed("a second container on the same /data is refused")


def planted_links(proof):
    """What the server's user plants in the volume leads root nowhere."""
    plant = (
        "chown sconce:sconce /data && cd /data && s6-setuidgid sconce sh -c '"
        "for name in .lock .writable .postgresql.new; do ln -s /etc/planted$name $name; done' "
        "&& ls -A /data"
    )
    with Volume() as volume:
        options = ["--entrypoint", "sh", "--volume", f"{volume.name}:/data"]
        docker("run", "--rm", *options, proof.image, "-c", plant)
        with Container(proof.image, volume=volume) as c:
            c.wait_ready()
            expect("planted" not in c.exec("ls", "/etc"), "root followed a link")
            seen = c.exec("stat", "-c", "%U %a %F", "/data", "/data/.lock").splitlines()
            expect([line.split()[0] for line in seen] == ["root", "root"] and seen[0].startswith("root 1775"), f"{seen}")
            code, seen = c.exec("s6-setuidgid", "sconce", "mv", "/data/postgresql", "/data/elsewhere", check=False)
            expect(code != 0, "the server's user moves the cluster")
        proof.passed("links planted in the volume lead root nowhere")


def tokens(proof):
    with tempfile.TemporaryDirectory() as directory:
        secret = Path(directory, "secret")
        secret.write_text("a-secret-of-a-file-0123456789\n")
        secret.chmod(0o600)
        options = ["--env", "SCONCE_TOKEN_FILE=/run/secrets/sconce", "--volume", f"{secret}:/run/secrets/sconce:ro"]
        with Volume() as volume, Container(proof.image, *options, volume=volume) as c:
            c.wait_ready()
            status = [Mcp(c.url(), token).status_of_initialize() for token in (None, "a-secret-of-a-file-0123456789")]
            expect(status == [401, 200], f"without and with the token of the file: {status}")
            expect("a-secret-of-a-file" not in c.logs(), "the secret is in the log")
        proof.passed("SCONCE_TOKEN_FILE, readable by root alone")


def compose(proof):
    """docker/compose.yaml: its four shapes are sound, and the first one runs."""
    if not tool():
        proof.passed("no docker compose here: not tried")
        return
    for profile in ("alone", "external", "ollama", "scaled"):
        Project(proof, profile)("config")
    with Project(proof, "alone") as alone:
        alone("up", "--detach", "--no-build")
        wait_for("the ready line", lambda: "SCONCE_READY http://" in alone("logs", "--no-color"), 30)
        expect(get("http://127.0.0.1:3000/health")[0] == 200, "/health is not 200")
    proof.passed("docker/compose.yaml: four shapes, the first one run")


def labels(proof):
    config = json.loads(docker("inspect", proof.image))[0]["Config"]
    expect(config["Labels"]["io.modelcontextprotocol.server.name"], "no name for MCP's registry")
    expect(config["Labels"]["org.opencontainers.image.source"], "no OCI source")
    left = docker("run", "--rm", "--entrypoint", "sh", proof.image, "-c",
                  "ls -d /usr/lib/*/libLLVM* /usr/lib/llvm* /usr/bin/curl /usr/bin/python3 /usr/share/perl 2>/dev/null || true")
    expect(not left.strip(), f"in the image: {left}")
    proof.passed("labels; no LLVM, no curl, no Python, no Perl library")
