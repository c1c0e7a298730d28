# SPDX-License-Identifier: GPL-2.0-only
"""Build the outboard program into build/tools/.

    tools.py [--install [--destdir DIR] [--prefix DIR]]

With libfdt from Debian's sources. --install: install it below DESTDIR and PREFIX.
"""
import argparse
import fcntl
import os
import threading

from outboard.sources import libfdt
from outboard.steps import BUILD, TOP, Step


_building = threading.Lock()
_built = {}


def outboard(quiet=True, out=BUILD / "tools", extra=()):
    """Path of the program, built once in a run when its sources are newer.

    @extra: further make variables, such as CFLAGS=.
    """
    with _building:
        if out not in _built:
            _built[out] = _build(quiet, out, extra)
    return _built[out]


def _make(source, out):
    """make's words; relative, since it takes no path with a space, which a checkout's may have."""
    link = out / "libfdt-sources"
    if not link.is_symlink() or link.readlink() != source:
        link.unlink(missing_ok=True)
        link.symlink_to(source)
    out = os.path.relpath(out, TOP / "tools")
    return ["make", "-C", TOP / "tools", f"LIBFDT={out}/{link.name}", f"O={out}"]


def _build(quiet, out, extra):
    program = out / "outboard"
    source = libfdt.source()
    out.mkdir(parents=True, exist_ok=True)
    with open(out / ".lock", "w", encoding="ascii") as lock, \
            Step("outboard", log=f"tools-{out.name}") as step:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = program.stat().st_mtime if program.exists() else None
        step.run([*_make(source, out), f"-j{os.cpu_count()}", *extra])
        step.note = str(program.relative_to(TOP))
        step.silent = quiet and before == program.stat().st_mtime
    return program


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--install", action="store_true")
    parser.add_argument("--destdir", default="")
    parser.add_argument("--prefix", default="/usr/local")
    args = parser.parse_args()
    outboard(quiet=False)
    if args.install:
        # make -C changes the directory: what is relative is relative to this one.
        destdir = os.path.abspath(args.destdir) if args.destdir else ""
        prefix = os.path.abspath(args.prefix)
        with Step("program and man pages") as step:
            step.run([*_make(libfdt.source(), BUILD / "tools"), f"DESTDIR={destdir}",
                      f"PREFIX={prefix}", "install"])
            step.note = f"in {destdir}{prefix}"
