"""Stand-ins for the two base images, where no registry can be reached: a debootstrap of trixie, and on
top of it this machine's Rust toolchain. Both are made once and kept until `--fresh`."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from .engine import Failed, PREFIX, docker

BASE = f"{PREFIX}/trixie-slim"
BUILD = f"{PREFIX}/rust-trixie"
BINARY = f"{PREFIX}/binary"

# What the official slim image leaves out of a minimal Debian, too.
SLIM = ["usr/share/doc", "usr/share/man", "usr/share/info", "usr/share/locale", "usr/share/lintian"]
SLIM += ["var/cache/apt/archives", "var/lib/apt/lists", "var/log"]

# This machine's own way to packages (mirrors, certificates), which a container needs as well.
HOST_CONFIGURATION = [
    ("/etc/ssl/certs/ca-certificates.crt", "etc/ssl/certs/ca-certificates.crt"),
    ("/etc/pip.conf", "etc/pip.conf"),
    ("~/.config/pip/pip.conf", "root/.config/pip/pip.conf"),
    ("~/.cargo/config.toml", "usr/local/cargo/config.toml"),
]
HOST_VARIABLES = ["http_proxy", "https_proxy", "no_proxy", "PIP_INDEX_URL", "PIP_CERT", "CARGO_HTTP_CAINFO"]


def present(image):
    return docker("image", "inspect", image, check=False)[0] == 0


def base(fresh):
    """debian:trixie-slim, or its stand-in."""
    if docker("pull", "--quiet", "debian:trixie-slim", check=False, timeout=600)[0] == 0:
        return "debian:trixie-slim"
    if fresh or not present(BASE):
        with tempfile.TemporaryDirectory(prefix=PREFIX) as directory:
            root = Path(directory, "root")
            # Without a mirror given, debootstrap takes its own default.
            mirror = [os.environ["DEBIAN_MIRROR"]] if "DEBIAN_MIRROR" in os.environ else []
            run("debootstrap", "--variant=minbase", "trixie", root, *mirror)
            for path in SLIM:
                for entry in Path(root, path).iterdir():
                    shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
            import_tree(root, BASE)
    return BASE


def build(fresh, base_image):
    """rust:1-trixie, or its stand-in: `base`, a C compiler, and this machine's toolchain."""
    if docker("pull", "--quiet", "rust:1-trixie", check=False, timeout=600)[0] == 0:
        return "rust:1-trixie"
    if fresh or not present(BUILD):
        sysroot = run("rustc", "--print", "sysroot").strip()
        target = next(line[6:] for line in run("rustc", "-vV").splitlines() if line.startswith("host: "))
        with tempfile.TemporaryDirectory(prefix=PREFIX) as directory:
            tools = Path(directory, "root/usr/local")
            tools.mkdir(parents=True)
            libraries = [f"--exclude=./lib/rustlib/{name}" for name in os.listdir(f"{sysroot}/lib/rustlib")
                         if name.count("-") >= 2 and name != target and not name.startswith("manifest")]
            copy_tree(sysroot, tools, "--exclude=./share", *libraries)
            for source, place in HOST_CONFIGURATION:
                source = Path(source).expanduser()
                if source.exists():
                    Path(directory, "root", place).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(source, Path(directory, "root", place))
            variables = [f"ENV {name}={os.environ[name]}" for name in HOST_VARIABLES if os.environ.get(name)]
            Path(directory, "Dockerfile").write_text("\n".join([
                f"FROM {base_image}",
                "RUN apt-get update && apt-get install --yes --no-install-recommends "
                "gcc g++ make libc6-dev ca-certificates && rm -rf /var/lib/apt/lists/*",
                "COPY root /",
                "ENV CARGO_HOME=/usr/local/cargo",
                *variables,
            ]) + "\n")
            docker("build", "--tag", BUILD, directory, timeout=1800)
    return BUILD


