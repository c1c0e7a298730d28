# SPDX-License-Identifier: GPL-2.0-only
"""Device trees against the kernel's bindings, with dt-schema of a newer Debian.

    dtschema.py [--base BASE.dtb] TREE.dtb...    what the bindings have against a tree

Debian 12's dt-schema is too old for the bindings of today's kernels; the one in the
cache runs with its own suite's Python and C library. With --base, a message that the
base has too does not count.
"""
import argparse
import concurrent.futures
import contextlib
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import typing

from outboard import steps
from outboard.sources import aptroot, linux_source
from outboard.steps import CACHE, Fault, Step

OLDEST = (2023, 9)
SOURCES = "newest"
WORKER = pathlib.Path(__file__).with_name("schema_worker.py")
# For what the kernel has no binding for.
OURS = steps.TOP / "docs" / "bindings"

# Schema of a message that says that no binding has a compatible; its text is that compatible.
UNDOCUMENTED = "undocumented"


def short(schema):
    """A schema's name without the address that they all have."""
    return schema.removeprefix("http://devicetree.org/schemas/").removesuffix("#")


class Message(typing.NamedTuple):
    """What a schema has against a node. @path is empty where it is not known."""

    path: str
    schema: str
    text: str

    def __str__(self):
        if self.schema == UNDOCUMENTED:
            return f"{self.path}: no binding has {self.text}"
        schema = short(self.schema)
        return f"{self.path or 'tree'}: {self.text}" + (f" ({schema})" if schema else "")


def python():
    """Command line of the Python that has dt-schema, and its environment."""
    command = aptroot.program("dt-schema", "dt-schema", "usr/bin/python3")
    root = CACHE / "dt-schema"
    environ = {**os.environ, "PYTHONHOME": str(root / "usr"), "PYTHONNOUSERSITE": "1",
               "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"}
    environ.pop("PYTHONPATH", None)
    # -P: a script's own folder has other modules of the same names.
    return [*command, "-P"], environ


def version():
    """dt-schema's version in the cache, such as 2026.6."""
    python()
    packages = (CACHE / "dt-schema/PACKAGES").read_text(encoding="ascii")
    found = re.search(r"^dt-schema_(\d+)\.(\d+)", packages, re.M)
    number = tuple(map(int, found.groups())) if found else (0, 0)
    if number < OLDEST:
        raise Fault(f"dt-schema of {'.'.join(map(str, number))} is too old for today's bindings; "
                    f"delete {CACHE / 'dt-schema'} to have it fetched anew")
    return f"{number[0]}.{number[1]}"


def ours():
    """The project's own bindings."""
    return sorted(OURS.rglob("*.yaml"))


def processed(sources=SOURCES):
    """All schemas of a kernel's bindings and ours in one file, made once by dt-mk-schema."""
    root = linux_source.get(sources)
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in ours())).hexdigest()[:16]
    stamp = {"dt-schema": version(), "bindings": linux_source.version(root), "ours": digest}
    final = CACHE / "dt-bindings" / root.name

    def ready():
        try:
            return json.loads((final / "stamp.json").read_text(encoding="ascii")) == stamp
        except (OSError, ValueError):
            return False
    if ready():
        return final / "schema.json"
    with Step("schemas of the bindings") as step, aptroot.lock(f"dt-bindings-{root.name}"):
        step.note = f"Linux {stamp['bindings']}, dt-schema {stamp['dt-schema']}"
        if not ready():
            command, environ = python()
            with aptroot.workspace("dt-bindings") as work:
                fresh = work / "fresh"
                fresh.mkdir()
                step.run([*command, CACHE / "dt-schema/usr/bin/dt-mk-schema", "-j",
                          "-o", fresh / "schema.json", "Documentation/devicetree/bindings", OURS],
                         env=environ, cwd=root)
                (fresh / "stamp.json").write_text(json.dumps(stamp) + "\n", encoding="ascii")
                aptroot.publish(fresh, final)
    return final / "schema.json"


