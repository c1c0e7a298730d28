# SPDX-License-Identifier: GPL-2.0-only
"""Build the modules for kernels of the matrix.

    build.py [--kernel NAME|all] [--compiler gcc|clang] [-- VARIABLE=VALUE...]

The work itself is scripts/build-kdir's, which any other build tree can use too.
"""
import argparse
import os
import pathlib
import re

from outboard import steps
from outboard.sources import kernels
from outboard.steps import BUILD, Fault, Step

COMPILERS = {"gcc": "aarch64-linux-gnu-gcc", "clang": str(steps.TOP / "scripts/clang-kernel")}


def folder(name, compiler="gcc"):
    return BUILD / f"{name}-{compiler}"


def modules(name, compiler="gcc", quiet=False, extra=()):
    """Build for one kernel; returns module name -> path of the .ko.

    @extra: further make variables. @quiet: no line for a build that changed nothing.
    """
    out = folder(name, compiler)
    if re.search(r"[\s:]", str(out)):
        raise Fault(f"{steps.TOP}: Kbuild takes no path with a space or a colon: move this "
                    "checkout, or build with KDIR= and an O= elsewhere")
    kernel = kernels.get(name)

    def built():
        return {path.stem: path for path in sorted(out.glob("drivers/**/*.ko"))}

    command = [steps.TOP / "scripts/build-kdir", kernel.kdir, out, f"-j{os.cpu_count()}",
               f"CC={COMPILERS[compiler]}", "CROSS_COMPILE=aarch64-linux-gnu-", *extra]
    command += untested(kernel)
    if untested(kernel):
        steps.say(f"  note   {kernel.release} is newer than include/compat/Kbuild has "
                  "been tried on: built with UNTESTED=1")
    before = {path: path.stat().st_mtime for path in built().values()}
    with steps.alone(out.name), \
            Step(f"modules for {name}, {compiler}", log=f"build-{name}-{compiler}") as step:
        step.run(command)
        after = {path: path.stat().st_mtime for path in built().values()}
        step.note = f"{len(after)} built"
        step.silent = quiet and before == after
    if step.silent:
        return built()
    left_out = (out / "modules.left-out").read_text().splitlines()
    for line in left_out:
        steps.say(f"  note   {line}")
    return built()


def of_board(name, board):
    """The modules that a board's file names, built for a kernel: name -> path.

    What the kernel has a driver of its own for is left out; a Fault if neither is so.
    """
    if not board["modules"]:
        return {}
    made = modules(name, quiet=True)
    left_out = {pathlib.Path(line.split()[0]).name for line in
                (folder(name) / "modules.left-out").read_text().splitlines()}
    for module in board["modules"]:
        if module not in made and module not in left_out:
            raise Fault(f"{board['name']}: modules: {module} is neither built for {name} nor "
                        "left out of its build")
    return {module: made[module] for module in board["modules"] if module in made}


def for_initrd(name, board, ours):
    """What of a board's initrd_modules there is for a kernel; @ours: names of ours that are.

    A name that neither this kernel nor another of the matrix has is a mistake.
    """
    kernel = kernels.get(name)
    found = []
    for module in board.get("initrd_modules", []):
        plain = module.replace("-", "_")
        if module in board["modules"]:
            found += [module] if module in ours else []
        elif plain in kernel.module_names():
            found.append(module)
        elif not any(plain in kernels.get(other).module_names() for other in kernels.names()):
            raise Fault(f"{board['name']}: initrd_modules: no kernel has {module}")
    return found


def untested(kernel):
    """UNTESTED=1 for a kernel beyond the compat layer's range: sid moves on, the range does not."""
    text = (steps.TOP / "include/compat/Kbuild").read_text()
    newest = re.search(r"^outboard-newest := (\d+)\.(\d+)$", text, re.M)
    return ["UNTESTED=1"] if kernel.at_least(f"{newest[1]}.{int(newest[2]) + 1}") else []


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kernel", default="")
    parser.add_argument("--compiler", default="gcc", choices=COMPILERS)
    parser.add_argument("variables", nargs="*", help="for the kernel's build, such as W=1")
    args = parser.parse_args()
    for name in kernels.select(args.kernel):
        made = modules(name, args.compiler, extra=args.variables)
        steps.say(f"         {folder(name, args.compiler).relative_to(steps.TOP)}: "
                  + " ".join(f"{path.name}" for path in made.values()))
