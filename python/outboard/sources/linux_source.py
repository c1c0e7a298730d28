# SPDX-License-Identifier: GPL-2.0-only
"""The kernel's own device-tree sources, bindings and scripts, from Debian's linux-source.

    linux_source.py NAME...            fetch them if they are not in the cache; print where they are
    linux_source.py --whole NAME...    the same with all of the kernel's sources

NAME is 6.1, 6.12 or newest. A package is about 150 MB; what the project needs of
it is taken out in one pass and stays in the cache, about 80 MB. To build a kernel all
of it is needed: whole() keeps that beside the other, 1.6 GB.
"""
import argparse
import json
import pathlib
import re

from outboard import steps
from outboard.sources import aptroot
from outboard.steps import CACHE, Fault, Step

# Where a release's sources are, best first.
RELEASES = {
    "6.1": ("bookworm", "bookworm-security"),
    "6.12": ("bookworm-security", "trixie-security", "trixie"),
}
# The order of the kernel matrix, so that the sources are those of its newest kernel. Sid's
# files vanish without notice.
NEWEST = ("sid", "forky", "trixie-backports")
NAMES = (*RELEASES, "newest")
INSTEAD_OF_NEWEST = "6.12"

# Bumped when PARTS changes: older trees are fetched anew. Those that are whole have all of them.
FORMAT = 3

# What is taken out. arch/arm: trees of arm64 boards include files of it.
# linux/input-event-codes.h: dt-bindings/input has a link to it.
PARTS = (
    "scripts/checkpatch.pl", "scripts/spelling.txt", "scripts/const_structs.checkpatch",
    *(f"arch/arm64/boot/dts/{vendor}"
      for vendor in ("amlogic", "broadcom", "freescale", "mediatek", "rockchip")),
    "arch/arm/boot/dts", "include/dt-bindings", "include/uapi/linux/input-event-codes.h",
    "scripts/dtc/include-prefixes", "Documentation/devicetree/bindings",
    # What patches/linux changes, with the headers that are private to it.
    "drivers/char/hw_random", "drivers/clk/clk.c", "drivers/clk/clk.h", "drivers/clk/meson",
    "drivers/i2c/busses", "drivers/irqchip",
    *(f"drivers/pinctrl/{name}" for name in ("meson", "core.h", "pinconf.h", "pinctrl-utils.h",
                                             "pinmux.h")),
    "drivers/phy/amlogic", "drivers/pwm", "drivers/soc/amlogic", "drivers/tty/serial",
)
# Not there in 6.1.
PMDOMAIN = "drivers/pmdomain"
# Later kernels have a Python program in its place, with a library elsewhere.
KERNEL_DOC = "scripts/kernel-doc"

# Warnings that the kernel's own build switches off.
QUIET = ("unit_address_vs_reg", "avoid_unnecessary_addr_size", "alias_paths",
         "graph_child_address", "simple_bus_reg", "unique_unit_address")


def _place(name, complete):
    return CACHE / ("linux-tree" if complete else "linux-source") / name


