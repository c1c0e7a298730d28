# SPDX-License-Identifier: GPL-2.0-only
"""The SoCs' register files: twin/soc/NAME.toml, checked, and as the board twin reads them.

    python soc --check        check every file
    python soc NAME|FILE      check one and print it as JSON
"""
import functools
import json
import pathlib
import sys
import tomllib

from outboard.steps import TOP, Fault

FOLDER = TOP / "twin" / "soc"


def _shown(path):
    return path.relative_to(TOP) if path.is_relative_to(TOP) else path


def read(path):
    """A SoC's file as a dictionary; a Fault names each thing that is wrong with it."""
    import jsonschema  # not needed to build a module
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Fault(f"{_shown(path)}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Fault(f"{_shown(path)}: not TOML: {error}") from None
    schema = json.loads((FOLDER / "schema.json").read_text(encoding="utf-8"))
    errors = jsonschema.Draft202012Validator(schema).iter_errors(data)
    faults = []
    for error in sorted(errors, key=lambda e: [str(part) for part in e.path]):
        key = ".".join(str(part) for part in error.path) or "top level"
        faults.append(f"{_shown(path)}: {key}: {error.message[:200]}")
    for number, pins in enumerate(data.get("pins", []) if not faults else []):
        for what, size in (("first", 64), ("direction_bit", 32), ("output_bit", 32),
                           ("input_bit", 32)):
            if pins.get(what, 0) + pins["count"] > size:
                faults.append(f"{_shown(path)}: pins.{number}: {what} and count go beyond "
                              f"{size} bits")
    if faults:
        raise Fault("\n".join(faults))
    return data


@functools.cache
def _by_compatible():
    found = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for compatible in read(path)["soc"]:
            if compatible in found:
                raise Fault(f"{_shown(path)}: soc: {compatible} is {_shown(found[compatible])}'s")
            found[compatible] = path
    return found


def of(tree):
    """The file for a tree's SoC, or None: then register RAM is memory."""
    return next((_by_compatible()[name] for name in tree.root.compatible
                 if name in _by_compatible()), None)


def to_json(path, out):
    """Write a SoC's file as JSON to @out."""
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(read(path), indent=1) + "\n", encoding="utf-8")
    return out


def main():
    words = sys.argv[1:]
    if len(words) != 1:
        raise Fault("usage: outboard soc --check|NAME|FILE")
    if words[0] == "--check":
        _by_compatible()
        print(f"{len(list(FOLDER.glob('*.toml')))} files of registers are in order")
        return
    path = FOLDER / f"{words[0]}.toml"
    print(json.dumps(read(path if path.exists() else pathlib.Path(words[0])), indent=1))
