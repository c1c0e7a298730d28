# SPDX-License-Identifier: GPL-2.0-only
"""The models of the board twin, register by register, without a guest.

    run.py [NAME...]      the files of this directory that have a run(); default: all
"""
import argparse
import importlib
import pathlib

HERE = pathlib.Path(__file__).resolve().parent

from outboard import steps
from outboard.sources import qemu_build
from outboard.steps import Fault, Step
from tests import report

NAMES = sorted(path.stem for path in HERE.glob("*.py") if path.stem not in ("run", "qtest", "__init__"))


class Suite:
    """The tests of one file."""

    def __init__(self, result, name):
        self._result, self._name = result, name

    def test(self, name):
        return self._result.test(self._name, name)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", nargs="*")
    names = parser.parse_args().name or NAMES
    for name in names:
        if name not in NAMES:
            raise Fault(f"{name}: there are the tests {', '.join(NAMES)}")
    qemu_build.program()
    result = report.Report("models")
    for name in names:
        with Step(f"model tests: {name}"):
            importlib.import_module(f"tests.models.{name}").run(Suite(result, name))
    return result.close()


if __name__ == "__main__":
    steps.main_guard(main)
