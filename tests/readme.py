#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""The README's table of boards, features and kernels, made from what the tests showed.

    readme.py            fail if the table in README.md is not that of the results
    readme.py --write    put it there

Point releases and numbers of tests are not in it: the suites move on, and a table
that named them would be stale each week. A feature works where every test of it passed on the booted board. Where a board
cannot be booted, the table says how far the tests went.
"""
import argparse
import json
import pathlib
import sys

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / "scripts")]

import boards  # noqa: E402
import kernels  # noqa: E402
import report  # noqa: E402
import steps  # noqa: E402
from steps import BUILD, TOP, Fault  # noqa: E402

# What a user gets, and the suites of tests/boot that show it.
FEATURES = {
    "RPi.GPIO (Debian's, as root and in the group)": ["rpi-gpio"],
    "`/dev/gpiomem`": ["rpi_gpiomem"],
    "revision and serial number": ["rpi_boardid", "firmware's answers"],
    "`/dev/vcio`, `/dev/vcio_gencmd`": ["rpi_vcio", "firmware's answers", "lockdown"],
    "loads by itself, unloads": ["udev", "modules"],
}
BEGIN, END = "<!-- table -->\n", "<!-- end of table -->"


def load(name):
    path = BUILD / "results" / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else None


def cell(board, kernel, suites):
    """What the tests showed of one feature: works, fails, or how far they went."""
    merges = load("dt")["suites"].get(f"{board} {kernel}", {})
    if not any("the tree is the board's" in test for test in merges):
        return "no tree"
    if "emulation" not in boards.load(board):
        return "not booted"
    result = load(f"boot-{kernel}-{board}")
    if not result:
        raise Fault(f"no results of {board} on {kernel}: run make check first", 1)
    verdicts = [v for suite in suites for v in result["suites"].get(suite, {"": "fail"}).values()]
    if any(v.startswith("fail") for v in verdicts):
        return "**fails**"
    return "works"


def table():
    if not load("dt"):
        raise Fault("no results: run make check first", 1)
    head = ["board", "feature", *kernels.names()]
    rows = [head, ["---"] * len(head)]
    for board in boards.names():
        title = boards.load(board)["name"]
        for feature, suites in FEATURES.items():
            rows.append([title, feature] + [cell(board, kernel, suites) for kernel in kernels.names()])
            title = ""
    note = ("\nworks: every test of it passed on the booted board. not booted: the modules build and "
            "the\noverlay merges for this kernel, and no machine here can boot the board's tree. no "
            "tree: the\nkernel's package has none for the board.\n")
    return "".join("| " + " | ".join(row) + " |\n" for row in rows) + note


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    path = TOP / "README.md"
    text = path.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    fresh = f"{before}{BEGIN}{table()}{END}{after}"
    if args.write:
        path.write_text(fresh, encoding="utf-8")
        return 0
    result = report.Report("readme")
    with result.test("README.md", "its table is that of the results"):
        assert text == fresh, "the table is not what the tests showed: run make readme"
    return result.close()


if __name__ == "__main__":
    steps.main_guard(main)
