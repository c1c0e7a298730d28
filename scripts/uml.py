#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""The kernel of the register bench: User Mode Linux of Debian's linux-source.

    uml.py      build it if it is not in the cache; print its program's path

It is built once for each version of the sources, of tests/kunit/kernel.patch and
kernel.config, and of the compiler. Modules are built against its build directory.
"""
import dataclasses
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys

import aptroot
import linux_source
import steps
from steps import CACHE, TOP, Fault, Step

RELEASE = "6.12"
PATCH = TOP / "tests/kunit/kernel.patch"
CONFIG = TOP / "tests/kunit/kernel.config"
BASE = CACHE / "uml"
# Kernels that are kept, newest use first.
KEPT = 6


@dataclasses.dataclass(frozen=True)
class Kernel:
    """@source: its sources, patched; @build: its build directory."""

    source: pathlib.Path
    build: pathlib.Path

    @property
    def program(self):
        return self.build / "linux"

    @property
    def version(self):
        return (self.build / "include/config/kernel.release").read_text(encoding="ascii").strip()

    def option(self, name):
        """The value of a configuration option, or None."""
        found = re.search(rf"^CONFIG_{name}=(.*)$",
                          (self.build / ".config").read_text(encoding="utf-8"), re.M)
        return found[1] if found else None


def environ():
    """For the kernel's make: no flag of an outer make, Debian's programs."""
    keep = {name: value for name, value in os.environ.items()
            if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "ARCH", "CROSS_COMPILE", "O")}
    return {**keep, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}


def make(kernel, *arguments):
    """The command line of the kernel's make."""
    return ["make", "-C", kernel.source, "ARCH=um", f"O={kernel.build}",
            f"-j{os.cpu_count()}", *arguments]


def kernel():
    """The bench's kernel; built first if the cache has not this one."""
    source = linux_source.whole(RELEASE)
    compiler = subprocess.run(["gcc", "-dumpfullversion"], capture_output=True, text=True,
                              check=True).stdout
    digest = hashlib.sha256("\0".join([
        linux_source.version(source), compiler, PATCH.read_text(encoding="utf-8"),
        CONFIG.read_text(encoding="utf-8")]).encode()).hexdigest()[:16]
    place = BASE / digest
    built = Kernel(place / "source", place / "build")
    stamp = place / "built"
    if not stamp.exists():
        with aptroot.lock("uml"):
            if not stamp.exists():
                _build(built, source)
                stamp.touch()
    os.utime(place)
    old = sorted((path for path in BASE.iterdir() if (path / "built").exists()),
                 key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]
    for path in old:
        shutil.rmtree(path, ignore_errors=True)
    return built


def _build(new, source):
    with Step("User Mode Linux, for the register bench", log="uml") as step:
        shutil.rmtree(new.build.parent, ignore_errors=True)
        new.build.mkdir(parents=True)
        # Hard links: patch replaces what it changes, and nothing else writes there.
        step.run(["cp", "-al", source, new.source])
        try:
            step.run(["patch", "-d", new.source, "-p1", "--no-backup-if-mismatch", "-i", PATCH])
        except subprocess.CalledProcessError:
            raise Fault(f"{PATCH.relative_to(TOP)} does not fit Linux "
                        f"{linux_source.version(source)}\n{step.tail(8)}", 1) from None
        step.run([*make(new, "allnoconfig"), f"KCONFIG_ALLCONFIG={CONFIG}"], env=environ())
        _check(new)
        step.run(make(new, "linux", "modules"), env=environ())
        step.note = new.version


def _check(new):
    """Every line of the configuration was taken: options come and go silently."""
    lost = []
    for line in CONFIG.read_text(encoding="utf-8").splitlines():
        wanted = re.fullmatch(r"CONFIG_(\w+)=(.*)", line)
        if wanted and (new.option(wanted[1]) or "n") != wanted[2]:
            lost.append(f"{line} is {new.option(wanted[1]) or 'n'}")
    if lost:
        raise Fault(f"{CONFIG.relative_to(TOP)}: {'; '.join(lost)}", 1)


if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).parent))
    steps.main_guard(lambda: print(kernel().program))
