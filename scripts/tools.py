#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Build the outboard program into build/tools/.

    tools.py            build it, with libfdt from Debian's sources
"""
import functools
import os
import pathlib
import sys

import libfdt
import steps
from steps import BUILD, TOP, Step


@functools.cache
def outboard(quiet=True, out=BUILD / "tools", extra=()):
    """Path of the program, built when its sources are newer.

    @extra: further make variables, such as CFLAGS=.
    """
    program = out / "outboard"
    before = program.stat().st_mtime if program.exists() else None
    source = libfdt.source()
    with Step("outboard", log=f"tools-{out.name}") as step:
        step.run(["make", f"-j{os.cpu_count()}", "-C", TOP / "tools", f"LIBFDT={source}",
                  f"O={out}", *extra])
        step.note = str(program.relative_to(TOP))
        step.silent = quiet and before == program.stat().st_mtime
    return program


if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).parent))
    steps.main_guard(lambda: outboard(quiet=False) and None)
