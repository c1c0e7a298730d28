#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""The outboard program on made-up trees and kernels, with sanitizers.

    program/run.py [--only SUITE]...

Needs no kernel: seconds, for whoever changes the program and for mutation.
"""
import argparse
import concurrent.futures
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent / "scripts"), str(HERE.parent)]

import classes  # noqa: E402
import common  # noqa: E402
import cover  # noqa: E402
import dtmerge  # noqa: E402
import escapes  # noqa: E402
import grow  # noqa: E402
import growth  # noqa: E402
import memory  # noqa: E402
import merges  # noqa: E402
import output  # noqa: E402
import packages  # noqa: E402
import refusals  # noqa: E402
import report  # noqa: E402
import reports  # noqa: E402
import roots  # noqa: E402
import scans  # noqa: E402
import steps  # noqa: E402
from steps import BUILD, Step  # noqa: E402

SUITES = {"classes": classes, "cover": cover, "escapes": escapes, "grow": grow, "growth": growth,
          "memory": memory, "merges": merges, "output": output, "packages": packages,
          "refusals": refusals, "reports": reports, "roots": roots, "scans": scans}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", choices=SUITES)
    names = parser.parse_args().only or list(SUITES)
    result = report.Report("program")
    BUILD.mkdir(exist_ok=True)
    dtmerge.tool("dtc")
    common.Program.path = staticmethod(common.sanitized)
    common.sanitized()

    def suite(name):
        with tempfile.TemporaryDirectory(dir=BUILD) as work:
            SUITES[name].suites(result, pathlib.Path(work))

    with Step("made-up trees and kernels"), \
            concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(suite, names))
    return result.close()


if __name__ == "__main__":
    steps.main_guard(main)
