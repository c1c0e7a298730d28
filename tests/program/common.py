# SPDX-License-Identifier: GPL-2.0-only
"""Running the outboard program, and compiling what it is given."""
import json
import os
import pathlib
import re
import subprocess

from outboard.devicetree import dtmerge
from outboard.modules import tools
from outboard.sources import libfdt
from outboard.steps import BUILD

# A finding of a sanitizer ends the program with a status that it has not of its own.
SANITIZED = ("CFLAGS=-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined "
             "-fno-sanitize-recover=undefined",)
OPTIONS = {"ASAN_OPTIONS": "exitcode=99:detect_leaks=1", "UBSAN_OPTIONS": "exitcode=99"}


def plain():
    """The program as users have it."""
    return tools.outboard()


def sanitized():
    """The program with address, leak and undefined-behaviour sanitizers."""
    return tools.outboard(out=BUILD / "tools-sanitized", extra=SANITIZED)


def linked(name, source, flags, *options):
    """The program with @source, a file of this directory, linked into it."""
    out, source = BUILD / f"tools-{name}", pathlib.Path(__file__).with_name(source)
    out.mkdir(parents=True, exist_ok=True)
    if (out / "outboard").exists() and \
            (out / "outboard").stat().st_mtime < source.stat().st_mtime:
        (out / "outboard").unlink()
    subprocess.run(["gcc", "-O2", "-I", libfdt.source(), "-c", "-o", out / "linked", source],
                   check=True)
    return tools.outboard(out=out, extra=(
        flags, f"LDFLAGS={' '.join(map(str, [out / 'linked', *options]))}"))


def counted():
    """The program that says how many basic blocks of it were run."""
    return linked("counted", "count_blocks.c", "CFLAGS=-O1 -g -fsanitize-coverage=trace-pc")


def damaging():
    """The program, sanitized, with a libfdt that spoils what it merges."""
    return linked("damaging", "damage_merge.c", SANITIZED[0], "-Wl,--wrap=fdt_overlay_apply")


class Program:
    """Which of the two runs: that of users, until a program of tests chooses otherwise."""

    path = staticmethod(plain)


def start(*arguments, env=None, **options):
    """Run the program with @arguments; what subprocess.run() returns, as text."""
    options = {"capture_output": True, "text": True, "errors": "surrogateescape",
               "stdin": subprocess.DEVNULL, **options}
    done = subprocess.run([str(Program.path()), *map(str, arguments)], check=False,
                          env={**os.environ, **OPTIONS, **(env or {})}, **options)
    assert done.returncode in (0, 1, 2), f"exit status {done.returncode}: {done.stderr[-1500:]}"
    return done


def run(*arguments):
    """outboard cover: its status, and what it prints."""
    done = start("cover", *arguments)
    assert done.returncode != 2 or not done.stdout, "it prints something of a run that fails"
    return done.returncode, done.stdout, done.stderr


def nodes(*arguments):
    """The one tree's nodes by path."""
    status, out, err = run("--json", *arguments)
    assert status != 2, err
    tree, = json.loads(out)["trees"]
    gaps = [node for node in tree["nodes"]
            if node["verdict"] == "none" and node["status"] == "okay"]
    assert "--against" in map(str, arguments) or status == bool(gaps), \
        f"exit status {status} with {len(gaps)} gaps"
    return {node["path"]: node for node in tree["nodes"]}


def refused(words, *arguments):
    """Exit status 2 and one sentence with @words, a regular expression."""
    status, _, err = run(*arguments)
    assert status == 2, f"exit status {status}"
    line = err.splitlines()[0]
    assert re.search(words, line), f"it says: {line}"
    assert len(err.splitlines()) == 1 or "usage:" in err, err


def compile_tree(text, path):
    """Compile a tree with its labels; returns @path. What dtc warns of is wanted."""
    done = subprocess.run([*dtmerge.tool("dtc"), "-q", "-f", "-@", "-I", "dts", "-O", "dtb", "-o", path,
                           "-"], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return path
