# SPDX-License-Identifier: GPL-2.0-only
"""The bench's nixpkgs, put together: ours, and what it has to know of this machine.

    bench.py            print the directory: a flake, and a nixpkgs for import
"""
import hashlib
import json
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent

from outboard import steps
from outboard.sources import kernels, libfdt
from outboard.steps import BUILD

WORK = BUILD / "tests/nix"


def _output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _kernel(kernel):
    """What the package of a kernel is made of. Its hash stands for all that is copied."""
    release = kernel.kdir.name.removeprefix("linux-headers-")
    common = kernel.kdir.with_name(f"linux-headers-{kernel.abi}-common")
    # The release of older ones has the ABI's number, not the version.
    return {"version": re.match(r"\d+\.\d+(\.\d+)?", kernel.version)[0], "release": kernel.release,
            "kdir": str(kernel.kdir), "common": str(common),
            "kbuild": str((kernel.kdir / "scripts").resolve().parent),
            "image": str(kernel.image), "dtbs": str(kernel.dtbs), "modules": str(kernel.modules),
            "hash": hashlib.sha256((kernel.kdir / "Module.symvers").read_bytes()
                                   + release.encode()).hexdigest()}


def machine():
    """What expressions that see nothing of this machine have to be told of it."""
    source = libfdt.source().parent
    return {
        "system": "x86_64-linux",
        "compilers": {
            "gcc": _output("gcc", "-dumpfullversion"),
            "cross": _output("aarch64-linux-gnu-gcc", "-dumpfullversion"),
            "python": ".".join(map(str, sys.version_info[:2])),
        },
        "dtc": {"source": str(source), "version": (source / "VERSION.txt").read_text().strip()},
        "kernels": {name: _kernel(kernels.get(name)) for name in kernels.names()},
    }


def nixpkgs(where=WORK / "nixpkgs"):
    """Put it together in @where; what was there is replaced."""
    fresh = where.with_name(where.name + ".fresh")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(HERE / "nixpkgs", fresh)
    (fresh / "machine.json").write_text(json.dumps(machine(), indent=1) + "\n")
    (fresh / "configurations").mkdir()
    for name in kernels.names():
        shutil.copy(kernels.get(name).kdir / ".config", fresh / "configurations" / name)
    shutil.rmtree(where, ignore_errors=True)
    fresh.rename(where)
    return where


def taken(real):
    """Files of NixOS that a part of a nixpkgs has, in whose place ours are."""
    ours = HERE / "nixpkgs/nixos/modules"
    return [name for name in (str(path.relative_to(ours)) for path in ours.rglob("*.nix"))
            if (real / "nixos/modules" / name).is_file()]


def mixed(real, where=WORK / "mixed"):
    """Our nixpkgs with the lib of a real one, and with those of its files of NixOS that ours
    stand in for."""
    nixpkgs(where)
    shutil.rmtree(where / "lib")
    shutil.copytree(real / "lib", where / "lib")
    for name in taken(real):
        for source in (real / "nixos/modules" / name).parent.iterdir():
            target = where / "nixos/modules" / pathlib.Path(name).parent / source.name
            # What a module reads beside itself comes with it.
            if source.is_file() and (source.name == pathlib.Path(name).name
                                     or not source.name.endswith(".nix")
                                     or source.name.endswith("-builder.nix")):
                shutil.copy(source, target)
    return where


def project(where=WORK / "project"):
    """A copy of this tree as a commit of it would be: without what was built, without .git."""
    names = subprocess.run(["git", "-C", steps.TOP, "ls-files", "-co", "--exclude-standard", "-z"],
                           capture_output=True, text=True, check=True).stdout.split("\0")
    fresh = where.with_name(where.name + ".fresh")
    shutil.rmtree(fresh, ignore_errors=True)
    for name in filter(None, names):
        source = steps.TOP / name
        if source.is_file():
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, fresh / name)
    shutil.rmtree(where, ignore_errors=True)
    fresh.rename(where)
    return where


if __name__ == "__main__":
    steps.main_guard(lambda: print(nixpkgs()))
