# SPDX-License-Identifier: GPL-2.0-only
"""The commands behind make: python3 python COMMAND [ARGUMENTS], each named as its target."""
import importlib
import sys

from outboard import steps
from outboard.steps import Fault

# Command: the module whose main() it is, and the arguments that come before the user's.
COMMANDS = {
    "modules": ("modules.build",),
    "run": ("commands.run",),
    "pins": ("commands.pins",),
    "firmware": ("commands.firmware",),
    "image": ("commands.image",),
    "boards": ("facts.boards",),
    "overlays": ("devicetree.dtmerge", "--compile", "--list"),
    "trees": ("devicetree.dts",),
    "tools": ("modules.tools",),
    "install-tools": ("modules.tools", "--install"),
    "kernels": ("sources.kernels", "list"),
    "fetch": ("sources.kernels", "fetch"),
    "update": ("sources.kernels", "update"),
    # Not targets of make: parts of the above that Nix, tests and developers call by themselves.
    "amlboot": ("image.amlboot",),
    "build-image": ("image.builder",),
    "kernel-path": ("sources.kernels", "path"),
    "nix": ("sources.nix",),
    "qemu": ("sources.qemu_build",),
    "linux-source": ("sources.linux_source",),
    "schema": ("devicetree.schema",),
    "soc": ("facts.soc",),
}


def run():
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in COMMANDS:
        raise Fault(f"{name or 'no command'}: valid commands are {', '.join(COMMANDS)}")
    module, *first = COMMANDS[name]
    sys.argv = [f"outboard {name}", *first, *sys.argv[2:]]
    return importlib.import_module(f"outboard.{module}").main()


def main():
    steps.main_guard(run)


if __name__ == "__main__":
    main()
