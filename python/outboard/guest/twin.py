# SPDX-License-Identifier: GPL-2.0-only
"""What a twin's guest runs from: busybox, kmod, the stock modules that its tree asks for."""
import pathlib

from outboard.guest import initramfs
from outboard.sources import aptroot
from outboard.steps import BUILD

GUEST = pathlib.Path(__file__).with_name("files")
OUT = BUILD / "tests" / "twin"
APPLETS = ("cat", "cmp", "cut", "date", "dd", "df", "diff", "dmesg", "echo", "find", "free", "grep",
           "head", "hexdump", "ls", "md5sum", "mkdir", "mount", "od", "poweroff", "ps", "readlink",
           "reboot", "sed", "sh", "sleep", "sort", "sync", "tail", "top", "tr", "umount", "uname",
           "usleep", "vi", "wc")
LINKS = {"sbin/modprobe": "/bin/kmod", "bin/lsmod": "/bin/kmod", "bin/insmod": "/bin/kmod",
         "bin/rmmod": "/bin/kmod", "sbin/modinfo": "/bin/kmod"}
PROGRAMS = ("bound", "pin")


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
    tree = aptroot.tree("guest/bookworm-arm64", list(initramfs.PACKAGES), suites=initramfs.SUITES,
                        arch="arm64", step=step)
    for name in PROGRAMS:
        source = GUEST / f"{name}.c"
        command = [initramfs.cross() + "gcc", "-std=gnu11", "-D_GNU_SOURCE", *initramfs.CFLAGS, "-o",
                   OUT / name, source]
        initramfs.build_if_changed(OUT / name, command, [source], step)
    digest = initramfs.digest(*sorted(GUEST.iterdir()), pathlib.Path(__file__), tree / "PACKAGES")
    target = OUT / f"base-{digest}.cpio"
    if target.exists():
        return target.read_bytes()
    archive = initramfs.Archive()
    for name in ("proc", "sys", "dev", "tmp", "etc", "root", "modules", "card"):
        archive.directory(name)
    archive.device("dev/console", 5, 1)
    archive.file("bin/busybox", tree / "bin/busybox", 0o755)
    files = {"bin/kmod": tree / "bin/kmod"}
    files |= initramfs.libraries(tree, files.values())
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
    made = initramfs.Archive()
    made.file("twin/env", "".join(f"{key}='{value}'\nexport {key}\n"
                                  for key, value in values.items()))
    return made.bytes()


def archive(step, kernel, files, ours, variables, init="init"):
    """An initramfs: @files: stock modules, @ours: ours by name."""
    made = initramfs.Archive()
    if init != "init":
        # What comes later in the archive is what stays.
        made.file("init", GUEST / init, 0o755)
    initramfs.add_stock_tree(made, kernel, files, step, ours)
    for name, path in ours.items():
        made.link(f"modules/{name}.ko", f"/lib/modules/{kernel.release}/updates/{path.name}")
    return base(step) + made.bytes() + environment(variables)
