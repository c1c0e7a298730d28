#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""The merge matrix: every overlay with the trees of its boards, for every kernel.

What an overlay adds must arrive, and nothing else may change. On the tree of
any other board it must be refused, by name and with no output.
"""
import concurrent.futures
import pathlib
import subprocess
import sys
import tempfile

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / "scripts")]

import boards  # noqa: E402
import dtmerge  # noqa: E402
import kernels  # noqa: E402
import report  # noqa: E402
import steps  # noqa: E402
from steps import BUILD, Fault, Step  # noqa: E402


def source(tree):
    """The tree as sorted source text, without the nodes that a merge adds for symbols."""
    out = subprocess.run([*dtmerge.tool("dtc"), "-q", "-s", "-I", "dtb", "-O", "dts", tree],
                         capture_output=True, text=True, check=True).stdout
    return out.splitlines()


def merged_right(base, overlay, work):
    out = work / f"{base.stem}-{overlay.stem}.dtb"
    dtmerge.merge(base, [overlay], out)
    before, after = source(base), source(out)
    wanted = [line.strip() for line in source(overlay)]
    rest = iter(after)
    for line in before:
        assert any(line == other for other in rest), f"lost or moved by the merge: {line.strip()}"
    for path, added in dtmerge.targets(overlay):
        for node in added:
            assert node in (dtmerge.nodes(out, path) or []), f"{path}: no {node}"
    extra = len(after) - len(before)
    assert 0 < extra <= len(wanted), f"{extra} lines more, the overlay has {len(wanted)}"
    again = work / "again.dtb"
    dtmerge.merge(base, [overlay], again)
    assert again.read_bytes() == out.read_bytes(), "two merges differ"


def refused(base, overlay, work):
    out = work / "refused.dtb"
    try:
        dtmerge.merge(base, [overlay], out)
    except Fault as fault:
        assert overlay.name in str(fault) and base.name in str(fault), \
            f"the refusal names neither: {fault}"
    else:
        raise AssertionError("merged into another board's tree")
    assert not out.exists() and not list(work.glob(".merge*")), "something is left behind"


def one_kernel(result, name, overlays):
    kernel = kernels.get(name)
    own = {}
    for board_name in boards.names():
        board = boards.load(board_name)
        tree = kernel.dtbs / board["dtb"]["mainline"]
        if not kernel.at_least(board["kernel"]["floor"]):
            with result.test(f"{board_name} {name}", "no tree, as the board file says"):
                assert not tree.exists(), f"{tree.name} is there: lower kernel.floor"
            continue
        with result.test(f"{board_name} {name}", "the tree is the board's"):
            have = dtmerge.get(tree, "/", "compatible")
            assert set(have) & set(board["compatible"]), f"{tree.name} says {have}"
        for overlay in board["overlays"]["default"] + board["overlays"]["optional"]:
            own.setdefault(overlay, set()).add(tree)
            with result.test(f"{board_name} {name}", f"{overlay} merges"), \
                    tempfile.TemporaryDirectory(dir=BUILD) as work:
                merged_right(tree, overlays[overlay], pathlib.Path(work))
    for overlay, path in overlays.items():
        vendor = {tree.parent for tree in own[overlay]}
        strangers = [tree for folder in vendor for tree in folder.glob("*.dtb")]
        strangers += sorted(kernel.dtbs.glob("amlogic/*.dtb"))[:2]
        for tree in sorted(set(strangers) - own[overlay]):
            with result.test(f"refused {name}", f"{overlay} on {tree.stem}"), \
                    tempfile.TemporaryDirectory(dir=BUILD) as work:
                refused(tree, path, pathlib.Path(work))


def main():
    result = report.Report("dt")
    BUILD.mkdir(exist_ok=True)
    dtmerge.tool("dtc")
    overlays = dtmerge.compile_overlays()
    used = {overlay for name in boards.names()
            for overlay in sum(boards.load(name)["overlays"].values(), [])}
    for overlay in overlays:
        with result.test("overlays", f"{overlay} is some board's"):
            assert overlay in used, "no board file lists it"
    for name in kernels.names():
        kernels.get(name)
    with Step(f"{len(overlays)} overlays with the trees of {len(kernels.names())} kernels"), \
            concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda name: one_kernel(result, name, overlays), kernels.names()))
    return result.close()


if __name__ == "__main__":
    steps.main_guard(main)
