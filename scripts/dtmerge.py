#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Device-tree overlays: compile ours, merge them strictly into a kernel's tree.

    dtmerge.py -o OUT.dtb BASE.dtb OVERLAY.dtbo...
    dtmerge.py --compile           all of overlays/ into build/overlays/

Merging is fdtoverlay's work, of a dtc that is new enough: libfdt up to 1.6.1,
Debian 12's, corrupts phandles. What it does not do is done here: an overlay for
another board is refused, the result is looked at, and nothing is left behind
when something fails.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

import aptroot
import steps
from steps import BUILD, Fault, Step

MAGIC = b"\xd0\x0d\xfe\xed"


def tool(name):
    """Command line of one of dtc's programs."""
    return aptroot.program("dtc", "device-tree-compiler", f"usr/bin/{name}")


def _run(*command):
    return subprocess.run([*tool(command[0]), *map(str, command[1:])], capture_output=True,
                          text=True, stdin=subprocess.DEVNULL, check=False)


def _read(path, what):
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Fault(f"{path}: cannot be read: {error.strerror}") from None
    if data[:4] != MAGIC or int.from_bytes(data[4:8], "big") > len(data):
        raise Fault(f"{path}: not {what}, or cut short")
    return data


def get(path, node, prop):
    """A string-list property's strings; an empty list if there is none."""
    done = _run("fdtget", "-t", "s", path, node, prop)
    return done.stdout.split() if done.returncode == 0 else []


def nodes(path, node):
    """Names of a node's children, or None if there is no such node."""
    done = _run("fdtget", "-l", path, node)
    return done.stdout.split() if done.returncode == 0 else None


def compile_overlays():
    """Compile every overlay; returns name -> path of the .dtbo."""
    made = {}
    out = BUILD / "overlays"
    out.mkdir(parents=True, exist_ok=True)
    for source in sorted((steps.TOP / "overlays").rglob("*.dtso")):
        target = out / f"{source.stem}.dtbo"
        made[source.stem] = target
        if target.exists() and target.stat().st_mtime > source.stat().st_mtime:
            continue
        done = subprocess.run(["cpp", "-nostdinc", "-undef", "-D__DTS__", "-x",
                               "assembler-with-cpp", "-I", steps.TOP / "include", source],
                              capture_output=True, text=True, check=False)
        if done.returncode == 0:
            done = subprocess.run([*tool("dtc"), "-@", "-I", "dts", "-O", "dtb", "-o",
                                   f"{target}.part", "-"], input=done.stdout,
                                  capture_output=True, text=True, check=False)
        if done.returncode or done.stderr:
            raise Fault(f"{source.relative_to(steps.TOP)}: {done.stderr.strip()}", 1)
        os.replace(f"{target}.part", target)
    return made


def targets(overlay):
    """(target path, nodes that the fragment adds to it) of each path-based fragment."""
    for fragment in nodes(overlay, "/") or []:
        if fragment.startswith("fragment@"):
            for path in get(overlay, f"/{fragment}", "target-path"):
                yield path, nodes(overlay, f"/{fragment}/__overlay__") or []


def merge(base, overlays, out):
    """Merge @overlays, in order, into @base; writes @out whole or not at all."""
    _read(base, "a device tree")
    board = get(base, "/", "compatible")
    for overlay in overlays:
        _read(overlay, "a device-tree overlay")
        meant = get(overlay, "/", "compatible")
        if not meant:
            raise Fault(f"{overlay}: its root has no compatible: it does not say which boards "
                        "it is for")
        if not set(meant) & set(board):
            raise Fault(f"{overlay.name} is for {', '.join(meant)}; {base.name} is the tree of "
                        f"{', '.join(board) or 'an unnamed board'}: not merged")
        for path, _ in targets(overlay):
            if nodes(base, path) is None:
                raise Fault(f"{overlay.name}: {base.name} has no node {path}: not merged")
    with tempfile.TemporaryDirectory(prefix=".merge.", dir=out.parent) as work:
        part = pathlib.Path(work) / "merged.dtb"
        done = _run("fdtoverlay", "-i", base, "-o", part, *overlays)
        if done.returncode or not part.exists():
            raise Fault(f"{', '.join(o.name for o in overlays)} cannot be merged into "
                        f"{base.name}: {done.stderr.strip()}")
        for overlay in overlays:
            for path, added in targets(overlay):
                lost = set(added) - set(nodes(part, path) or [])
                if lost:
                    raise Fault(f"{overlay.name}: {', '.join(sorted(lost))} of {path} did not "
                                f"arrive in the merged tree", 1)
        os.replace(part, out)
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--compile", action="store_true", help="compile all overlays")
    parser.add_argument("-o", dest="out", type=pathlib.Path)
    parser.add_argument("base", nargs="?", type=pathlib.Path)
    parser.add_argument("overlays", nargs="*", type=pathlib.Path)
    args = parser.parse_args()
    if args.compile:
        tool("dtc")
        with Step("overlays") as step:
            step.note = f"{len(compile_overlays())} in build/overlays"
    elif args.out and args.base and args.overlays:
        merge(args.base, args.overlays, args.out)
    else:
        parser.error("give -o OUT.dtb BASE.dtb OVERLAY.dtbo..., or --compile")


if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).parent))
    steps.main_guard(main)
