# SPDX-License-Identifier: GPL-2.0-only
"""The kernel matrix: Debian's arm64 kernels, unpacked in the cache, ready to build against.

    python kernels              the names, and what is in the cache
    python fetch NAME...     fetch what is missing (all: the whole matrix)
    python update NAME...    fetch the newest ABI anew, whatever the cache has
    python kernel-path NAME WHAT    print the path of WHAT: kdir, image, dtbs or modules

A kernel set is one directory in the cache, put there in one move when it is
complete. Its stamp, kernel.json, says what it is made of.
"""
import argparse
import dataclasses
import json
import pathlib
import platform
import re
import subprocess
import tomllib

from outboard.sources import aptroot
from outboard.steps import CACHE, Fault, Step

MATRIX_FILE = pathlib.Path(__file__).with_name("kernels.toml")
MATRIX = tomllib.loads(MATRIX_FILE.read_text(encoding="utf-8"))

# Bumped when what is done to an unpacked set changes: older sets are made anew.
FORMAT = 1

# What a newer compiler than Debian 12's told the kernel's configuration of itself. With
# these answers gcc 12 is given options that it lacks, and it warns of attributes that it
# does not know. They must go from the make *and* the C side: with CC_HAS_MIN_FUNCTION_
# ALIGNMENT gone from one of them only, ftrace finds its patch sites misaligned and the
# kernel oopses when the module is loaded (seen on 7.2).
NEWER_COMPILER = ("CC_HAS_MIN_FUNCTION_ALIGNMENT", "CC_HAS_SANE_FUNCTION_ALIGNMENT",
                  "CC_HAS_COUNTED_BY", "CC_HAS_COUNTED_BY_PTR",
                  "CC_HAS_MULTIDIMENSIONAL_NONSTRING")

# Whose C library kbuild's host programs get where this machine's is too old for them.
LIBC_SUITE = "sid"


@dataclasses.dataclass(frozen=True)
class Kernel:
    """An unpacked kernel set. @release is what uname -r says on it."""

    name: str
    release: str
    abi: str
    version: str
    suite: str
    packages: list

    @property
    def root(self):
        return CACHE / "kernels" / self.name

    @property
    def kdir(self):
        """The prepared build tree, for make -C."""
        return self.root / "usr/src" / f"linux-headers-{self.abi}-arm64"

    @property
    def modules(self):
        """The kernel's own modules, as lib/modules/RELEASE has them."""
        return self.root / "lib/modules" / self.release

    @property
    def image(self):
        """The bootable image (a raw arm64 Image)."""
        return self._first(f"boot/vmlinuz-{self.release}",
                           f"lib/modules/{self.release}/vmlinuz",
                           f"lib/modules/{self.release}/vmlinuz.unsigned")

    @property
    def dtbs(self):
        """The directory of the kernel's own device trees (vendor/board.dtb below it)."""
        return self._first(f"lib/modules/{self.release}/dtb",
                           f"usr/lib/linux-image-{self.release}")

    def module_names(self):
        """All of its own modules, with those that are built in; "_" for each "-"."""
        text = "".join((self.modules / name).read_text()
                       for name in ("modules.order", "modules.builtin"))
        return {name.replace("-", "_") for name in re.findall(r"([^/\n]+)\.k?o\b", text)}

    def at_least(self, floor):
        """Whether the kernel is as new as @floor, "major.minor", such as a board file's."""
        def number(text):
            return [int(n) for n in re.findall(r"\d+", text)[:2]]
        return number(self.release) >= number(floor)

    def _first(self, *candidates):
        for candidate in candidates:
            if (self.root / candidate).exists():
                return self.root / candidate
        raise Fault(f"kernel {self.name} ({self.release}) has none of {', '.join(candidates)}")


def names():
    return list(MATRIX["kernel"])


def select(choice):
    """The matrix names that KERNEL= stands for; a Fault names the valid ones."""
    if choice in (None, ""):
        return [MATRIX["default"]]
    if choice == "all":
        return names()
    if choice in MATRIX["kernel"]:
        return [choice]
    raise Fault(f"KERNEL={choice}: not in the matrix; valid are {', '.join(names())} and all. "
                "Another kernel's build tree is named with KDIR=")


def one(choice):
    """The one name that KERNEL= stands for, where a machine or an image has one kernel."""
    if choice == "all":
        raise Fault("KERNEL=all: one kernel can be used here")
    return select(choice)[0]


