# SPDX-License-Identifier: GPL-2.0-only
"""The merge matrix: every overlay with every tree of its boards, for every kernel.

    dt.py [--kernel NAME|all] [--board NAME]

Trees are of three families: mainline (the one in the kernel's package), symbols
(mainline's source compiled with labels, as nixpkgs does for every kernel) and
own (ours, for kernels that lack the board's). What merges is compared with what
fdtoverlay makes of it, and the nodes that an overlay enables are looked up in the
kernel: each must have a driver. What a board file declares not to work must not
work, for the reason that it states. All other boards must refuse the overlay.
"""
import argparse
import concurrent.futures
import functools
import itertools
import json
import pathlib
import re
import subprocess
import tempfile


from outboard import steps
from outboard.devicetree import dtmerge, dts
from outboard.facts import boards
from outboard.modules import build, tools
from outboard.sources import kernels
from outboard.steps import BUILD, Fault, Step
from tests import dt_vendor, report

# Other boards of the same maker's directory that an overlay is tried on, beside all of ours.
STRANGERS = 4


def declared(board, overlay, kernel, family):
    """What the board file says cannot work of @overlay on this kernel's tree of that family."""
    found = []
    for cannot in board["overlays"].get("cannot", []):
        if cannot["overlay"] != overlay:
            continue
        if "from" in cannot and not kernel.at_least(cannot["from"]):
            continue
        if "below" in cannot and kernel.at_least(cannot["below"]):
            continue
        if cannot.get("family", family) == family:
            found.append(cannot)
    return found


def chain(board, overlay, overlays):
    """The overlay behind those that it needs."""
    return [overlays[name] for name in board["overlays"].get("needs", {}).get(overlay, [])] \
        + [overlays[overlay]]


def fdtoverlay(base, chained, out):
    """What libfdt's own program makes of it, or None where it refuses."""
    done = subprocess.run([*dtmerge.tool("fdtoverlay"), "-i", base, "-o", out, *chained],
                          capture_output=True, check=False)
    return out.read_bytes() if done.returncode == 0 and out.exists() else None


def merges(base, chained, out, work):
    """Merge; the result must be libfdt's, and the same the second time."""
    dtmerge.merge(base, chained, out)
    again = work / f"{out.stem}.again"
    dtmerge.merge(base, chained, again)
    assert again.read_bytes() == out.read_bytes(), "two merges differ"
    plain = fdtoverlay(base, chained, again)
    assert plain is not None, "fdtoverlay refuses it"
    assert plain == out.read_bytes(), "fdtoverlay's result differs"
    again.unlink()


def refused(base, chained, said, work):
    """The merge must be refused with the words @said, name the overlay, and leave nothing."""
    out = work / "refused.dtb"
    try:
        dtmerge.merge(base, chained, out)
    except Fault as fault:
        message = str(fault)
    else:
        out.unlink()
        raise AssertionError("it was merged")
    assert said in message, f"refused, but for another reason: {message}"
    assert any(path.name in message for path in chained), f"no overlay is named: {message}"
    assert not out.exists() and not list(work.glob("refused.dtb*")), "something is left behind"


def for_labels(error):
    """Whether a board file's words are about labels: a tree compiled with them may have those."""
    return "__symbols__" in error or "no label" in error


def has_labels(tree, chained, work):
    """Whether a merge is not refused for a label."""
    try:
        dtmerge.merge(tree, chained, work / "labels.dtb")
    except Fault as fault:
        return not for_labels(str(fault))
    return True


@functools.cache
def built(name):
    """Where our modules for a kernel are."""
    build.modules(name, quiet=True)
    return build.folder(name)


def cover(kernel, board, trees):
    """File name -> {path: node} of the enabled nodes with a compatible, by outboard cover.

    Our modules for the board count.
    """
    if not trees:
        return {}
    ours = ["--modules", built(kernel.name)] if board["modules"] else []
    done = subprocess.run([tools.outboard(), "cover", "--json", "--kernel", kernel.root, *ours,
                           *trees], capture_output=True, text=True, check=False)
    if done.returncode == 2:
        raise Fault(done.stderr.strip(), 1)
    return {pathlib.Path(tree["file"]).name: {node["path"]: node for node in tree["nodes"]}
            for tree in json.loads(done.stdout)["trees"]}


