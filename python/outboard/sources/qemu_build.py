# SPDX-License-Identifier: GPL-2.0-only
"""The project's QEMU: Debian's source package with the machine and models of twin/.

    python qemu      build what changed; print the program's path

There is one build directory in the cache, in which a changed model costs its own
compilation and the link. The finished programs are kept beside it, each named by
what it was made of, so a checkout with other models does not disturb this one.
"""
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess

from outboard.sources import aptroot
from outboard.steps import CACHE, TOP, Fault, Step

TWIN = TOP / "twin"
PATCH = TWIN / "qemu.patch"
DEVICES = TWIN / "board-twin.mak"
PROGRAM = "qemu-system-aarch64"
BASE = CACHE / "qemu-build"
# Suites whose QEMU the models are written for (10.0); a stable suite's files stay.
SUITES = ("trixie", "bookworm-backports")
# Debian 12's meson is older than QEMU asks for; this one is Python alone.
MESON_SUITE = "trixie"
OPTIONS = (TWIN / "configure-options").read_text(encoding="ascii").splitlines()
CONFIGURE = ("--python=/usr/bin/python3", *(line for line in OPTIONS if line.startswith("--")))
# Finished programs that are kept, newest first.
KEPT = 8


def _digest(parts):
    whole = hashlib.sha256()
    for part in parts:
        if isinstance(part, pathlib.Path):
            whole.update(part.name.encode() + b"\0" + part.read_bytes())
        else:
            whole.update(str(part).encode())
        whole.update(b"\0")
    return whole.hexdigest()[:16]


def sources():
    """What of twin/ goes into QEMU's tree as hw/board-twin."""
    return sorted(path for path in TWIN.iterdir()
                  if path.suffix in (".c", ".h") or
                  path.name in ("Kconfig", "meson.build", "trace-events"))


def program():
    """The path of the QEMU that is made of this checkout; builds it if need be."""
    final = CACHE / "qemu-twin" / _digest([PATCH, DEVICES, CONFIGURE, *sources()]) / PROGRAM
    if not final.exists():
        with aptroot.lock("qemu-twin"):
            if not final.exists():
                _build(final)
    os.utime(final.parent)
    return final


def source():
    """QEMU's sources in the cache, there once program() was called."""
    return BASE / "source"


def compile_strictly(name):
    """(name, (status, messages)) of a file of twin/ compiled with warnings as errors."""
    commands = json.loads((BASE / "build/compile_commands.json").read_text(encoding="utf-8"))
    wanted = f"hw/board-twin/{pathlib.Path(name).name}"
    for entry in commands:
        if entry["file"].endswith(wanted):
            command = re.sub(r" -o \S+", " -o /dev/null", entry["command"])
            command = re.sub(r" -M[QF] \S+| -MD", "", command)
            done = subprocess.run(["sh", "-c", command + " -Werror"], cwd=entry["directory"],
                                  capture_output=True, text=True, check=False)
            return name, (done.returncode, done.stdout + done.stderr)
    return name, (1, f"{name}: not in twin/meson.build")


def _build(final):
    base = BASE
    made_of = _digest([PATCH, CONFIGURE])
    stamp = base / "made-of"
    if not stamp.exists() or stamp.read_text(encoding="ascii") != made_of:
        _prepare(base)
        stamp.write_text(made_of, encoding="ascii")
    with Step("QEMU with the board twin") as step:
        _synchronise(base / "source")
        if not (base / "build/build.ninja").exists():
            _configure(base, step)
        step.run(["ninja", "-C", base / "build", PROGRAM], env=_environ())
        # Published in one move: other runs may be looking.
        final.parent.parent.mkdir(parents=True, exist_ok=True)
        with aptroot.workspace("qemu") as work:
            step.run(["strip", "-o", work / PROGRAM, base / "build" / PROGRAM])
            fresh = work / "fresh"
            fresh.mkdir()
            (work / PROGRAM).rename(fresh / PROGRAM)
            aptroot.publish(fresh, final.parent)
    programs = sorted((path for path in final.parent.parent.iterdir() if path.is_dir()),
                      key=lambda path: path.stat().st_mtime, reverse=True)
    for old in programs[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


def _prepare(base):
    """Fetch and patch QEMU's sources, and throw an earlier build directory away."""
    with Step("sources of QEMU") as step:
        shutil.rmtree(base, ignore_errors=True)
        with aptroot.workspace("qemu") as work:
            archive = _fetch(work, step)
            tree = work / "source"
            tree.mkdir()
            step.run(["tar", "-xf", archive, "-C", tree, "--strip-components=1"])
            try:
                step.run(["patch", "-d", tree, "-p1", "--no-backup-if-mismatch", "-i", PATCH])
            except subprocess.CalledProcessError:
                raise Fault(f"{PATCH.relative_to(TOP)} does not fit Debian's {archive.name}: "
                            f"its places must be found anew\n{step.tail(8)}", 1) from None
            base.mkdir(parents=True)
            tree.rename(base / "source")
        step.note = archive.name.split("_")[-1].removesuffix(".orig.tar.xz")


def _fetch(work, step):
    for suite in SUITES:
        root = aptroot.AptRoot(suite, source=True)
        root.update(step)
        try:
            return root.download_source("qemu", work, step)
        except aptroot.Vanished:
            continue
    raise Fault(f"no suite of {', '.join(SUITES)} has the source of qemu")


def _synchronise(source):
    """Bring hw/board-twin up to date; an unchanged file keeps its time stamp."""
    target = source / "hw/board-twin"
    target.mkdir(exist_ok=True)
    wanted = {path.name: path for path in sources()}
    for old in target.iterdir():
        if old.name not in wanted and old.name != "trace.h":
            old.unlink()
    pairs = [(path, target / name) for name, path in wanted.items()]
    pairs.append((DEVICES, source / "configs/devices/aarch64-softmmu" / DEVICES.name))
    for path, copy in pairs:
        if not copy.exists() or copy.read_bytes() != path.read_bytes():
            shutil.copyfile(path, copy)
    trace = target / "trace.h"
    if not trace.exists():
        trace.write_text('#include "trace/trace-hw_board_twin.h"\n', encoding="ascii")


def _meson():
    with Step("meson of a newer Debian") as step:
        tree = aptroot.tree("meson", ["meson"], suites=(MESON_SUITE,), arch=None, step=step)
        step.silent = step.note == "cached"
    return tree


def _environ():
    # PATH: Debian's own Python and what belongs to it, not another that a user has.
    meson = CACHE / "meson/usr"
    return {**os.environ, "PYTHONPATH": str(meson / "lib/python3/dist-packages"),
            "PATH": f"{meson}/bin:/usr/sbin:/usr/bin:/sbin:/bin"}


def _configure(base, step):
    _meson()
    build = base / "build"
    shutil.rmtree(build, ignore_errors=True)
    build.mkdir()
    step.run(["../source/configure", *CONFIGURE], cwd=build, env=_environ())


def main():
    print(program())
