# SPDX-License-Identifier: GPL-2.0-only
"""Nix from Debian's packages, with a store of its own in the cache.

    python nix nix-instantiate --parse FILE
    python nix nix build ...

Nothing is installed, there is no daemon and no /nix: the packages of a newer Debian are
unpacked in the cache and run with their own C library; store, state and configuration are
beside them. Debian 12's own nix is too old for lib.fileset.
"""
import os
import subprocess
import sys

from outboard import steps
from outboard.sources import aptroot
from outboard.steps import CACHE, Fault

SUITE = "trixie"
HOME = CACHE / "nix-store"

# What a nix that is run from anywhere but where it was built has to be told. Builds see this
# machine, as the bench's compilers are its own; nothing is fetched; no file may be built while
# expressions are read.
CONFIGURATION = """\
# Written by outboard
build-users-group =
sandbox = false
substituters =
experimental-features = nix-command flakes
flake-registry =
allow-import-from-derivation = false
fsync-metadata = false
warn-dirty = false
"""

# A relocated nix does not find the program that it asks where to build. This one says: here.
HOOK = """\
#!/bin/sh
echo "# decline-permanently" >&2
cat >/dev/null
"""


def program():
    """The directory in which Debian's nix is unpacked."""
    root = CACHE / "nix"
    if not root.is_dir():
        with steps.Step(f"nix of Debian {SUITE}") as step:
            try:
                aptroot.tree("nix", ["nix-bin"], suites=(SUITE,), arch="amd64", step=step)
            except aptroot.Vanished as gone:
                raise Fault(f"{gone}: without nix-bin of {SUITE} there is no Nix to test with") \
                    from None
    return root


def command(name, *arguments):
    """The command line for one of nix's programs."""
    root = program()
    libraries = root / "usr/lib/x86_64-linux-gnu"
    return [str(libraries / "ld-linux-x86-64.so.2"), "--library-path",
            f"{libraries}:{root / 'usr/lib/nix'}", "--argv0", name, str(root / "usr/bin/nix"),
            *map(str, arguments)]


def _write(path, text, mode=0o644):
    if not path.exists() or path.read_text() != text:
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        fresh.write_text(text)
        fresh.chmod(mode)
        fresh.replace(path)


def environ(store=HOME):
    """What the environment has to be: nothing of the user's own Nix, no home, no proxy of it."""
    for name in ("store", "state", "log", "conf", "home"):
        (store / name).mkdir(parents=True, exist_ok=True)
    hook = store / "conf/build-hook"
    _write(hook, HOOK, 0o755)
    _write(store / "conf/nix.conf", CONFIGURATION)
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("NIX_", "XDG_")) and name != "LD_LIBRARY_PATH"}
    return {**kept, "HOME": str(store / "home"), "XDG_CACHE_HOME": str(store / "home/cache"),
            "NIX_CONF_DIR": str(store / "conf"), "NIX_STORE_DIR": str(store / "store"),
            "NIX_STATE_DIR": str(store / "state"), "NIX_LOG_DIR": str(store / "log"),
            "NIX_CONFIG": f"build-hook = {hook}", "NIX_USER_CONF_FILES": "", "NIX_PATH": "", "LC_ALL": "C.UTF-8"}


def run(name, *arguments, cwd=None, extra=None):
    """Run one of nix's programs; returns its completed process, with text."""
    return subprocess.run(command(name, *arguments), env={**environ(), **(extra or {})}, cwd=cwd,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          errors="replace", check=False)


def tidy(most=6000):
    """Give back what no result/ link holds, when the store has grown beyond @most paths."""
    if sum(1 for _ in (HOME / "store").glob("*")) > most:
        run("nix-collect-garbage")


def main():
    names = sorted(path.name for path in (program() / "usr/bin").glob("nix*"))
    if len(sys.argv) < 2 or sys.argv[1] not in names:
        raise Fault(f"usage: outboard nix COMMAND ARGUMENTS...; commands are {', '.join(names)}")
    line = command(*sys.argv[1:])
    os.execve(line[0], line, environ())