def cached(name, complete=False):
    """The tree in the cache, or None."""
    root = _place(name, complete)
    try:
        stamp = json.loads((root / "source.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return root if complete or stamp.get("format") == FORMAT else None


def version(root):
    """The Debian version of a tree that get() returned."""
    return json.loads((root / "source.json").read_text(encoding="utf-8"))["version"]


def whole(name):
    """As get(), with all of the sources: for who builds a kernel. Not to be changed."""
    return get(name, complete=True)


def get(name, complete=False):
    """The root of the tree of that name, fetched when the cache lacks it."""
    if name not in NAMES:
        raise Fault(f"there are no sources called {name}; valid are {', '.join(NAMES)}")
    root = cached(name, complete)
    if root:
        return root
    what = _place(name, complete).parent.name
    with Step(f"{'all ' if complete else ''}sources of Linux {name}, a download of 150 MB",
              log=f"{what}-{name}") as step, aptroot.lock(f"{what}-{name}"):
        try:
            root = cached(name, complete) or _fetch(name, complete, step)
            step.note = version(root)
        except aptroot.Vanished as gone:
            if name != "newest":
                raise
            step.note = f"gone from the archive: those of {INSTEAD_OF_NEWEST} are used"
            with open(step.log, "a", encoding="utf-8") as log:
                log.write(f"{gone}\n")
    return root or get(INSTEAD_OF_NEWEST, complete)


def _fetch(name, complete, step):
    gone = []
    for suite, package, offered in _candidates(name, step):
        with aptroot.workspace(f"linux-source-{name}") as work:
            try:
                (deb,) = aptroot.AptRoot(suite).download([f"{package}={offered}"], work, step)
            except aptroot.Vanished as why:
                gone.append(str(why))
                continue
            step.note = "unpacking"
            steps.progress(f"  ...    {step.title}: unpacking")
            tree = work / "tree"
            tree.mkdir()
            _unpack(name, deb, package, complete, tree, step)
            (tree / "source.json").write_text(json.dumps(
                {"package": package, "version": offered, "suite": suite, "format": FORMAT},
                indent=1) + "\n", encoding="utf-8")
            final = _place(name, complete)
            aptroot.publish(tree, final)
            return final
    raise aptroot.Vanished(f"the sources of Linux {name} cannot be had: "
                           + ("; ".join(gone[-5:]) or "no suite lists them"))


def _candidates(name, step):
    """(suite, package, version), best first; one suite's lists are fetched after the other."""
    for suite in RELEASES.get(name, NEWEST):
        root = aptroot.AptRoot(suite)
        root.update(step)
        releases = [re.fullmatch(r"linux-source-(\d+)\.(\d+)", package)
                    for package in root.names("linux-source-")]
        releases = [release for release in releases if release
                    and (name not in RELEASES or release[0] == f"linux-source-{name}")]
        for release in sorted(releases, key=lambda r: (-int(r[1]), -int(r[2]))):
            for entry in root.show(release[0]):
                yield suite, release[0], entry["Version"]


def _unpack(name, deb, package, complete, tree, step):
    """Take PARTS, or everything, out of the archive in the package, in one pass."""
    parts = [] if complete else [*PARTS, *([KERNEL_DOC] if name in RELEASES else []),
                                 *([PMDOMAIN] if name != "6.1" else [])]
    step.run(["bash", "-o", "pipefail", "-c",
              'dpkg-deb --fsys-tarfile "$1" | tar -xO "./usr/src/$2.tar.xz" | xz -dc | '
              'tar -x -C "$3" --strip-components=1 "${@:4}"',
              "bash", deb, package, tree, *(f"{package}/{part}" for part in parts)])


def compile_dts(source_root, dts_path, out, symbols=True, includes=(), defines=()):
    """Compile a tree as the kernel's build does, with the includes of @source_root.

    @dts_path: below @source_root, or absolute. @symbols: with labels (dtc -@), as
    nixpkgs builds all trees and Debian none. @includes: further directories, looked
    at first. @defines: NAME or NAME=VALUE. Returns dtc's warnings, a line each.
    """
    from outboard.devicetree import dtmerge
    source_root = pathlib.Path(source_root)
    dts = source_root / dts_path
    shown = dts.relative_to(steps.TOP) if dts.is_relative_to(steps.TOP) else \
        dts.relative_to(source_root) if dts.is_relative_to(source_root) else dts
    if not dts.is_file():
        raise Fault(f"{shown}: there is no such file")
    places = [*map(pathlib.Path, includes), source_root / "scripts/dtc/include-prefixes",
              source_root / "include"]
    status, said = dtmerge.run_compiler(
        dts, out, places, defines,
        [*(["-@"] if symbols else []), *(f"-Wno-{check}" for check in QUIET)])
    if status:
        raise Fault(_first_error(said, dts, shown), 1)
    return [line.replace(f"{source_root}/", "") for line in said.splitlines()
            if "Warning" in line]


def _first_error(text, dts, shown):
    """The first error of a compiler's, which begins with the name of @dts."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if re.search(r"error|fatal", line, re.I)]
    first = (errors or lines or ["the compiler says nothing"])[0].removeprefix("Error: ")
    return first.replace(str(dts), str(shown), 1) if first.startswith(f"{dts}:") \
        else f"{shown}: {first}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="+", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--whole", action="store_true", help="all of the sources")
    args = parser.parse_args()
    for name in args.names:
        root = get(name, args.whole)
        print(f"{root}  {version(root)}")