def cached(name):
    """The kernel set in the cache, or None."""
    try:
        stamp = json.loads((CACHE / "kernels" / name / "kernel.json").read_text())
    except (OSError, ValueError):
        return None
    if stamp.pop("format", None) != FORMAT:
        return None
    return Kernel(**stamp)


def get(name, update=False):
    """The kernel set of that name, fetched when the cache lacks it."""
    kernel = None if update else cached(name)
    if kernel:
        return kernel
    if platform.machine() != "x86_64":
        raise Fault("the kernel matrix has host programs for x86-64 only; on this machine build "
                    "with KDIR=/lib/modules/$(uname -r)/build")
    with Step(f"kernel {name}") as step, aptroot.lock(f"kernel-{name}"):
        kernel = None if update else cached(name)
        if not kernel:
            kernel = _fetch(name, step, cached(name) if update else None)
        step.note = f"{kernel.release}, {kernel.suite}"
    return kernel


def _fetch(name, step, have=None):
    """Fetch the newest set; @have, the cached one, is returned if it is that."""
    wanted = MATRIX["kernel"][name]
    gone = []
    for suite in wanted["suites"]:
        root = aptroot.AptRoot(suite)
        root.update(step, anew=have is not None)
        for abi in _abis(root, wanted["series"]):
            packages = _packages(root, abi)
            if not packages:
                gone.append(f"{abi} of {suite}: no complete set")
                continue
            if have and (have.abi, have.version) == (abi, _version(root, abi)):
                return have
            with aptroot.workspace(f"kernel-{name}") as work:
                (work / "debs").mkdir()
                try:
                    debs = root.download(packages, work / "debs", step)
                except aptroot.Vanished as why:
                    gone.append(str(why))
                    continue
                return _assemble(name, suite, abi, root, debs, work, step)
    raise Fault(f"kernel {name}: no suite of {', '.join(wanted['suites'])} has a complete set "
                "(image, headers, kbuild): " + "; ".join(gone[-5:]))


def _abis(root, series):
    """The ABIs of the plain arm64 flavour that have headers, newest first."""
    pattern = re.compile(rf"linux-headers-({re.escape(series)}\d[^-]*(?:-\d+)?)-arm64")
    found = {match[1] for match in map(pattern.fullmatch, root.names("linux-headers-")) if match}
    return sorted(found, key=lambda abi: [int(n) for n in re.findall(r"\d+", abi)], reverse=True)


def _version(root, abi):
    return root.show(f"linux-headers-{abi}-arm64:arm64")[0]["Version"]


def _packages(root, abi):
    """Names of the packages that make up a set, or None if the index lacks one."""
    headers = f"linux-headers-{abi}-arm64"
    have = set(root.names("linux-"))
    entries = root.show(f"{headers}:arm64")
    if not entries:
        return None
    version = entries[0]["Version"]
    kbuild = re.search(r"\blinux-kbuild-[^\s,]+", entries[0]["Depends"])
    if not kbuild:
        return None
    # Debian 5.10 and 6.1 share one linux-kbuild package among ABIs: take the headers' version
    # of it if the suite still has that.
    tools = f"{kbuild[0]}:amd64"
    offered = [entry["Version"] for entry in root.show(tools)]
    packages = [f"{headers}:arm64", f"linux-headers-{abi}-common",
                f"{tools}={version}" if version in offered else tools]
    if f"linux-base-{abi}-arm64" in have:
        # From 6.19 on linux-image is an empty package; its parts are in three others.
        binary = [f"linux-binary-{kind}{abi}-arm64" for kind in ("", "unsigned-")]
        binary = [package for package in binary if package in have]
        if not binary:
            return None
        parts = [f"linux-base-{abi}-arm64", f"linux-modules-{abi}-arm64", binary[0]]
    else:
        parts = [f"linux-image-{abi}-arm64"]
    return packages + [f"{part}:arm64" for part in parts]


