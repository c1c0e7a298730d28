# SPDX-License-Identifier: GPL-2.0-only
"""What the guest of the modules' boots runs: test programs, test modules, our modules."""
import re
import shutil

from outboard.guest import initramfs
from outboard.sources import aptroot
from outboard.steps import BUILD, TOP, Fault

GUEST = TOP / "tests/boot/guest"
OUT = BUILD / "tests" / "boot"

def clang():
    """Any clang that has its linker next to it."""
    for number in range(25, 13, -1):
        if shutil.which(f"clang-{number}") and shutil.which(f"ld.lld-{number}"):
            return f"clang-{number}"
    if shutil.which("clang") and shutil.which("ld.lld"):
        return "clang"
    raise Fault("clang and lld are missing: they build the tests' 32-bit program")


def programs(step, wanted=None):
    """Build the guest's programs, or only the @wanted; a dictionary of their paths by name."""
    out = OUT / "guest"
    common = [GUEST / "ktap.c", GUEST / "kit.c"]
    headers = sorted(GUEST.glob("*.h"))
    made = {}
    with initramfs.locked("guest"):
        out.mkdir(parents=True, exist_ok=True)
        sources = [path for path in sorted(GUEST.glob("*.c")) if path not in common]
        sources.append(TOP / "tests/bench/toggle.c")
        sources.append(TOP / "tests/kunit/programs/rpi_fuzz.c")
        for source in sources:
            if wanted is not None and source.stem not in wanted:
                continue
            program = out / source.stem
            made[source.stem] = program
            if source.stem == "vcio32":
                # 32 bits without a C library: Debian's clang and lld can, its gcc cannot.
                command = [clang(), "--target=arm-linux-gnueabihf", "-nostdlib",
                           "-fuse-ld=lld", "-ffreestanding", *initramfs.CFLAGS, "-o", program, source]
            else:
                command = [initramfs.cross() + "gcc", "-std=gnu11", "-pthread", "-D_GNU_SOURCE", *initramfs.CFLAGS,
                           f"-I{GUEST}", "-o", program, source,
                           *([] if source.stem == "init" else common)]
            initramfs.build_if_changed(program, command, [source, *common, *headers], step)
    return made


def test_modules(kernel, step):
    """Build the test-only kernel modules for @kernel; their paths by name."""
    source = GUEST / "modules"
    out = OUT / kernel.name / "modules"
    inputs = sorted([*source.glob("*.c"), source / "Kbuild"])
    with initramfs.locked(f"modules-{kernel.name}"):
        out.mkdir(parents=True, exist_ok=True)
        for path in inputs:
            if not (out / path.name).exists() or \
                    (out / path.name).read_bytes() != path.read_bytes():
                shutil.copyfile(path, out / path.name)
        command = ["make", "-C", kernel.kdir, f"M={out}", "ARCH=arm64",
                   f"CROSS_COMPILE={initramfs.cross()}", f"CC={initramfs.cross()}gcc", "modules"]
        initramfs.build_if_changed(out / "Module.symvers", command,
                         [*inputs, kernel.kdir / "Module.symvers"], step)
    return {path.stem: path for path in sorted(out.glob("*.ko"))}


def stock_module(kernel, name):
    """(name of the file, its contents) of one of the kernel's own modules, initramfs.unpacked."""
    for path in sorted(kernel.modules.rglob(f"{name}.ko*")):
        return f"{name}.ko", initramfs.unpacked(path)
    raise Fault(f"kernel {kernel.name} has no module {name}")


def config(kernel):
    """The kernel's configuration as a dictionary."""
    for path in (kernel.root / f"boot/config-{kernel.release}", kernel.modules / "config"):
        if path.exists():
            return dict(re.findall(r"^(CONFIG_\w+)=(.*)$", path.read_text(), re.M))
    raise Fault(f"kernel {kernel.name} has no configuration file")


def add_module_tree(archive, kernel, modules, step):
    """Add lib/modules for @modules, with the indexes by which udev finds them."""
    with aptroot.workspace("depmod") as work:
        tree = work / "lib/modules" / kernel.release / "updates"
        tree.mkdir(parents=True)
        for path in modules.values():
            shutil.copyfile(path, tree / path.name)
        initramfs.index(archive, kernel, work, step)
    for name, path in modules.items():
        archive.link(f"modules/{name}.ko", f"/lib/modules/{kernel.release}/updates/{path.name}")


def write(target, base_archive, archive):
    """Join the base and the boot's own archive into @target."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(target, "wb") as handle:
        handle.write(base_archive.read_bytes())
        handle.write(archive.bytes())
    return target
