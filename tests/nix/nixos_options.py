# SPDX-License-Identifier: GPL-2.0-only
"""docs/nixos-options.md, from the options of the NixOS modules as Nix evaluates them.

    nixos_options.py            fail if the page is not that of the modules
    nixos_options.py --write    write it

NIXPKGS=PATH: evaluate with the lib of that nixpkgs; without it with that of tests/nix.
"""
import argparse
import json
import os
import pathlib
import re

from outboard import steps
from outboard.sources import nix
from outboard.steps import TOP, Fault

PAGE = TOP / "docs" / "nixos-options.md"
HEAD = """\
<!-- SPDX-License-Identifier: GPL-2.0-only -->
# The options of hardware.outboard

Made from the modules by `make readme`. How to use them:
[NixOS](nixos.md).
"""


def options(lib=None):
    """The options, as nix/options.nix lists them; @lib is the folder of a nixpkgs' lib."""
    lib = lib or pathlib.Path(os.environ.get("NIXPKGS") or TOP / "tests/nix/nixpkgs") / "lib"
    if not lib.is_dir():
        raise Fault(f"{lib}: there is no lib of nixpkgs; NIXPKGS= names a nixpkgs")
    expression = f"import {TOP}/nix/options.nix {{ lib = import {lib.resolve()}; }}"
    ran = nix.run("nix-instantiate", "--eval", "--strict", "--json", "-E", expression)
    if ran.returncode:
        raise Fault(f"the options of nix/modules cannot be evaluated:\n{ran.stderr.strip()}", 1)
    return json.loads(ran.stdout)


def page(found):
    """The page's text."""
    lines = [HEAD]
    for option in found:
        lines.append(f"## {option['name']}\n")
        lines.append(_text(option["description"]) + "\n")
        facts = [f"Type: {option['type']}"]
        if "default" in option:
            facts.append(f"Default: {option['default']}")
        if "example" in option:
            facts.append(f"Example: {option['example']}")
        if option["readOnly"]:
            facts.append("Cannot be set.")
        lines += [fact + "\n" for fact in facts]
    return "\n".join(lines)


def _text(description):
    """Markdown without NixOS' own roles."""
    text = description if isinstance(description, str) else description["text"]
    return re.sub(r"\{(?:option|file|command|env)\}`", "`", text).strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    text = page(options())
    if arguments.write:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        raise Fault("docs/nixos-options.md is not that of nix/modules: run "
                    "make readme", 1)


if __name__ == "__main__":
    steps.main_guard(main)
