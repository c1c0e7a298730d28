# SPDX-License-Identifier: GPL-2.0-only
"""The outboard program on made-up trees and kernels, with sanitizers.

    program/run.py [--only SUITE]...

Needs no kernel: seconds, for whoever changes the program and for mutation.
"""
import argparse
import concurrent.futures
import pathlib
import tempfile


from outboard import steps
from outboard.devicetree import dtmerge
from outboard.steps import BUILD, Step
from tests import report
from tests.program import (classes, common, cover, escapes, grow, growth, memory, merges, output, packages, refusals, reports, roots, scans)

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