def prebuilt(binary, build_image):
    """`build` with a `cargo` that hands out a binary made outside, for work on the services. The program
    that brings the model is then the binary, too."""
    with tempfile.TemporaryDirectory(prefix=PREFIX) as directory:
        shutil.copy(binary, Path(directory, "sconce"))
        script(Path(directory, "model-pull"), 'SCONCE_DATA_DIR="$2" exec /opt/prebuilt/sconce model pull "$1"')
        # A change of the sources is a change of the binary, as it is when it is compiled.
        script(Path(directory, "cargo"), "mkdir -p target/release && cp /opt/prebuilt/* target/release/ 2> /dev/null\n"
               "find crates -type f | sort | xargs sha256sum | sha256sum >> target/release/sconce")
        Path(directory, "Dockerfile").write_text(
            f"FROM {build_image}\nCOPY sconce model-pull /opt/prebuilt/\nCOPY cargo /opt/prebuilt/bin/\n"
            "ENV PATH=/opt/prebuilt/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"
        )
        docker("build", "--tag", BINARY, directory, timeout=600)
    return BINARY


# As pgvector's image behaves: a cluster at the first start, then what its directory for that holds, then the server.
POSTGRES = r"""set -eu
if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA" && chown postgres:postgres "$PGDATA"
    exec setpriv --reuid postgres --regid postgres --clear-groups "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    printf %s "$POSTGRES_PASSWORD" > /tmp/password
    initdb --pgdata "$PGDATA" --username "$POSTGRES_USER" --pwfile /tmp/password --auth-host scram-sha-256
    echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
    echo "listen_addresses = '*'" >> "$PGDATA/postgresql.conf"
    pg_ctl --pgdata "$PGDATA" --wait start --options "-c listen_addresses= -c unix_socket_directories=/tmp"
    createdb --host /tmp --username "$POSTGRES_USER" "$POSTGRES_USER"
    for file in /docker-entrypoint-initdb.d/*.sh; do . "$file"; done
    pg_ctl --pgdata "$PGDATA" --wait stop
fi
exec "$@"
"""


def databases(image):
    """The image of the scaled profile's PostgreSQL, or a stand-in on Sconce's own, which has one with pgvector.
    Returns the tags that were made."""
    tag = "pgvector/pgvector:pg17"
    if docker("pull", "--quiet", tag, check=False, timeout=600)[0] == 0:
        return []
    with tempfile.TemporaryDirectory(prefix=PREFIX) as directory:
        script(Path(directory, "entrypoint"), POSTGRES)
        Path(directory, "Dockerfile").write_text("\n".join([
            f"FROM {image}",
            "USER root",
            "ENV PGDATA=/var/lib/postgresql/data",
            "RUN mkdir -p /var/lib/postgresql/data /docker-entrypoint-initdb.d /var/run/postgresql && "
            "chown postgres:postgres /var/lib/postgresql/data /var/run/postgresql && chmod 1777 /var/lib/postgresql/data",
            "COPY entrypoint /usr/local/bin/entrypoint",
            'ENTRYPOINT ["/usr/local/bin/entrypoint"]',
            'CMD ["postgres"]',
        ]) + "\n")
        docker("build", "--tag", tag, directory, timeout=600)
    return [tag]


def balancers(base_image):
    """The scaled profile's HAProxy, or Debian's in its place. Returns the tags that were made."""
    tag = "haproxy:3.2-alpine"
    if docker("pull", "--quiet", tag, check=False, timeout=600)[0] == 0:
        return []
    with tempfile.TemporaryDirectory(prefix=PREFIX) as directory:
        Path(directory, "Dockerfile").write_text("\n".join([
            f"FROM {base_image}",
            "RUN apt-get update && apt-get install --yes --no-install-recommends haproxy wget && "
            "rm -rf /var/lib/apt/lists/*",
            "USER haproxy",
            'CMD ["haproxy", "-W", "-db", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]',
        ]) + "\n")
        docker("build", "--tag", tag, directory, timeout=600)
    return [tag]


def script(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(f"{command[0]}: {(done.stdout + done.stderr).strip()[-2000:]}")
    return done.stdout


def copy_tree(source, target, *options):
    pack = subprocess.Popen(["tar", "-C", source, *options, "-c", "."], stdout=subprocess.PIPE)
    subprocess.run(["tar", "-C", str(target), "-x"], stdin=pack.stdout, check=True)
    if pack.wait() != 0:
        raise Failed(f"{source} could not be copied")


def import_tree(root, image):
    pack = subprocess.Popen(["tar", "-C", str(root), "-c", "."], stdout=subprocess.PIPE)
    subprocess.run(["docker", "import", "-", image], stdin=pack.stdout, check=True, stdout=subprocess.DEVNULL)
    if pack.wait() != 0:
        raise Failed(f"{root} could not be imported")
