# SPDX-License-Identifier: GPL-2.0-only
"""What a twin's guest runs from: busybox, kmod, the stock modules that its tree asks for."""
import hashlib
import pathlib
import random
import subprocess

import aptroot
import ramdisk
from steps import BUILD

GUEST = pathlib.Path(__file__).resolve().parent / "guest"
OUT = BUILD / "tests" / "twin"
APPLETS = ("cat", "cmp", "cut", "date", "dd", "df", "diff", "dmesg", "echo", "find", "free", "grep",
           "head", "hexdump", "ls", "md5sum", "mkdir", "mount", "od", "poweroff", "ps", "readlink",
           "reboot", "sed", "sh", "sleep", "sort", "sync", "tail", "top", "tr", "umount", "uname",
           "usleep", "vi", "wc")
LINKS = {"sbin/modprobe": "/bin/kmod", "bin/lsmod": "/bin/kmod", "bin/insmod": "/bin/kmod",
         "bin/rmmod": "/bin/kmod", "sbin/modinfo": "/bin/kmod"}
PROGRAMS = ("bound", "pin")

# The card, in bytes: a power of two, as QEMU's SD cards have to be.
CARD_SIZE = 64 << 20
DATA_SIZE = WRITTEN_SIZE = 20 << 20
# A USB stick, which has data and no file system.
STICK_SIZE, STICK_WRITTEN = 8 << 20, 2 << 20

# Suppliers of a console: the properties that name them, and the cells behind each phandle.
SUPPLIERS = {"clocks": "#clock-cells", "power-domains": "#power-domain-cells",
             "resets": "#reset-cells", "assigned-clocks": "#clock-cells",
             "assigned-clock-parents": "#clock-cells"}


def base(step):
    """The archive that all twins share: nothing in it is of a board or a kernel. As bytes."""
    OUT.mkdir(parents=True, exist_ok=True)
    with aptroot.lock("guest-twin"):
        return _base(step)


def _base(step):
    tree = aptroot.tree("guest/bookworm-arm64", list(ramdisk.PACKAGES), suites=ramdisk.SUITES,
                        arch="arm64", step=step)
    for name in PROGRAMS:
        source = GUEST / f"{name}.c"
        command = [ramdisk.cross() + "gcc", "-std=gnu11", "-D_GNU_SOURCE", *ramdisk.CFLAGS, "-o",
                   OUT / name, source]
        ramdisk.build_if_changed(OUT / name, command, [source], step)
    digest = ramdisk.digest(*sorted(GUEST.iterdir()), pathlib.Path(__file__), tree / "PACKAGES")
    target = OUT / f"base-{digest}.cpio"
    if target.exists():
        return target.read_bytes()
    archive = ramdisk.Archive()
    for name in ("proc", "sys", "dev", "tmp", "etc", "root", "modules", "card"):
        archive.directory(name)
    archive.device("dev/console", 5, 1)
    archive.file("bin/busybox", tree / "bin/busybox", 0o755)
    files = {"bin/kmod": tree / "bin/kmod"}
    files |= ramdisk.libraries(tree, files.values())
    for name, path in files.items():
        archive.file(name, path, 0o755)
    loader = "lib/ld-linux-aarch64.so.1"
    archive.link(loader, str((tree / loader).readlink()))
    for name, to in LINKS.items():
        archive.link(name, to)
    for name in APPLETS:
        archive.link(f"bin/{name}", "busybox")
    archive.file("init", GUEST / "init", 0o755)
    for name in ("go", "about", "coldplug", "shell"):
        archive.file(f"twin/{name}", GUEST / name, 0o755)
    for name in PROGRAMS:
        archive.file(f"twin/{name}", OUT / name, 0o755)
    for old in OUT.glob("base-*.cpio"):
        old.unlink(missing_ok=True)
    fresh = target.with_suffix(".new")
    fresh.write_bytes(archive.bytes())
    fresh.replace(target)
    return target.read_bytes()


