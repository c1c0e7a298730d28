# SPDX-License-Identifier: GPL-2.0-only
"""What the guest runs from: an initramfs of Debian's programs, ours, and modules.

An initramfs may be several cpio archives in a row. The large part, Debian's
Python, udev and kmod for arm64, is the same for every boot and kept in
build/guest; the small one is made for each boot.
"""
import compileall
import fcntl
import gzip
import hashlib
import lzma
import os
import pathlib
import platform
import re
import shutil
import subprocess
import tempfile

from outboard.sources import aptroot
from outboard.steps import BUILD, Fault

OUT = BUILD / "guest"

PACKAGES = ("python3", "python3-rpi.gpio", "udev", "kmod", "busybox-static")
SUITES = ("bookworm", "bookworm-security")

# What is taken of the packages; libraries come by what these need.
PROGRAMS = ("bin/busybox", "bin/kmod", "bin/udevadm", "usr/bin/python3.11")
LINKS = {
    "bin/sh": "busybox", "sbin/modprobe": "/bin/kmod", "sbin/modinfo": "/bin/kmod",
    "bin/lsmod": "/bin/kmod", "sbin/rmmod": "/bin/kmod", "sbin/insmod": "/bin/kmod",
    "lib/systemd/systemd-udevd": "/bin/udevadm", "usr/bin/python3": "python3.11",
}
APPLETS = ("cat", "chmod", "clear", "dd", "dmesg", "grep", "head", "hexdump", "hostname", "id",
           "ls", "mount", "od", "poweroff", "ps", "sed", "setuidgid", "sleep", "stty", "su",
           "tail", "tr", "uname", "xxd")
# Parts of Python's library that no client of a GPIO pin needs.
PYTHON_PARTS = ("collections", "ctypes", "encodings", "importlib", "json", "re")
PYTHON_MODULES = re.compile(
    r"(_collections_abc|_sitebuiltins|_weakrefset|abc|bisect|codecs|contextlib|copyreg|enum|"
    r"functools|genericpath|heapq|io|keyword|linecache|operator|os|posixpath|reprlib|site|"
    r"signal|stat|struct|textwrap|time|token|tokenize|traceback|types|warnings|weakref|"
    r"fcntl|random|string|tempfile|shutil|fnmatch|errno|locale|argparse|gettext|selectors|"
    r"threading|subprocess|inspect|ast|dis|opcode|dataclasses|copy|glob|pathlib|platform)\.py")
PYTHON_EXTENSIONS = re.compile(r"(_ctypes|_json|mmap|_opcode|fcntl|select)\.cpython.*\.so")

# Debian's numbers for the groups it knows; gpio has none of its own.
GROUPS = {"root": 0, "tty": 5, "disk": 6, "lp": 7, "kmem": 15, "dialout": 20, "cdrom": 24,
          "tape": 26, "audio": 29, "video": 44, "input": 105, "sgx": 106, "kvm": 107,
          "render": 108, "gpio": 997, "pi": 1000, "nobody": 65534}


def cross():
    """The prefix of the tools for arm64: none on an arm64 machine."""
    if platform.machine() == "aarch64":
        return ""
    return os.environ.get("CROSS_COMPILE") or "aarch64-linux-gnu-"


class Archive:
    """A cpio archive as initramfs wants it; everything belongs to root."""

    def __init__(self):
        self._parts = []
        self._names = {""}
        self._inode = 0

    def _entry(self, name, mode, data=b"", rdev=(0, 0)):
        name = name.strip("/")
        if name in self._names:
            return
        parent = os.path.dirname(name)
        if parent not in self._names:
            self._entry(parent, 0o40755)
        self._names.add(name)
        self._write(name, mode, data, rdev)

    def _write(self, name, mode, data, rdev):
        self._inode += 1
        raw = name.encode() + b"\0"
        fields = (self._inode, mode, 0, 0, 1, 0, len(data), 0, 0, *rdev, len(raw), 0)
        head = b"070701" + b"".join(b"%08X" % field for field in fields) + raw
        for part in (head, data):
            self._parts += [part, bytes(-len(part) % 4)]

    def directory(self, name, mode=0o755):
        self._entry(name, 0o40000 | mode)

    def file(self, name, data, mode=0o644):
        if isinstance(data, pathlib.Path):
            data = data.read_bytes()
        if isinstance(data, str):
            data = data.encode()
        self._entry(name, 0o100000 | mode, data)

    def link(self, name, target):
        self._entry(name, 0o120777, target.encode())

    def device(self, name, major, minor):
        self._entry(name, 0o20600, rdev=(major, minor))

    def bytes(self):
        self._write("TRAILER!!!", 0, b"", (0, 0))
        data = b"".join(self._parts)
        return data + bytes(-len(data) % 512)


def locked(name):
    """An open file that holds a lock until it is closed."""
    OUT.mkdir(parents=True, exist_ok=True)
    handle = open(OUT / f".{name}.lock", "w", encoding="ascii")
    fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


def digest(*parts):
    whole = hashlib.sha256()
    for part in parts:
        whole.update(part.read_bytes() if isinstance(part, pathlib.Path) else str(part).encode())
        whole.update(b"\0")
    return whole.hexdigest()[:16]


def base(step):
    """The archive that all boots share, made when there is none or this file changed."""
    tree = aptroot.tree("guest/bookworm-arm64", list(PACKAGES), suites=SUITES, arch="arm64",
                        step=step)
    target = OUT / f"base-{digest(pathlib.Path(__file__), tree / 'PACKAGES')}.cpio"
    with locked("base"):
        if not target.exists():
            for old in OUT.glob("base-*.cpio"):
                old.unlink()
            fresh = target.with_suffix(".new")
            fresh.write_bytes(_base_archive(tree).bytes())
            fresh.rename(target)
    return target


