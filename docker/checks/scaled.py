"""The profile `scaled` of docker/compose.yaml, whole: a primary, a standby, two servers, two workers, a balancer."""

import json
import os
import shutil
import subprocess

from . import standins
from .client import Mcp, get, index
from .engine import Failed, docker, wait_for
from .life import CODE, expect

ADDRESS = "http://127.0.0.1:3000"
TOKEN = "a-token-for-all-servers"


def tool():
    """Compose, as a plugin of docker or by itself; none where there is none."""
    tools = (["docker", "compose"], ["docker-compose"])
    return next((t for t in tools if shutil.which(t[0]) and ran([*t, "version"]).returncode == 0), None)


def ran(command, env=None):
    return subprocess.run([str(part) for part in command], env=env, capture_output=True, text=True, errors="replace")


class Project:
    """The services of one profile, removed with their volumes at the end."""

    def __init__(self, proof, profile, **settings):
        self.profile = profile
        self.command = [*tool(), "--project-name", "sconce-test", "--file", proof.root / "docker/compose.yaml",
                        "--profile", profile]
        self.env = {**os.environ, "SCONCE_IMAGE": proof.image, "REPOSITORIES": str(repositories(proof)), **settings}

    def __enter__(self):
        return self

    def __exit__(self, kind, error, _trace):
        if isinstance(error, Failed):
            error.args = (f"{error}\n--- the logs, their last lines ---\n{self('logs', '--no-color', '--tail', 15)}",)
        self("down", "--volumes", "--timeout", "3")

    def __call__(self, *command):
        done = ran([*self.command, *command], self.env)
        expect(done.returncode == 0, f"compose --profile {self.profile} {command[0]}: {done.stderr[-1500:]}")
        return done.stdout

    def containers(self, service):
        """The names of those of a service that run."""
        rows = [json.loads(line) for line in self("ps", "--format", "json", service).splitlines()]
        return [row["Name"] for row in rows if row["State"] == "running"]


def scaled(proof):
    """docker/compose.yaml's `scaled`: one address for all, the standby is read, and one of each may die."""
    if not tool():
        proof.passed("no docker compose here: not tried")
        return
    tags = standins.databases(proof.image) + standins.balancers(standins.base(fresh=False))
    try:
        with Project(proof, "scaled", SCONCE_TOKEN=TOKEN, DATABASE_PASSWORD="a-password") as project:
            project("up", "--detach", "--no-build")
            wait_for("the balancer", lambda: get(f"{ADDRESS}/health/ready")[0] == 200, 90, every=0.5)
            expect(Mcp(ADDRESS, TOKEN + "x").status_of_initialize() == 401, "a wrong token is taken")
            servers = wait_for("two servers", lambda: two(project.containers("server")), 60, every=0.5)
            state = index(Mcp(ADDRESS, TOKEN).open(), CODE)
            proof.passed("scaled: one index job behind the balancer", state["summary"])

            reads = [wait_for(f"{server}'s reads at the standby", lambda: reads_at_standby(server, proof), 30, every=0.5)
                     for server in servers]
            told = health(own_address(servers[0]))["workers"]
            expect([worker["role"] for worker in told] == ["worker", "worker"], f"other workers than two: {told}")
            proof.passed("scaled: both servers answer, and read at the standby", f"{reads} statements")

            lost(project, "standby")
            searched(proof)
            docker("kill", servers[0])
            wait_for("the other server", lambda: searched(proof, patient=True), 30, every=0.5)
            docker("kill", project.containers("worker")[0])
            more = repositories(proof) / "app/added.py"
            more.write_text('def grease_the_hinge(door):\n    """Puts oil on the hinge of a door."""\n    return door\n')
            more.chmod(0o644)
            mcp = Mcp(ADDRESS, TOKEN).open()
            index(mcp, CODE)
            found = str(mcp.call("search_code", path=CODE, query="oil the hinge of a door"))
            expect("added.py" in found, f"a new file is not found: {found[:600]}")
            proof.passed("scaled: without its standby, one server and one worker it indexes and answers")
    finally:
        for tag in tags:
            docker("rmi", "--force", tag, check=False)


def repositories(proof):
    """A directory of them that the server's user may read, with one in it."""
    directory = proof.directory / "repositories"
    if not directory.exists():
        shutil.copytree(proof.code, directory / "app")
        directory.chmod(0o755)
    return directory


def two(names):
    return names if len(names) == 2 else None


def searched(proof, address=ADDRESS, patient=False):
    """A search by meaning, which finds what it must; false where nobody answers and one is patient."""
    try:
        found = str(Mcp(address, TOKEN).open().call("search_code", path=CODE, query=proof.question))
    except Failed:
        if patient:
            return False
        raise
    expect(proof.answer in found, f"{proof.answer} is not in {found[:800]}")
    return True


def own_address(container):
    networks = json.loads(docker("inspect", container))[0]["NetworkSettings"]["Networks"]
    return f"http://{next(iter(networks.values()))['IPAddress']}:3000"


def health(address):
    return json.loads(get(f"{address}/health", token=TOKEN)[1])


def reads_at_standby(server, proof):
    """How many statements the standby has answered for a server that searches."""
    address = own_address(server)
    searched(proof, address)
    standby = health(address)["standby"]
    return standby["ok"] and standby["reads"]


def lost(project, service):
    for name in project.containers(service):
        docker("kill", name)
    wait_for(f"the end of {service}", lambda: not project.containers(service), 20)