def suppliers(tree, node):
    """The nodes that a node cannot do without, and theirs: clocks, pins, power, resets, buses."""
    found, todo = [], [node]
    while todo:
        node = todo.pop()
        if node in found or not node:
            continue
        found.append(node)
        if node.parent and node.parent.parent:
            todo.append(node.parent)
        for name in node.props:
            if name.startswith("pinctrl-") and name[8:].isdigit():
                todo += [tree.by_phandle.get(number) for number in node.cells(name)]
        for name, size in SUPPLIERS.items():
            cells = node.cells(name)
            while cells:
                target = tree.by_phandle.get(cells.pop(0))
                if target:
                    todo.append(target)
                    del cells[:(target.cells(size) or [0])[0]]
    return found


def console_modules(tree, predicted):
    """The modules that the console's port wants, by what cover says of the tree."""
    names = []
    for node in suppliers(tree, tree.console()):
        about = predicted.get(node.path)
        if about and about["verdict"] == "module":
            names += [name for name in about["modules"] if name not in names]
    return names


def environment(values):
    """An archive, as bytes, whose variables win over those of one before it."""
    made = ramdisk.Archive()
    made.file("twin/env", "".join(f"{key}='{value}'\nexport {key}\n"
                                  for key, value in values.items()))
    return made.bytes()


def archive(step, kernel, files, ours, variables, init="init"):
    """An initramfs: @files: stock modules, @ours: ours by name."""
    made = ramdisk.Archive()
    if init != "init":
        # What comes later in the archive is what stays.
        made.file("init", GUEST / init, 0o755)
    ramdisk.add_stock_tree(made, kernel, files, step, ours)
    for name, path in ours.items():
        made.link(f"modules/{name}.ko", f"/lib/modules/{kernel.release}/updates/{path.name}")
    return base(step) + made.bytes() + environment(variables)


def card(step):
    """(image of a card with an ext4 and known data in it, that data's checksum)."""
    OUT.mkdir(parents=True, exist_ok=True)
    data = random.Random(4).randbytes(DATA_SIZE)
    digest = hashlib.md5(data).hexdigest()
    path = OUT / "card.img"
    with aptroot.lock("twin-card"):
        if not path.exists() or path.stat().st_size != CARD_SIZE:
            with aptroot.workspace("card") as work:
                (work / "files").mkdir()
                (work / "files/data").write_bytes(data)
                step.run(["/sbin/mke2fs", "-q", "-t", "ext4", "-d", work / "files",
                          work / "card", f"{CARD_SIZE >> 10}k"])
                (work / "card").replace(path)
    return path, digest


def make_stick(path):
    """Make a USB stick's image; the checksum of what is on it."""
    data = random.Random(5).randbytes(STICK_SIZE)
    path.write_bytes(data)
    return hashlib.md5(data).hexdigest()


def check_stick(path, written):
    """What is wrong with a stick after the guest has written to it, or ""."""
    data = path.read_bytes()[:STICK_WRITTEN]
    return "" if hashlib.md5(data).hexdigest() == written else "it has another checksum"


def check_card(path, written):
    """Sentences of what is wrong with a card after the guest has written to it."""
    done = subprocess.run(["/sbin/e2fsck", "-fn", path], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, check=False)
    faults = []
    if done.returncode:
        faults.append(f"e2fsck: {(done.stdout + done.stderr).strip()[-400:]}")
    with aptroot.workspace("card") as work:
        out = work / "written"
        subprocess.run(["/sbin/debugfs", "-R", f"dump /written {out}", path],
                       capture_output=True, stdin=subprocess.DEVNULL, check=False)
        if not out.exists() or out.stat().st_size != WRITTEN_SIZE:
            faults.append("the file that the guest wrote is not there whole")
        elif hashlib.md5(out.read_bytes()).hexdigest() != written:
            faults.append("the file that the guest wrote has another checksum")
    return faults

