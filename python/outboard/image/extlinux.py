# SPDX-License-Identifier: GPL-2.0-only
"""What a board's U-Boot would boot from an image: finds extlinux.conf and what it names.

Partition tables are read by sfdisk, FAT by mtools, ext2 to ext4 by debugfs: nothing is
mounted, nobody has to be root, and the image is not written to.
"""
import dataclasses
import json
import os
import pathlib
import posixpath
import re
import subprocess

from outboard.steps import Fault

CONFIGS = ("/extlinux/extlinux.conf", "/boot/extlinux/extlinux.conf")
SMALLEST = 1 << 20
# A file that is larger is no kernel, initrd or tree.
MAX_FILE = 1 << 30
MAX_CONFIG = 1 << 20
MAX_LINKS = 8
# What an MBR has for a disk with a GPT.
PROTECTIVE = "ee"
LEGACY_BOOT = "LegacyBIOSBootable"


def _run(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          errors="replace", stdin=subprocess.DEVNULL, check=False,
                          env={**os.environ, "LC_ALL": "C", "MTOOLS_SKIP_CHECK": "1"})


def _plain(path):
    """A path that programs can be given; a Fault for one with what would mean more to them."""
    if re.search(r'[\x00-\x1f\x7f"*?\[\]\\]', path):
        raise Fault(f"{path!r}: a file's name that is not read here")
    return path


class Fat:
    """A FAT file system in an image."""

    name = "FAT"

    def __init__(self, image, offset):
        self._where = f"{image}@@{offset}"

    def has(self, path):
        return self.size(path) is not None

    def size(self, path):
        """A file's size, or None if there is no such file."""
        done = _run("mdir", "-a", "-i", self._where, f"::{_plain(path)}")
        if done.returncode:
            return None
        # The line of the sum, behind the one file: "1 file   1 234 bytes".
        found = re.search(r"^\s+1 file\s+([\d ]+) bytes$", done.stdout, re.M)
        return int(found[1].replace(" ", "")) if found else None

    def copy(self, path, out):
        """Whether the file could be copied to @out."""
        return _run("mcopy", "-n", "-i", self._where, f"::{_plain(path)}",
                    out).returncode == 0


class Ext:
    """An ext2, ext3 or ext4 file system in an image."""

    name = "ext4"

    def __init__(self, image, offset):
        self._where = f"{image}?offset={offset}"

    def _ask(self, request):
        return _run("/sbin/debugfs", "-R", request, self._where).stdout

    def _real(self, path):
        """(the path behind symbolic links, its size), or None: debugfs follows no last one."""
        for _ in range(MAX_LINKS):
            out = self._ask(f'stat "{_plain(path)}"')
            kind = re.search(r"Type: (\w+)", out)
            if not kind:
                return None
            if kind[1] == "regular":
                return path, int(re.search(r"\bSize: (\d+)", out)[1])
            link = re.search(r'^Fast link dest: "(.*)"', out, re.M)
            if kind[1] != "symlink" or not link:
                return None
            path = posixpath.normpath(posixpath.join(posixpath.dirname(path), link[1]))
        return None

    def has(self, path):
        return self._real(path) is not None

    def size(self, path):
        """A file's size, or None if there is no such file."""
        real = self._real(path)
        return real and real[1]

    def sectors(self):
        """The size of the file system."""
        out = self._ask("show_super_stats -h")
        count, size = (int(re.search(rf"^{what}: +(\d+)", out, re.M)[1])
                       for what in ("Block count", "Block size"))
        return count * size // 512

    def copy(self, path, out):
        """Whether the file could be copied to @out."""
        real = self._real(path)
        if not real:
            return False
        self._ask(f'dump "{real[0]}" "{_plain(str(out))}"')
        return out.exists() and out.stat().st_size == real[1]


@dataclasses.dataclass
class Partition:
    """A part of an image. @number: 0 for an image without a partition table."""

    number: int
    bootable: bool
    files: "Fat | Ext | None"


def _file_system(image, offset):
    with open(image, "rb") as handle:
        handle.seek(offset)
        head = handle.read(2048)
    if head[1080:1082] == b"\x53\xef":
        return Ext(image, offset)
    if head[510:512] == b"\x55\xaa" and (head[54:57] == b"FAT" or head[82:85] == b"FAT"):
        return Fat(image, offset)
    return None


