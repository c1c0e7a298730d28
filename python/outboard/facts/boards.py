# SPDX-License-Identifier: GPL-2.0-only
"""The board files: everything that is known about a board, read and checked.

    python boards           a table of the boards
    python boards --check   check every file against boards/schema.json and the tree
"""
import argparse
import functools
import json
import pathlib
import tomllib

from outboard import steps
from outboard.steps import Fault

FOLDER = steps.TOP / "boards"
DEFAULT = "raspberry-pi-3b"


def names():
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


@functools.cache
def load(name):
    """The board's facts as a dictionary, checked; a Fault names the valid boards."""
    if name not in names():
        raise Fault(f"BOARD={name}: no such board; valid are {', '.join(names())}")
    faults = check(FOLDER / f"{name}.toml")
    if faults:
        raise Fault("\n".join(faults))
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def check(path):
    """Every fault of one board file, each as a line that names file and key."""
    import jsonschema  # not needed to build a module
    shown = path.relative_to(steps.TOP) if path.is_relative_to(steps.TOP) else path
    try:
        board = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return [f"{shown}: not TOML: {error}"]
    schema = json.loads((FOLDER / "schema.json").read_text(encoding="utf-8"))
    faults = []
    errors = jsonschema.Draft202012Validator(schema).iter_errors(board)
    for error in sorted(errors, key=lambda e: [str(part) for part in e.path]):
        key = ".".join(str(part) for part in error.path) or "top level"
        faults.append(f"{shown}: {key}: {error.message}")
    if faults:
        return faults
    for overlay in overlays(board) + board["overlays"].get("vendor", []):
        if not (steps.TOP / "overlays" / board["vendor"] / f"{overlay}.dtso").exists():
            faults.append(f"{shown}: overlays: overlays/{board['vendor']}/{overlay}.dtso "
                          "does not exist")
    faults += _names(shown, board["overlays"])
    faults += _userland(shown, board)
    for family in ("own", "rescue"):
        source = pathlib.Path("dts", board["dtb"].get(family, "none")).with_suffix(".dts")
        if family in board["dtb"] and not (steps.TOP / source).exists():
            faults.append(f"{shown}: dtb.{family}: {source} does not exist")
    for module in board["modules"]:
        if not list((steps.TOP / "drivers").rglob(f"{module}.c")):
            faults.append(f"{shown}: modules: drivers/**/{module}.c does not exist")
    return faults


def overlays(board):
    """Names of the overlays for a board's mainline trees and ours."""
    return board["overlays"]["default"] + board["overlays"]["optional"]


def _names(shown, table):
    """Faults of the tables below overlays: each must speak of overlays that the board has."""
    have = set(table["default"] + table["optional"] + table.get("vendor", []))
    used = [("needs", name) for needs in table.get("needs", {}).values() for name in needs]
    used += [("needs", name) for name in table.get("needs", {})]
    used += [("composite", name) for parts in table.get("composite", {}).values() for name in parts]
    used += [("exclusive", name) for group in table.get("exclusive", []) for name in group]
    used += [("cannot", cannot["overlay"]) for cannot in table.get("cannot", [])]
    return [f"{shown}: overlays.{key}: {name} is not one of the board's overlays"
            for key, name in used if name not in have]


def _userland(shown, board):
    """Faults of the table userland: it must speak of the board's own overlays and modules."""
    table = board.get("userland", {})
    named = {"overlays": table.get("overlays", {}).values(),
             "headphones": table.get("headphones", {}).get("overlays", {}).values(),
             "bluetooth.moved": [[moved["overlay"]]
                                 for moved in table.get("bluetooth", {}).get("moved", [])]}
    have = overlays(board) + board["overlays"].get("vendor", [])
    faults = [f"{shown}: userland.{key}: {name} is not one of the board's overlays"
              for key, groups in named.items() for group in groups for name in group
              if name not in have]
    ours = set(board["modules"]) & set(board.get("initrd_modules", []))
    faults += [f"{shown}: userland.initrd_until: {name} is not one of the board's modules that "
               "are in initrd_modules" for name in table.get("initrd_until", {})
               if name not in ours]
    return faults


def _table():
    rows = [("board", "name", "SoC", "kernel", "console", "modules")]
    for name in names():
        board = load(name)
        rows.append((name, board["name"], board["soc"], f">= {board['kernel']['floor']}",
                     f"{board['console']['device']} {board['console']['baud']}",
                     " ".join(board["modules"])))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    if parser.parse_args().check:
        faults = [fault for name in names() for fault in check(FOLDER / f"{name}.toml")]
        if faults:
            raise Fault("\n".join(faults), 1)
        print(f"{len(names())} board files are in order")
        return
    _table()