def drivers(result, where, board, kernel, family, overlay, before, after):
    """Each node that the overlay enables or adds must have a driver, or be declared to have none."""
    fresh = {path: node for path, node in after.items()
             if path not in before or before[path]["compatible"] != node["compatible"]}
    bare = {node["compatible"][0]: path for path, node in fresh.items() if node["verdict"] == "none"}
    expected = {name for cannot in declared(board, overlay, kernel, family)
                for name in cannot.get("no_driver", [])}
    if expected:
        with result.test(where, f"{overlay} lacks the drivers that the board file says"):
            assert set(bare) == expected, \
                f"the board file says {', '.join(sorted(expected))}; without a driver are " \
                f"{', '.join(sorted(bare)) or 'none'}"
    else:
        with result.test(where, f"{overlay} finds its drivers"):
            assert not bare, "no driver: " + "; ".join(
                f"{name} ({path})" for name, path in sorted(bare.items()))


def one_tree(result, name, board_name, family, tree, overlays, work):
    """All overlays of a board with one of its trees."""
    kernel, board = kernels.get(name), boards.load(board_name)
    where = f"{board_name} {name}" + ("" if family == "mainline" else f" {family}")
    work = work / where.replace(" ", "-")
    work.mkdir()
    with result.test(where, "the tree is the board's"):
        have = dtmerge.get(tree, "/", "compatible")
        assert set(have) & set(board["compatible"]), f"{tree.name} says {have}"
    made = {}
    for overlay in boards.overlays(board):
        chained = chain(board, overlay, overlays)
        errors = [c["error"] for c in declared(board, overlay, kernel, family) if "error" in c]
        if family == "symbols":
            errors = [error for error in errors if not for_labels(error)
                      or not has_labels(tree, chained, work)]
        if errors:
            with result.test(where, f"{overlay} is refused as the board file says"):
                refused(tree, chained, errors[0], work)
            continue
        out = work / f"{overlay}.dtb"
        with result.test(where, f"{overlay} merges"):
            merges(tree, chained, out, work)
            made[overlay] = out
    for group in board["overlays"].get("exclusive", []):
        for pair in itertools.combinations([name for name in group if name in made], 2):
            with result.test(where, f"{' and '.join(pair)} are refused together"):
                both = list(dict.fromkeys(path for one in pair for path in
                                          chain(board, one, overlays)))
                refused(tree, both, "", work)
    for composite, parts in board["overlays"].get("composite", {}).items():
        if all(part in made for part in parts):
            with result.test(where, f"{composite} is made"):
                both = dict.fromkeys(p for part in parts for p in chain(board, part, overlays))
                merges(tree, list(both), work / f"composite-{composite}.dtb", work)
    if family == "symbols":
        return    # its drivers are those of the mainline tree
    found = cover(kernel, board, [tree, *made.values()])
    for overlay, out in made.items():
        drivers(result, where, board, kernel, family, overlay, found[tree.name], found[out.name])


def trees_of(name, board_name):
    """(family, path) of the board's trees for a kernel."""
    kernel, board = kernels.get(name), boards.load(board_name)
    if kernel.at_least(board["kernel"]["floor"]):
        yield "mainline", kernel.dtbs / board["dtb"]["mainline"]
        source = dts.mainline(name, board)
        if source:
            yield "symbols", source
    elif "own" in board["dtb"] and kernel.at_least(board["kernel"]["dts_floor"]):
        yield "own", dts.own(name, board)


def one_board(result, name, board_name, overlays, work):
    kernel, board = kernels.get(name), boards.load(board_name)
    floor = kernel.at_least(board["kernel"]["floor"])
    if "mainline" in board["dtb"] and not floor:
        tree = kernel.dtbs / board["dtb"]["mainline"]
        with result.test(f"{board_name} {name}", "no tree, as the board file says"):
            assert not tree.exists(), f"{tree.name} is there: lower kernel.floor"
    for family, tree in trees_of(name, board_name):
        one_tree(result, name, board_name, family, tree, overlays, work)


