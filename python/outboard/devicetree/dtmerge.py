# SPDX-License-Identifier: GPL-2.0-only
"""Device-tree overlays: compile ours, and merge them with the outboard program.

    python overlays --compile [--list]   all of overlays/ into build/overlays/

Compiling is the work of a dtc that is new enough, from a newer Debian; merging
that of tools/ (outboard merge), which refuses what cannot be merged whole.
"""
import argparse
import os
import re
import subprocess

from outboard import steps
from outboard.modules import tools
from outboard.sources import aptroot
from outboard.steps import BUILD, TOP, Fault, Step


def tool(name):
    """Command line of one of dtc's programs."""
    return aptroot.program("dtc", "device-tree-compiler", f"usr/bin/{name}")


def get(path, node, prop):
    """A string-list property's strings; an empty list if there is none."""
    done = subprocess.run([*tool("fdtget"), "-t", "s", path, node, prop], capture_output=True,
                          text=True, stdin=subprocess.DEVNULL, check=False)
    return done.stdout.split() if done.returncode == 0 else []


def nodes(path, node):
    """Names of a node's children, or None if there is no such node."""
    done = subprocess.run([*tool("fdtget"), "-l", path, node], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, check=False)
    return done.stdout.split() if done.returncode == 0 else None


def sources():
    """Name -> path of every overlay's source."""
    found = {}
    for path in sorted((TOP / "overlays").rglob("*.dtso")):
        if path.stem in found:
            raise Fault(f"{path.relative_to(TOP)}: there is another {path.name}: they would be "
                        "one in build/overlays", 1)
        found[path.stem] = path
    return found


def what(source):
    """What an overlay does: the first sentence of its header comment."""
    comment = re.search(r"/\*(.*?)\*/", source.read_text(encoding="utf-8"), re.S)
    text = re.sub(r"^\s*\* ?", "", comment[1] if comment else "", flags=re.M).strip()
    return " ".join(re.split(r"\.\s|\n\s*\n", text)[0].split()).rstrip(".")


def run_compiler(source, out, includes=(), defines=(), options=()):
    """Run scripts/compile-dts; returns its status and what the compilers say."""
    done = subprocess.run([TOP / "scripts/compile-dts", "-o", out,
                           *(arg for place in includes for arg in ("-I", place)),
                           *(arg for name in defines for arg in ("-D", name)), source, *options],
                          env={**os.environ, "DTC": "\n".join(tool("dtc"))}, text=True,
                          stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    return done.returncode, done.stderr


def compile_source(source, target, strict=True):
    """Compile one overlay or tree; @strict: a warning of dtc's is a fault."""
    status, said = run_compiler(source, target, [TOP / "include"],
                                options=["-@", *([] if strict else ["-q"])])
    if status or said:
        raise Fault(f"{source.relative_to(TOP)}: {said.strip()}", 1)


def compile_overlays():
    """Compile every overlay whose source is newer; returns name -> path of the .dtbo."""
    made = {}
    out = BUILD / "overlays"
    with steps.alone("overlays"):
        out.mkdir(parents=True, exist_ok=True)
        for name, source in sources().items():
            made[name] = out / f"{name}.dtbo"
            if not made[name].exists() or made[name].stat().st_mtime <= source.stat().st_mtime:
                compile_source(source, made[name])
        for stale in set(out.glob("*.dtbo")) - set(made.values()):
            stale.unlink()
    return made


def merge(base, overlays, out, any_board=False):
    """Merge @overlays, in order, into @base; writes @out whole or not at all."""
    options = ["--any-board"] if any_board else []
    done = subprocess.run([tools.outboard(), "merge", *options, "-o", out, base, *overlays],
                          capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise Fault(done.stderr.strip().removeprefix("outboard merge: ")
                    or f"outboard merge ended with status {done.returncode}",
                    done.returncode if done.returncode in (1, 2) else 1)
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--compile", action="store_true", help="compile all overlays")
    parser.add_argument("--list", action="store_true", help="say what each overlay does")
    args = parser.parse_args()
    if not args.compile and not args.list:
        parser.error("give --compile or --list")
    if args.list:
        for name, source in sources().items():
            print(f"{name:32}{what(source)}")
    if args.compile:
        tool("dtc")
        with Step("overlays") as step:
            step.note = f"{len(compile_overlays())} in build/overlays"