def partitions(image):
    """The parts of an image; a Fault if it is none."""
    try:
        size = image.stat().st_size
        with open(image, "rb"):
            pass
    except OSError as error:
        raise Fault(f"IMAGE={image}: {error.strerror}") from None
    if not image.is_file() or size < SMALLEST:
        raise Fault(f"IMAGE={image}: not an image of a card: it is "
                    f"{'no file' if not image.is_file() else 'too small' if size else 'empty'}")
    whole = _file_system(image, 0)
    if whole:
        return [Partition(0, True, whole)]
    done = _run("/sbin/sfdisk", "--json", image)
    try:
        table = json.loads(done.stdout)["partitiontable"]
    except (ValueError, KeyError):
        raise Fault(f"IMAGE={image}: neither a partition table nor a file system that U-Boot "
                    "reads (FAT, ext4) is in it") from None
    sector = table.get("sectorsize", 512)
    if table.get("label") == "dos" and any(
            part.get("type") == PROTECTIVE for part in table.get("partitions", [])):
        raise Fault(f"IMAGE={image}: it is cut short, or its GPT is broken: only the record "
                    "that protects one can be read")
    found = []
    for number, part in enumerate(table.get("partitions", []), 1):
        begin = part["start"] * sector
        if begin + part["size"] * sector > size:
            raise Fault(f"IMAGE={image}: it is cut short: partition {number} ends at byte "
                        f"{begin + part['size'] * sector}, the file at {size}")
        bootable = part.get("bootable", False) or LEGACY_BOOT in part.get("attrs", "")
        found.append(Partition(number, bootable, _file_system(image, begin)))
    return found


@dataclasses.dataclass
class Choice:
    """What extlinux.conf's label names, copied out of the image."""

    where: str                # for messages: partition and path of extlinux.conf
    label: str
    append: str
    kernel: pathlib.Path
    initrd: pathlib.Path = None
    tree: pathlib.Path = None
    overlays: list = dataclasses.field(default_factory=list)
    names: dict = dataclasses.field(default_factory=dict)    # what each file is called there


def parse(text):
    """(labels: name -> keyword -> value, the default's name) of an extlinux.conf."""
    labels, default, current = {}, None, None
    for line in text.splitlines():
        word, _, value = line.strip().partition(" ")
        if "\t" in word:
            word, _, value = line.strip().partition("\t")
        word, value = word.lower(), value.strip()
        if word == "label":
            current = labels.setdefault(value, {})
        elif word == "default":
            default = value
        elif current is not None and word and not word.startswith("#"):
            # The names that syslinux knows besides.
            word = {"kernel": "linux", "devicetree": "fdt", "devicetreedir": "fdtdir",
                    "devicetree-overlay": "fdtoverlays"}.get(word, word)
            current.setdefault(word, value)
    return labels, default


def find(image):
    """(partition, path) of the extlinux.conf that U-Boot would take."""
    parts = partitions(image)
    # Where the flag is, else where there is one.
    for part in sorted(parts, key=lambda part: not part.bootable):
        for config in CONFIGS:
            if part.files and part.files.has(config):
                return part, config
    names = [f"{part.number} ({part.files.name if part.files else 'unknown'})" for part in parts]
    raise Fault(f"IMAGE={image}: no extlinux.conf: neither {CONFIGS[0]} nor {CONFIGS[1]} on "
                f"partition {', '.join(names) or '(there is none)'}")


def choose(image, out, dtb):
    """What U-Boot would boot from @image, copied into the directory @out.

    @dtb: the board's tree as U-Boot's $fdtfile names it, for FDTDIR.
    """
    part, config = find(image)
    where = f"{config} on partition {part.number}" if part.number else config

    def absolute(name):
        return posixpath.normpath(posixpath.join(posixpath.dirname(config), name))

    def take(what, name):
        path, target = absolute(name), out / what
        size = part.files.size(path)
        if size is None:
            raise Fault(f"IMAGE={image}: {where} names {path} ({what}), which is not there")
        if size > MAX_FILE:
            raise Fault(f"IMAGE={image}: {path} ({what}) has {size} bytes: more than any kernel")
        if not part.files.copy(path, target):
            raise Fault(f"IMAGE={image}: {path} ({what}) cannot be read: its file system is broken")
        choice.names[what] = path
        return target

    out.mkdir(parents=True, exist_ok=True)
    for old in out.iterdir():
        old.unlink()
    choice = Choice(where, "", "", None)
    if part.files.size(config) > MAX_CONFIG:
        raise Fault(f"IMAGE={image}: {where} is too large for one")
    labels, default = parse(take("extlinux.conf", config).read_text(errors="replace"))
    if not labels:
        raise Fault(f"IMAGE={image}: {where} has no LABEL")
    choice.label = default if default in labels else next(iter(labels))
    label = labels[choice.label]
    if not label.get("linux"):
        raise Fault(f"IMAGE={image}: {where}: label {choice.label} names no kernel")
    choice.kernel = take("kernel", label["linux"])
    choice.append = label.get("append", "")
    if label.get("initrd"):
        choice.initrd = take("initrd", label["initrd"])
    if label.get("fdt"):
        choice.tree = take("tree", label["fdt"])
    elif label.get("fdtdir"):
        folder = label["fdtdir"].rstrip("/")
        names = [f"{folder}/{dtb}", f"{folder}/{posixpath.basename(dtb)}"]
        found = [name for name in names if part.files.has(absolute(name))]
        choice.tree = take("tree", (found or names)[0])
    for number, name in enumerate(label.get("fdtoverlays", "").split(), 1):
        choice.overlays.append(take(f"overlay-{number}.dtbo", name))
    return choice