def _base_archive(tree):
    archive = Archive()
    for name in ("proc", "sys", "dev", "run", "tmp", "tests", "modules", "etc/udev/rules.d"):
        archive.directory(name, 0o1777 if name == "tmp" else 0o755)
    archive.device("dev/console", 5, 1)
    archive.link("etc/mtab", "/proc/self/mounts")
    archive.file("etc/group", "".join(f"{name}:x:{number}:\n" for name, number in GROUPS.items()))
    archive.file("etc/passwd", "root:x:0:0:root:/:/bin/sh\npi:x:1000:1000::/:/bin/sh\n"
                               "nobody:x:65534:65534::/:/bin/sh\n")

    files = {name: tree / name for name in PROGRAMS}
    for path in sorted((tree / "lib/udev/rules.d").iterdir()):
        # Debian's rules for RPi.GPIO, which give gpiomem to dialout, are among them: ours must win.
        files[str(path.relative_to(tree))] = path
    python = tree / "usr/lib/python3.11"
    for path in sorted(python.rglob("*")):
        inner = path.relative_to(python)
        if path.is_file() and (PYTHON_MODULES.fullmatch(str(inner)) or
                               inner.parts[0] in PYTHON_PARTS and path.suffix == ".py" or
                               inner.parts[0] == "lib-dynload" and
                               PYTHON_EXTENSIONS.fullmatch(path.name)):
            files[str(path.relative_to(tree))] = path
    rpi = tree / "usr/lib/python3/dist-packages/RPi"
    files |= {str(path.relative_to(tree)): path for path in rpi.rglob("*") if path.is_file()}
    files |= libraries(tree, files.values())

    for name, path in files.items():
        archive.file(name, path, 0o755 if os.access(path, os.X_OK) else 0o644)
    _compiled(archive, files)
    loader = "lib/ld-linux-aarch64.so.1"
    archive.link(loader, os.readlink(tree / loader))
    for name, target in LINKS.items():
        archive.link(name, target)
    for name in APPLETS:
        archive.link(f"bin/{name}", "busybox")
    return archive


def _compiled(archive, files):
    """Compile the Python files, which costs the emulated machine seconds."""
    with tempfile.TemporaryDirectory() as work:
        for name, path in files.items():
            if path.suffix == ".py":
                copy = pathlib.Path(work, name)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)
        compileall.compile_dir(work, quiet=2, stripdir=work, prependdir="/",
                               invalidation_mode=compileall.py_compile.
                               PycInvalidationMode.UNCHECKED_HASH)
        for path in sorted(pathlib.Path(work).rglob("*.pyc")):
            if ".cpython-311." not in path.name:
                raise Fault("the guest's Python 3.11 needs files compiled by the same: "
                            "run this with Python 3.11")
            archive.file(str(path.relative_to(work)), path)


def libraries(tree, programs):
    """The shared libraries that @programs need, by name in the guest."""
    found = {}
    todo = list(programs)
    while todo:
        path = todo.pop()
        with open(path, "rb") as handle:
            if handle.read(4) != b"\x7fELF":
                continue
        out = subprocess.run([cross() + "readelf", "-d", path], capture_output=True,
                             text=True, check=True).stdout
        for name in re.findall(r"\(NEEDED\).*\[(.*)\]", out):
            for folder in ("lib/aarch64-linux-gnu", "usr/lib/aarch64-linux-gnu"):
                library = tree / folder / name
                if library.exists() and f"{folder}/{name}" not in found:
                    found[f"{folder}/{name}"] = library
                    todo.append(library)
    return found


# The kernel's names of what its style asks for.
ATTRIBUTES = ("-D__noreturn=__attribute__((__noreturn__))", "-D__used=__attribute__((__used__))",
              "-D__printf(a,b)=__attribute__((__format__(printf,a,b)))")
CFLAGS = ("-O2", "-static", "-Wall", "-Wextra", "-Werror", *ATTRIBUTES)


def build_if_changed(product, command, inputs, step):
    stamp = product.with_name(product.name + ".stamp")
    made_of = digest(*map(str, command), *inputs)
    if product.exists() and stamp.exists() and stamp.read_text() == made_of:
        return
    stamp.unlink(missing_ok=True)
    step.run(command)
    stamp.write_text(made_of)


def unpacked(path):
    """The contents of a module's file, which may be compressed."""
    opener = {".xz": lzma.open, ".gz": gzip.open}.get(path.suffix, open)
    with opener(path, "rb") as handle:
        return handle.read()


def index(archive, kernel, work, step):
    """Add the modules below @work, with the kernel's lists and indexes of just these."""
    tree = work / "lib/modules" / kernel.release
    for name in ("modules.builtin", "modules.order", "modules.builtin.modinfo"):
        if (kernel.modules / name).exists():
            shutil.copyfile(kernel.modules / name, tree / name)
    step.run(["/sbin/depmod", "-b", work, kernel.release])
    for path in sorted(tree.rglob("*")):
        if path.is_file() and path.name not in ("modules.order", "modules.builtin.modinfo"):
            archive.file(str(path.relative_to(work)), path)


def add_stock_tree(archive, kernel, paths, step, ours=None):
    """Add lib/modules with those of the kernel's own modules that are at @paths, unpacked.

    @ours: further modules, by name, which kmod prefers.
    """
    with aptroot.workspace("depmod") as work:
        for path in (ours or {}).values():
            target = work / "lib/modules" / kernel.release / "updates" / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        for path in paths:
            target = work / "lib/modules" / kernel.release / path.relative_to(kernel.modules)
            target = target.with_name(re.sub(r"\.ko\..*", ".ko", target.name))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(unpacked(path))
        index(archive, kernel, work, step)
