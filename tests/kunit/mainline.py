# SPDX-License-Identifier: GPL-2.0-only
"""Mainline's own drivers in the register bench, as they are and with patches/linux.

mainline/drivers.toml names them. The sources are those of the kernel that they run on,
from the cache. Of each driver two modules are built, without the project's compat layer:
mainline_NAME as Debian has it, and patched_NAME with its series. A suite asks for the
first in its MODULE_SOFTDEP; those in mainline/ are booted with each of the two.
"""
import dataclasses
import os
import pathlib
import re
import shutil
import tempfile
import tomllib

from outboard.sources import linux_source, series
from outboard.steps import TOP, Fault, Step
from tests.kunit import uml

HERE = TOP / "tests/kunit/mainline"
LIST = HERE / "drivers.toml"
ASIS, PATCHED = "mainline_", "patched_"


@dataclasses.dataclass(frozen=True)
class Driver:
    """@sources: of the module, in the kernel's tree. @options: defined for it. @flags: of the
    compiler's. @series: the patches for it. @stays: it cannot be unloaded, or leaves too much
    behind. @fails: test of its suite -> what it says when it fails without the patches."""

    name: str
    sources: list
    series: str = ""
    stays: bool = False
    flags: list = dataclasses.field(default_factory=list)
    options: list = dataclasses.field(default_factory=list)
    fails: dict = dataclasses.field(default_factory=dict)


def load():
    """Name -> Driver."""
    return {name: Driver(name, **entry) for name, entry in
            tomllib.loads(LIST.read_text(encoding="utf-8")).items()}


def suites():
    return sorted(HERE.glob("*_test.c"))


def asked(sources):
    """Names of the drivers that suites ask for in their text."""
    drivers = load()
    names = {name for path in sources for name in
             re.findall(rf"\b{ASIS}(\w+)\b", "".join(re.findall(
                 r'MODULE_SOFTDEP\("[^"]*"\)', path.read_text(encoding="utf-8"))))}
    if names - set(drivers):
        raise Fault(f"{LIST.relative_to(TOP)} has no {', '.join(sorted(names - set(drivers)))}")
    return [drivers[name] for name in sorted(names)]


def driver_of(suite):
    """The driver that a suite of mainline/ is about."""
    return load()[suite.removeprefix(ASIS).removesuffix("_test")]


def stays(module):
    """Whether a boot does not unload a module."""
    return module.startswith((ASIS, PATCHED)) and any(
        driver.stays for driver in load().values()
        if module in (ASIS + driver.name, PATCHED + driver.name))


def instead(suite):
    """What a suite's boot with the patches has in place of the modules that it asks for."""
    driver = driver_of(suite)
    return {ASIS + driver.name: PATCHED + driver.name}


def judge(suite, verdicts):
    """Verdicts of the boot without the patches: what is listed must fail, as it is listed."""
    left = dict(driver_of(suite).fails)
    found = []
    for name, verdict, detail in verdicts:
        text = left.pop(name.split("/", 1)[-1], None)
        if text is None:
            found.append((name, verdict, detail))
        elif verdict == "fail" and re.search(text, detail, re.S):
            found.append((f"{name} fails without the patches", "pass", ""))
        else:
            found.append((f"{name} fails without the patches", "fail",
                          f"{verdict}, and is to fail with: {text}\n{detail[:1500]}"))
    found += [(name, "fail", "is listed to fail and was not there") for name in left]
    return found


def _kbuild(driver, module, sources, tree):
    """Lines of the Kbuild for a module of @sources below the directory of its name."""
    objects = [f"{module}/{pathlib.Path(name).with_suffix('.o')}" for name in sources]
    lines = [f"obj-m += {module}.o", f"{module}-y := {' '.join(objects)}"]
    for name, made in zip(sources, objects):
        # What the file includes from beside it; symbols that two modules would export.
        flags = [f"-I{tree / pathlib.Path(name).parent}", "-D__DISABLE_EXPORTS",
                 *(f"-DCONFIG_{option}=1" for option in driver.options), *driver.flags]
        lines.append(f"CFLAGS_{made} := {' '.join(flags)}")
    return lines


def _write(path, data):
    """Leave what is the same as it is, for make."""
    if not path.is_file() or path.is_symlink() or path.read_bytes() != data:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_bytes(data)


def build(kernel, drivers, out):
    """Both modules of each driver; returns module name -> path."""
    if not drivers:
        return {}
    tree = linux_source.whole(kernel.release)
    every = series.load()
    stamp = out / "kernel"
    if stamp.exists() and stamp.read_text(encoding="utf-8") != str(kernel.build):
        shutil.rmtree(out)
    _write(stamp, str(kernel.build).encode())
    with Step(f"mainline's drivers of {kernel.release}, as they are and patched",
              log=f"{out.parent.parent.name}-{kernel.release}-mainline") as step:
        lines, names = ["# SPDX-License-Identifier: GPL-2.0-only"], []
        for driver in drivers:
            copies = {name: (tree / name).read_bytes() for name in driver.sources}
            variants = {ASIS: copies}
            if driver.series and kernel.release == uml.RELEASE:
                with tempfile.TemporaryDirectory(prefix="outboard-series.") as scratch:
                    series.patched(every[driver.series].patches, tree, scratch)
                    variants[PATCHED] = copies | {
                        name: (pathlib.Path(scratch) / name).read_bytes()
                        for name in series.touched(every[driver.series].patches)}
            for prefix, files in variants.items():
                module = prefix + driver.name
                names.append(module)
                for name, data in files.items():
                    _write(out / module / name, data)
                lines += _kbuild(driver, module, driver.sources, tree)
        _write(out / "Kbuild", ("\n".join(lines) + "\n").encode())
        # Models stand in for what the drivers call.
        symbols = max(out.parent.glob("modules*/Module.symvers"), default="",
                      key=lambda path: path.stat().st_mtime)
        # What is missing is told by the boot that wants it.
        step.run([*uml.make(kernel, "modules"), f"M={out}", f"KBUILD_EXTRA_SYMBOLS={symbols}",
                  "KBUILD_MODPOST_WARN=1", "KCFLAGS=-g0 -funsigned-char", f"-j{os.cpu_count()}"],
                 env=uml.environ())
        step.note = f"{len(names)} modules"
    return {name: out / f"{name}.ko" for name in names}