def _assemble(name, suite, abi, root, debs, work, step):
    top = work / "root"
    aptroot.unpack(debs, top, step)
    if not (top / "lib/modules").exists():
        (top / "lib").mkdir(exist_ok=True)
        (top / "lib/modules").symlink_to("../usr/lib/modules")
    releases = [path.name for path in (top / "lib/modules").iterdir()]
    if len(releases) != 1:
        raise Fault(f"kernel {name}: modules of {len(releases)} releases in one package")
    kernel = Kernel(name=name, release=releases[0], abi=abi, version=_version(root, abi),
                    suite=suite, packages=[deb.name for deb in debs])
    step.run(["/sbin/depmod", "-b", top, kernel.release])
    _relocate_headers(top, kernel)
    _wrap_host_tools(top, kernel, work, step)
    _fit_configuration(top / kernel.kdir.relative_to(kernel.root))
    (top / "kernel.json").write_text(json.dumps(
        {**dataclasses.asdict(kernel), "format": FORMAT}, indent=1) + "\n")
    aptroot.publish(top, kernel.root)
    return kernel


def _relocate_headers(top, kernel):
    """Make the headers' only absolute paths point to where the set will be."""
    makefile = top / kernel.kdir.relative_to(kernel.root) / "Makefile"
    text = makefile.read_text()
    makefile.write_text(re.sub(r"([= ])/usr/src/", rf"\1{kernel.root}/usr/src/", text))


def _wrap_host_tools(top, kernel, work, step):
    """Let kbuild's host programs run where the C library is older than theirs.

    Each is replaced by a script that starts it with the newest one there is.
    """
    stale = []
    for path in top.glob("usr/lib/linux-kbuild-*/**/*"):
        if path.is_file() and not path.is_symlink() and path.read_bytes()[:4] == b"\x7fELF":
            out = subprocess.run(["ldd", path], capture_output=True, text=True, check=False)
            if re.search(r"version `GLIBC_\S+' not found", out.stdout + out.stderr):
                stale.append(path)
    if not stale:
        return
    root = aptroot.AptRoot(LIBC_SUITE)
    root.update(step)
    (work / "libc").mkdir()
    aptroot.unpack(root.download(["libc6:amd64"], work / "libc", step), top / "glibc", step)
    where = kernel.root / "glibc/usr/lib/x86_64-linux-gnu"
    for path in stale:
        real = path.with_name(path.name + ".elf")
        path.rename(real)
        path.write_text("#!/bin/sh\n"
                        f"exec {where}/ld-linux-x86-64.so.2 --library-path "
                        f"{where}:/usr/lib/x86_64-linux-gnu "
                        f'{kernel.root / real.relative_to(top)} "$@"\n')
        path.chmod(0o755)


def _fit_configuration(kdir):
    """Take back what the configuration says of a compiler and of tools not used here."""
    newer = re.compile(rf"^(#define )?CONFIG_({'|'.join(NEWER_COMPILER)})[= ].*\n", re.M)
    # BTF of a module needs pahole and the kernel's vmlinux, and says nothing that our tests
    # read. The C headers keep the option: structures depend on it.
    # Without it the build remarks that pahole is not the kernel's.
    btf = re.compile(r"^CONFIG_DEBUG_INFO_BTF_MODULES=y\n", re.M)
    pahole = re.compile(r"^CONFIG_PAHOLE_VERSION=.*$", re.M)
    for name in ("include/generated/autoconf.h", "include/config/auto.conf"):
        path = kdir / name
        text = newer.sub("", path.read_text())
        if name.endswith("auto.conf"):
            text = pahole.sub("CONFIG_PAHOLE_VERSION=0", btf.sub("", text))
        path.write_text(text)


def _list():
    for name in names():
        kernel = cached(name)
        default = " (default)" if name == MATRIX["default"] else ""
        where = f"{kernel.release}, {kernel.suite}" if kernel else "not fetched yet"
        print(f"{name:8}{where}{default}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("action", choices=["list", "fetch", "update", "path"])
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    if args.action == "list":
        _list()
    elif args.action == "path":
        if len(args.names) != 2 or args.names[1] not in ("kdir", "image", "dtbs", "modules"):
            raise Fault("path takes a kernel's name and one of kdir, image, dtbs, modules")
        name = one(args.names[0])
        kernel = cached(name)
        if not kernel:
            raise Fault(f"kernel {name} is not in the cache; fetch it: make fetch KERNEL={name}")
        print(getattr(kernel, args.names[1]))
    else:
        chosen = [name for choice in args.names or [None] for name in select(choice)]
        for name in chosen:
            get(name, update=args.action == "update")
    return 0
