# SPDX-License-Identifier: GPL-2.0-only
"""Compile device trees: ours in dts/, and the kernel's own with labels.

    dts.py [--kernel NAME|all]     our trees, for each kernel that needs them

The results are build/dts/KERNEL/FAMILY/BOARD.dtb. Families: own and rescue (ours, see
dtb in boards/schema.json), symbols (the kernel's source compiled with dtc -@).
"""
import argparse
import pathlib
import re
import shutil

from outboard import steps
from outboard.facts import boards
from outboard.sources import kernels, linux_source
from outboard.steps import BUILD, TOP, Fault, Step

# Kernels of the matrix whose device-tree sources are asked for.
WITH_SOURCE = ("6.1", "6.12", "newest")


def _out(name, family, dtb):
    return BUILD / "dts" / name / family / pathlib.Path(dtb).name


def own(name, board, family="own"):
    """Our tree of a board, as prepare() has compiled it for a kernel of the matrix."""
    return _out(name, family, board["dtb"][family])


def mainline(name, board):
    """The kernel's own tree compiled with labels, or None where its source has none."""
    out = _out(name, "symbols", board["dtb"]["mainline"])
    return out if out.exists() else None


def needs_own(name, board):
    """Whether a kernel of the matrix lacks the board's tree, and ours serves it."""
    kernel = kernels.get(name)
    return "own" in board["dtb"] and not kernel.at_least(board["kernel"]["floor"]) \
        and kernel.at_least(board["kernel"]["dts_floor"])


def _compile_own(board, out, family, root):
    """With the SoC file of the kernel's sources at @root, where they have one; else with ours."""
    source = TOP / "dts" / pathlib.Path(board["dtb"][family]).with_suffix(".dts")
    includes = [source.parent, TOP / "include"]
    if root:
        # The first SoC file of the path is the one that is taken.
        includes = [root / "arch/arm64/boot/dts" / source.parent.name, *includes]
    out.parent.mkdir(parents=True, exist_ok=True)
    warnings = linux_source.compile_dts(root or TOP, source, out, includes=includes)
    # The kernel's files have warnings of their own; ours must have none.
    if warnings and not root:
        raise Fault(f"{source.relative_to(TOP)}: {warnings[0]}", 1)


def _compile_mainline(name, board, root):
    kernel = kernels.get(name)
    dtb = board["dtb"].get("mainline")
    source = root / "arch/arm64/boot/dts" / pathlib.Path(dtb or "none").with_suffix(".dts")
    if not dtb or not kernel.at_least(board["kernel"]["floor"]) or not source.exists():
        return
    out = _out(name, "symbols", dtb)
    out.parent.mkdir(parents=True, exist_ok=True)
    linux_source.compile_dts(root, source, out)


def _same_release(name, root):
    """Whether sources are the kernel's: sid's packages do not move together."""
    def release(text):
        return [int(n) for n in re.findall(r"\d+", text)[:2]]
    return release(linux_source.version(root)) == release(kernels.get(name).release)


def compile_own(name, board, family, out):
    """Compile our tree of a board to @out, as a kernel of the matrix needs it."""
    root = None
    if name in WITH_SOURCE and family == "own":
        root = linux_source.get(name)
        if not _same_release(name, root):
            root = None
    _compile_own(board, out, family, root)


def prepare(names, symbols=True):
    """Compile what the boards need for these kernels of the matrix."""
    for name in names:
        # What an earlier run has made may be of other sources, or of a board that is gone.
        shutil.rmtree(BUILD / "dts" / name, ignore_errors=True)
        wanted = [boards.load(board) for board in boards.names()]
        root = None
        if name in WITH_SOURCE and (symbols or any(needs_own(name, b) for b in wanted)):
            root = linux_source.get(name)
            if not _same_release(name, root):
                steps.say(f"  note   {name}: the sources are those of {linux_source.version(root)}: "
                          "no trees with labels")
                root = None
        with Step(f"device trees for {name}", log=f"dts-{name}") as step:
            made = 0
            for board in wanted:
                if needs_own(name, board):
                    _compile_own(board, _out(name, "own", board["dtb"]["own"]), "own", root)
                    made += 1
                    if "rescue" in board["dtb"]:
                        _compile_own(board, _out(name, "rescue", board["dtb"]["rescue"]),
                                     "rescue", None)
                        made += 1
                if symbols and root:
                    _compile_mainline(name, board, root)
                    made += mainline(name, board) is not None \
                        if "mainline" in board["dtb"] else 0
            step.note = f"{made}"
            step.silent = not made


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kernel", default="")
    args = parser.parse_args()
    chosen = kernels.select(args.kernel)
    prepare(chosen, symbols=False)
    made = [path for name in chosen for family in ("own", "rescue")
            for path in sorted((BUILD / "dts" / name / family).glob("*.dtb"))]
    for path in made:
        steps.say(f"         {path.relative_to(TOP)}")
    if not made:
        steps.say(f"         nothing for {', '.join(chosen)}: its own trees have all boards")