def check_binding(path, out, sources=SOURCES):
    """What the rules for bindings have against one, as text; its example, compiled, is @out."""
    root = linux_source.get(sources)
    command, environ = python()
    tools = CACHE / "dt-schema/usr/bin"
    # What it refers to is looked for beside it: it is put among the kernel's.
    folder = out.with_suffix("") / path.parent.name
    folder.mkdir(parents=True)
    for other in (root / "Documentation/devicetree/bindings" / folder.name).glob("*.yaml"):
        if other.name != path.name:
            (folder / other.name).symlink_to(other)
    for other in (root / "Documentation/devicetree/bindings").iterdir():
        if other.name != folder.name:
            (folder.parent / other.name).symlink_to(other)
    shutil.copy(path, folder)
    done = subprocess.run([*command, tools / "dt-doc-validate", folder / path.name], env=environ,
                          capture_output=True, text=True, check=False)
    said = (done.stdout + done.stderr).strip()
    if done.returncode or said:
        return said or f"dt-doc-validate: status {done.returncode}"
    done = subprocess.run([*command, tools / "dt-extract-example", path], env=environ,
                          capture_output=True, text=True, check=False)
    if done.returncode:
        return done.stderr.strip()
    source = out.with_suffix(".dts")
    source.write_text(done.stdout, encoding="utf-8")
    return "\n".join(linux_source.compile_dts(root, source, out, symbols=False))


class Worker:
    """A process that holds the schemas and validates one tree after the other."""

    def __init__(self, schema, log):
        command, environ = python()
        self.log = log
        self.process = subprocess.Popen([*command, WORKER, schema], env=environ, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=open(log, "a", encoding="utf-8"))

    def ask(self, tree, base):
        """The messages of one tree."""
        job = {"tree": str(tree), "base": str(base) if base else None}
        answer = ""
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(json.dumps(job) + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        if not answer:
            raise Fault(f"{tree}: dt-schema cannot validate it; its errors: {self.log}", 1)
        answer = json.loads(answer)
        if "fault" in answer:
            raise Fault(f"{tree}: dt-schema cannot read it: {answer['fault']}", 1)
        return [Message(*message) for message in answer["messages"]]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def validate(trees, bases=None, sources=SOURCES, workers=2):
    """{tree: messages}. @bases: tree -> another, whose messages do not count.

    A node that says the same in both trees has the same messages in both, and is not
    looked at; so it is quick to validate many trees made of one base.
    """
    schema = processed(sources)
    bases = bases or {}
    batches = {}
    for tree in trees:
        batches.setdefault(bases.get(tree), []).append(tree)
    queue = sorted(batches.items(), key=lambda batch: -len(batch[1]))
    log = steps.LOGS / "dtschema.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_bytes(b"")

    def run(worker):
        found = {}
        with contextlib.closing(worker):
            while True:
                try:
                    base, batch = queue.pop(0)
                except IndexError:
                    return found
                for tree in batch:
                    found[tree] = worker.ask(tree, base)

    found = {}
    count = max(1, min(workers, len(queue)))
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        for part in pool.map(run, [Worker(schema, log) for _ in range(count)]):
            found.update(part)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base", type=pathlib.Path)
    parser.add_argument("--sources", default=SOURCES, choices=linux_source.NAMES)
    parser.add_argument("trees", nargs="+", type=pathlib.Path, metavar="TREE.dtb")
    args = parser.parse_args()
    for path in [*args.trees, *([args.base] if args.base else [])]:
        if not path.is_file():
            raise Fault(f"{path}: there is no such file")
    found = validate(args.trees, dict.fromkeys(args.trees, args.base), args.sources)
    for tree, messages in found.items():
        for message in messages:
            print(f"{tree.name}: {message}")
    return 1 if any(found.values()) else 0
