# SPDX-License-Identifier: GPL-2.0-only
"""The vendor's overlays on mainline's Raspberry Pi trees, by the labels that they need.

The overlays themselves are the vendor's and not here: tests/dt/vendor-labels.txt says
which labels each needs, and what was found when they were merged. Each is stood in for
by an overlay that refers to the same labels. So a label that a kernel's tree loses, or
that ours stop giving, shows.
"""
import concurrent.futures
import pathlib
import subprocess

from outboard.devicetree import dtmerge
from outboard.facts import boards
from outboard.sources import kernels
from outboard.steps import Fault

TABLE = pathlib.Path(__file__).resolve().parent / "dt/vendor-labels.txt"
BOARDS = ("raspberry-pi-3b", "raspberry-pi-zero-2-w", "raspberry-pi-4")
# Kernels whose trees have labels of their own; the table's verdicts are for the last.
KERNELS = ("6.12", "newest")
# Verdicts by which the labels are all there: what stops the others is not a label.
HAVE_LABELS = ("merges", "order", "moved")
LACK_LABELS = ("pi5", "pi4", "older", "smi", "audio", "mmc")
SYMBOLS = {
    "raspberry-pi-3b": ("rpi-symbols", "rpi-i2c0-mux", "rpi-vendor-symbols",
                        "rpi3-vendor-symbols"),
    "raspberry-pi-zero-2-w": ("rpi-symbols", "rpi02-free-pins", "rpi-i2c0-mux",
                              "rpi-vendor-symbols", "rpi02-vendor-symbols"),
    "raspberry-pi-4": ("rpi-symbols", "rpi-i2c0-mux", "rpi-vendor-symbols",
                       "rpi4-vendor-symbols"),
}


def table():
    """(name, labels, {board: verdict}) of each line."""
    rows = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        name, _, labels, *rest = line.split("\t")
        rows.append((name, [] if labels == "-" else labels.split(" "), dict(zip(BOARDS, rest))))
    return rows


def stand_in(name, labels, work):
    """An overlay that refers to @labels as the vendor's does."""
    out = work / f"{name}.dtbo"
    cells = "".join(f"<&{label}>, " for label in labels).rstrip(", ")
    subprocess.run([*dtmerge.tool("dtc"), "-q", "-@", "-O", "dtb", "-o", out, "-"],
                   input="/dts-v1/; /plugin/; / { fragment@0 { target-path = \"/\"; __overlay__ { "
                         f"stand-in {{ labels = {cells or '<0>'}; }}; }}; }}; }};",
                   text=True, check=True)
    return out


def one_board(result, name, board_name, overlays, stands_in, work):
    kernel, board = kernels.get(name), boards.load(board_name)
    work = work / f"vendor-{name}-{board_name}"
    work.mkdir()
    where = f"the vendor's overlays {name}"
    base = work / "base.dtb"
    with result.test(where, f"{board_name}: ours merge"):
        dtmerge.merge(kernel.dtbs / board["dtb"]["mainline"],
                      [overlays[symbol] for symbol in SYMBOLS[board_name]], base)
    wrong, merged, known = [], 0, 0
    for overlay, labels, verdicts in table():
        verdict = verdicts[board_name]
        try:
            dtmerge.merge(base, [stands_in[overlay]], work / "out.dtb", any_board=True)
            merged += verdict == "merges"
            if verdict in LACK_LABELS:
                wrong.append(f"{overlay}: is said to be '{verdict}', and has its labels")
        except Fault as fault:
            if verdict in HAVE_LABELS:
                wrong.append(f"{overlay}: is said to be '{verdict}': {fault}")
        known += 1
    with result.test(where, f"{board_name}: the labels of {known} are as the table says"):
        assert not wrong, "\n".join(wrong)
    with result.test(where, f"{board_name}: {merged} find their labels"):
        assert merged > len(table()) * 3 // 4, f"only {merged} of {known}"


def run(result, chosen, overlays, work):
    """The part of tests/dt.py that is about the vendor's overlays."""
    folder = work / "stand-ins"
    folder.mkdir()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        made = dict(pool.map(lambda row: (row[0], stand_in(row[0], row[1], folder)), table()))
        jobs = [(name, board) for name in chosen if name in KERNELS for board in BOARDS]
        list(pool.map(lambda job: one_board(result, *job, overlays, made, work), jobs))
