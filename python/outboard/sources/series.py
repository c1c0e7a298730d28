# SPDX-License-Identifier: GPL-2.0-only
"""The patches for mainline in patches/linux: series of files as git format-patch makes them."""
import dataclasses
import pathlib
import re
import subprocess
import tomllib

from outboard.sources import linux_source
from outboard.steps import TOP, Fault

FOLDER = TOP / "patches/linux"
LIST = FOLDER / "series.toml"


@dataclasses.dataclass(frozen=True)
class Series:
    """@name: its directory. @sources: the linux-source packages it is for. @objects: what its
    patches change. @options: defined on the compiler's command line, where a kernel's
    configuration lacks them. @builtin: the objects are never modules. @test: the suite that
    fails without it, or "tables". @untested: why there is none."""

    name: str
    title: str
    sources: list
    objects: list
    options: list = dataclasses.field(default_factory=list)
    builtin: bool = False
    test: str = ""
    untested: str = ""

    @property
    def patches(self):
        return sorted((FOLDER / self.name).glob("*.patch"))


def load():
    """Name -> Series."""
    known = {field.name for field in dataclasses.fields(Series)} - {"name"}
    found = {}
    for name, entry in tomllib.loads(LIST.read_text(encoding="utf-8")).items():
        if set(entry) - known:
            raise Fault(f"{LIST.relative_to(TOP)}: {name}: there is no key "
                        + ", ".join(sorted(set(entry) - known)))
        series = found[name] = Series(name, **entry)
        if not series.patches:
            raise Fault(f"{LIST.relative_to(TOP)}: {name}: {name}/ has no patches")
        if set(series.sources) - set(linux_source.NAMES) or not series.sources:
            raise Fault(f"{LIST.relative_to(TOP)}: {name}: sources are among "
                        + ", ".join(linux_source.NAMES))
        if bool(series.test) == bool(series.untested):
            raise Fault(f"{LIST.relative_to(TOP)}: {name}: either test or untested")
    unlisted = {str(path.parent.relative_to(FOLDER)) for path in FOLDER.rglob("*.patch")} \
        - set(found)
    if unlisted:
        raise Fault(f"{LIST.relative_to(TOP)} lacks {', '.join(sorted(unlisted))}")
    return found


def touched(patches):
    """The files that patches change, in order of their names."""
    return sorted({name for path in patches for name in
                   re.findall(r"^\+\+\+ b/(\S+)$", path.read_text(encoding="utf-8"), re.M)})


def patched(patches, root, out):
    """Copies in @out of the files of the tree @root that @patches change, changed."""
    for name in touched(patches):
        copy = pathlib.Path(out) / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((root / name).read_bytes())
    for path in patches:
        done = subprocess.run(["patch", "-p1", "--fuzz=0", "--no-backup-if-mismatch", "-d", out,
                               "-i", path], capture_output=True, text=True, check=False)
        if done.returncode:
            raise Fault(f"{path.relative_to(TOP)} does not fit Linux "
                        f"{linux_source.version(root)}\n{done.stdout[-800:]}", 1)