@functools.cache
def meant(tree):
    """The root compatibles of a tree or an overlay."""
    return dtmerge.get(tree, "/", "compatible")


@functools.cache
def relatives(folder, compatible):
    """Trees in a kernel's folder that share a root compatible with a board, first ones."""
    found = []
    for tree in sorted(folder.glob("*.dtb")):
        if len(found) < STRANGERS and set(meant(tree)) & set(compatible):
            found.append(tree)
    return found


def strangers(name, overlay, path, result, work):
    """No other board takes the overlay: ours, and some that share its SoC."""
    kernel = kernels.get(name)
    trees, soc = set(), set()
    for board_name in boards.names():
        board = boards.load(board_name)
        tree = kernel.dtbs / board["dtb"].get("mainline", "none")
        if not tree.is_file():
            continue
        if overlay in boards.overlays(board):
            soc.add((tree.parent, tuple(meant(tree))))
        else:
            trees.add(tree)
    for folder, compatible in soc:
        trees |= set(relatives(folder, compatible))
    trees = [tree for tree in sorted(trees)
             if not set(meant(path)) & set(meant(tree))]
    with result.test(f"refused {name}", f"{overlay} by {len(trees)} other boards"):
        assert trees, "there is no other board's tree"
        for tree in trees:
            refused(tree, [path], f"is the tree of {meant(tree)[0]}",
                    work)


def overlay_files(result, overlays):
    """Every overlay is some board's, and says what it is for."""
    users = {}
    for board_name in boards.names():
        board = boards.load(board_name)
        for overlay in boards.overlays(board) + board["overlays"].get("vendor", []):
            users.setdefault(overlay, []).append(board_name)
    for overlay, source in dtmerge.sources().items():
        with result.test("overlays", f"{overlay} is some board's"):
            assert overlay in users, "no board file lists it"
        with result.test("overlays", f"{overlay} names its boards"):
            boards_meant = set(meant(overlays[overlay]))
            for board_name in users.get(overlay, []):
                assert boards_meant & set(boards.load(board_name)["compatible"]), \
                    f"{board_name} lists it, and is not in its root compatible"
            known = {c for name in boards.names() for c in boards.load(name)["compatible"]}
            assert boards_meant <= known, \
                f"no board file has {', '.join(sorted(boards_meant - known))}"
        with result.test("overlays", f"{overlay} says what it does"):
            text = source.read_text(encoding="utf-8")
            assert len(dtmerge.what(source)) > 10, "no first sentence in its header comment"
            for word in ("Source:", "Tested:"):
                assert re.search(rf"^ \* {word}", text, re.M), f"no '{word}' in its header comment"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kernel", default="all")
    parser.add_argument("--board", default="")
    args = parser.parse_args()
    chosen = kernels.select(args.kernel)
    names = [args.board] if args.board else boards.names()
    for board in names:
        boards.load(board)
    result = report.Report("dt")
    BUILD.mkdir(exist_ok=True)
    dtmerge.tool("dtc")
    tools.outboard()
    overlays = dtmerge.compile_overlays()
    if not args.board:
        overlay_files(result, overlays)
    for name in chosen:
        kernels.get(name)
    dts.prepare(chosen)
    jobs = [(name, board) for name in chosen for board in names]
    title = f"{len(overlays)} overlays with the trees of {len(names)} boards, {len(chosen)} kernels"
    with Step(title), tempfile.TemporaryDirectory(dir=BUILD) as work, \
            concurrent.futures.ThreadPoolExecutor(2) as pool:
        work = pathlib.Path(work)
        list(pool.map(lambda job: one_board(result, *job, overlays, work), jobs))
        if not args.board:
            pairs = [(name, overlay) for name in chosen for overlay in overlays]

            def stranger(job):
                folder = work / f"strangers-{'-'.join(job)}"
                folder.mkdir()
                strangers(*job, overlays[job[1]], result, folder)
            list(pool.map(stranger, pairs))
            dt_vendor.run(result, chosen, overlays, work)
    return result.close()


if __name__ == "__main__":
    steps.main_guard(main)
