"""Docker's command line, as far as the checks use it. No dependency beyond Python."""

import json
import subprocess
import time
import uuid

PREFIX = "sconce-test"


class Failed(Exception):
    """A check that does not hold; the text says what was seen."""


def docker(*arguments, check=True, stdin=None, timeout=120, env=None):
    """Runs docker; returns its output (stdout and stderr together, as `docker logs` needs)."""
    done = subprocess.run(
        ["docker", *map(str, arguments)],
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=timeout,
        env=env,
    )
    if check and done.returncode != 0:
        raise Failed(f"docker {' '.join(map(str, arguments[:3]))} …: {done.stdout.strip()[-2000:]}")
    return done.stdout if check else (done.returncode, done.stdout)


def wait_for(what, condition, seconds, every=0.05):
    """Polls until `condition` returns something true, and returns it."""
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise Failed(f"{what}: not within {seconds} s")
        time.sleep(every)


class Volume:
    """A named volume, removed at the end."""

    def __init__(self, megabytes=None):
        self.name = f"{PREFIX}-{uuid.uuid4().hex[:8]}"
        options = []
        if megabytes:
            options = ["--driver", "local", "--opt", "type=tmpfs", "--opt", "device=tmpfs"]
            options += ["--opt", f"o=size={megabytes}m,mode=1777"]
        docker("volume", "create", *options, self.name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        docker("volume", "rm", "-f", self.name, check=False)


class Container:
    """A container of the image, removed at the end."""

    def __init__(self, image, *arguments, volume=None, mounts=(), command=(), publish=True):
        self.name = f"{PREFIX}-{uuid.uuid4().hex[:8]}"
        options = ["--detach", "--name", self.name]
        if publish:
            options += ["--publish", "127.0.0.1::3000"]
        if volume:
            options += ["--volume", f"{volume.name}:/data"]
        for source, target in mounts:
            options += ["--volume", f"{source}:{target}:ro"]
        self.started = time.monotonic()
        try:
            docker("run", *options, *arguments, image, *command)
        except Failed:
            self.remove()
            raise

    def __enter__(self):
        return self

    def __exit__(self, kind, error, _trace):
        if isinstance(error, Failed):
            error.args = (f"{error}\n--- the container's log, its last lines ---\n{self.tail()}",)
        self.remove()

    def remove(self):
        docker("rm", "--force", "--volumes", self.name, check=False)

    def logs(self):
        return docker("logs", self.name)

    def tail(self, lines=40):
        return docker("logs", "--tail", lines, self.name, check=False)[1]

    def state(self):
        return json.loads(docker("inspect", self.name))[0]["State"]

    def running(self):
        return self.state()["Running"]

    def health(self):
        return self.state()["Health"]["Status"]

    def health_output(self):
        log = self.state()["Health"]["Log"] or [{"Output": ""}]
        return log[-1]["Output"]

    def url(self):
        port = docker("port", self.name, "3000/tcp").split()[0].rsplit(":", 1)[1]
        return f"http://127.0.0.1:{port}"

    def wait_log(self, text, seconds, times=1):
        """Waits until a line of the log holds `text` for the n-th time; returns the seconds since the start."""

        def there():
            log = self.logs()
            if log.count(text) >= times:
                return True
            if not self.running():
                raise Failed(f"the container ended before {text!r}")
            return False

        wait_for(f"{text!r} in the log", there, seconds)
        return time.monotonic() - self.started

    def wait_ready(self, seconds=30, times=1):
        return self.wait_log("SCONCE_READY http://", seconds, times)

    def exec(self, *command, check=True, stdin=None, user=None, timeout=120):
        options = ["--interactive"] if stdin is not None else []
        if user:
            options += ["--user", user]
        return docker("exec", *options, self.name, *command, check=check, stdin=stdin, timeout=timeout)

    def kill_service(self, service):
        """kill -9 of a service's own process."""
        pid = self.exec("s6-svstat", "-o", "pid", f"/run/sconce/services/{service}").strip()
        self.exec("sh", "-c", f"kill -9 {pid}")

    def stop(self):
        """`docker stop`; returns the seconds it took."""
        begin = time.monotonic()
        docker("stop", self.name)
        return time.monotonic() - begin

    def kill(self):
        docker("kill", "--signal", "KILL", self.name)
        wait_for("the container's end", lambda: not self.running(), 10)

    def token(self):
        return self.exec("cat", "/data/token").strip()
