# SPDX-License-Identifier: GPL-2.0-only
"""The kernels of the register bench: User Mode Linux of Debian's linux-source.

    uml.py [RELEASE]    build it if it is not in the cache; print its program's path

One is built once for each version of the sources, of the compiler, and of the patches and
configuration in tests/kunit: kernel.patch and kernel.config, and kernel-RELEASE.* for what
releases differ in. Comments do not count. Modules are built against its build directory.
"""
import dataclasses
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys

from outboard import steps
from outboard.sources import aptroot, linux_source
from outboard.steps import CACHE, TOP, Fault, Step

# The main one is the first.
RELEASES = ("6.12", "6.1")
RELEASE = RELEASES[0]
HERE = TOP / "tests/kunit"
# Kernels of a release that are kept, newest use first.
KEPT = 6


@dataclasses.dataclass(frozen=True)
class Kernel:
    """@source: its sources, patched; @build: its build directory."""

    release: str
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


def patches(release):
    return [HERE / "kernel.patch", HERE / f"kernel-{release}.patch"]


def options(release):
    """What is configured: the lines of the files that are not comments."""
    return [line for name in ("kernel.config", f"kernel-{release}.config")
            for line in (HERE / name).read_text(encoding="utf-8").splitlines()
            if re.match(r"(# )?CONFIG_", line)]


def kernel(release=RELEASE):
    """The bench's kernel of a release; built first if the cache has not this one."""
    source = linux_source.whole(release)
    compiler = subprocess.run(["gcc", "-dumpfullversion"], capture_output=True, text=True,
                              check=True).stdout
    digest = hashlib.sha256("\0".join([
        linux_source.version(source), compiler, *options(release),
        *(re.split("^(?=--- )", path.read_text(encoding="utf-8"), maxsplit=1, flags=re.M)[1]
          for path in patches(release))]).encode()).hexdigest()[:16]
    base = CACHE / f"uml-{release}"
    place = base / digest
    built = Kernel(release, place / "source", place / "build")
    stamp = place / "built"
    if not stamp.exists():
        with aptroot.lock(base.name):
            if not stamp.exists():
                _build(built, source)
                stamp.touch()
    os.utime(place)
    old = sorted((path for path in base.iterdir() if (path / "built").exists()),
                 key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]
    for path in old:
        shutil.rmtree(path, ignore_errors=True)
    return built


def _build(new, source):
    with Step(f"User Mode Linux {new.release}, for the register bench",
              log=f"uml-{new.release}") as step:
        shutil.rmtree(new.build.parent, ignore_errors=True)
        new.build.mkdir(parents=True)
        # Hard links: patch replaces what it changes, and nothing else writes there.
        step.run(["cp", "-al", source, new.source])
        for patch in patches(new.release):
            try:
                step.run(["patch", "-d", new.source, "-p1", "--no-backup-if-mismatch", "-i",
                          patch])
            except subprocess.CalledProcessError:
                raise Fault(f"{patch.relative_to(TOP)} does not fit Linux "
                            f"{linux_source.version(source)}\n{step.tail(8)}", 1) from None
        config = new.build / "bench.config"
        config.write_text("".join(f"{line}\n" for line in options(new.release)))
        step.run([*make(new, "allnoconfig"), f"KCONFIG_ALLCONFIG={config}"], env=environ())
        _check(new)
        step.run(make(new, "linux", "modules"), env=environ())
        step.note = new.version


def _check(new):
    """Every line of the configuration was taken: options come and go silently."""
    lost = []
    for line in options(new.release):
        wanted = re.fullmatch(r"CONFIG_(\w+)=(.*)", line)
        if wanted and (new.option(wanted[1]) or "n") != wanted[2]:
            lost.append(f"{line} is {new.option(wanted[1]) or 'n'}")
    if lost:
        raise Fault(f"the bench's configuration, with Linux {new.release}: {'; '.join(lost)}", 1)


if __name__ == "__main__":
    steps.main_guard(lambda: print(kernel(*sys.argv[1:]).program))
