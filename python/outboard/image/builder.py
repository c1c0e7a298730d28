# SPDX-License-Identifier: GPL-2.0-only
"""An image of a card: a board's layout, its boot loader, and a root file system.

    python build-image --board boards/BOARD.toml --root DIR|TAR [--add DIR]... [--boot DIR]
             [--firmware DIR | --without-firmware] [--filesystem ext4|btrfs] [--label NAME]
             [--free SIZE] [--seed TEXT] [--all-root] --output FILE.img

The layout is the board file's. The root is a directory or an archive; what is in the
directories of --add is laid over it, that of --boot over its /boot. Somewhere in it has to
be /boot/extlinux/extlinux.conf, which U-Boot reads, and what that names.

Nobody has to be root, and nothing is mounted or fetched. The same input makes the same
bytes: on any day, by any user, in any directory. SOURCE_DATE_EPOCH says the date.

Files belong to root where they belong to who runs this, else to whom they do; with
--all-root all belong to root. An archive keeps its owners.

With btrfs, which many U-Boots do not read, /boot is a partition of its own, an ext4
called "boot".
"""
import argparse
import contextlib
import errno
import gzip
import hashlib
import json
import os
import pathlib
import posixpath
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import uuid

from outboard import steps
from outboard.facts import layout
from outboard.facts.layout import SECTOR
from outboard.image import extlinux, rootfs
from outboard.steps import Fault

HERE = pathlib.Path(__file__).resolve().parent
# 1980-01-01, the first day that FAT knows.
EPOCH = 315532800
MIB = 1 << 20
UNITS = {"": 1, "K": 1 << 10, "M": MIB, "G": 1 << 30}
BOOT_SIZE = "512M"
# An ext4 has the room to grow to this without moving anything.
LARGEST = 512 << 30

# The same for any release of e2fsprogs, and nothing that Linux 5.10 or a board's U-Boot lacks:
# no metadata_csum_seed, no orphan_file.
MKE2FS_CONF = """\
[defaults]
	base_features = sparse_super,large_file,filetype,resize_inode,dir_index,ext_attr
	default_mntopts = acl,user_xattr
	enable_periodic_fsck = 0
	blocksize = 4096
	inode_size = 256
	inode_ratio = 16384
[fs_types]
	ext4 = {
		features = has_journal,extent,huge_file,flex_bg,metadata_csum,64bit,dir_nlink,extra_isize
	}
	small = {
	}
"""
# Of an Image's header: the magic number, and the size with the BSS.
MAGIC, MAGIC_AT, SIZE_AT = b"ARM\x64", 0x38, 0x10


def size_of(text):
    """Bytes of "64M" and the like."""
    found = re.fullmatch(r"(\d+)([KMG]?)(?:i?B)?", text.strip(), re.I)
    if not found:
        raise Fault(f"{text}: no size: a number, and K, M or G behind it")
    return int(found[1]) * UNITS[found[2].upper()]


def epoch():
    """What counts as now."""
    text = os.environ.get("SOURCE_DATE_EPOCH") or str(EPOCH)
    if not text.isdigit():
        raise Fault(f"SOURCE_DATE_EPOCH={text}: no number of seconds")
    return int(text)


def program(name):
    """The path of a program, which may be where only root looks."""
    path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if not path:
        raise Fault(f"{name} is missing: it comes with "
                    f"{PACKAGES.get(name, name)}")
    return path


PACKAGES = {"sfdisk": "util-linux (Debian: fdisk)", "mke2fs": "e2fsprogs",
            "mkfs.btrfs": "btrfs-progs", "mformat": "mtools", "mcopy": "mtools"}


class Maker:
    """Runs the programs that make file systems, so that they make the same everywhere."""

    def __init__(self, work, seed):
        self._work, self._seed, self._count = work, seed, 0
        self._shim = work / "reproducible.so"

    def uuid(self, what):
        """A UUID that is this image's and this thing's."""
        raw = hashlib.sha256(f"{self._seed}:{what}".encode()).digest()
        return uuid.UUID(bytes=raw[:16], version=4)

    def run(self, *command, same=False, env=None, text=None):
        """Run a program. @same: with what it sees of this machine made the same everywhere."""
        environment = {**os.environ, "LC_ALL": "C", "TZ": "UTC", "MTOOLS_SKIP_CHECK": "1",
                       "SOURCE_DATE_EPOCH": str(max(epoch(), EPOCH)), **(env or {})}
        if same:
            # By a name without a blank, which would end it: from the directory that it is in.
            environment |= {"LD_PRELOAD": ":".join(filter(None, [
                f"./{self._library().name}", os.environ.get("LD_PRELOAD")])),
                "OUTBOARD_SEED": f"{self._seed}:{self._count}",
                "SOURCE_DATE_EPOCH": str(epoch()), "E2FSPROGS_FAKE_TIME": str(epoch())}
            self._count += 1
        done = subprocess.run([program(command[0]), *map(str, command[1:])], env=environment,
                              input=text, text=True, capture_output=True, check=False,
                              errors="replace", cwd=self._work if same else None,
                              **({} if text else {"stdin": subprocess.DEVNULL}))
        if done.returncode or same and "cannot be preloaded" in done.stderr:
            said = (done.stderr.strip() or done.stdout.strip()).splitlines()
            raise Fault(f"{command[0]} failed: {' / '.join(said[-4:])}", 1)
        return done.stdout

    def _library(self):
        if not self._shim.exists():
            compiler = os.environ.get("CC_FOR_BUILD") or os.environ.get("HOSTCC") or "cc"
            source = HERE / "reproducible.c"
            line = [*shlex.split(compiler), "-O2", "-fPIC", "-shared", "-o", self._shim, source,
                    "-ldl"]
            try:
                done = subprocess.run([str(word) for word in line], capture_output=True, text=True,
                                      stdin=subprocess.DEVNULL, check=False)
            except OSError as error:
                raise Fault(f"{compiler}: {error.strerror}: a C compiler for this machine is "
                            f"needed for {source.name}; HOSTCC names one") from None
            if done.returncode:
                raise Fault(f"{compiler} cannot compile {source.name}: {done.stderr.strip()}", 1)
        return self._shim

    def _blank(self, name, size):
        path = self._work / name
        with open(path, "wb") as handle:
            handle.truncate(size)
        return path

    def ext4(self, folder, name, size, count):
        """An ext4 of @size bytes with what is in @folder, @count files."""
        conf = self._work / "mke2fs.conf"
        conf.write_text(MKE2FS_CONF)
        out = self._blank(f"{name}.ext4", size)
        number = self.uuid(f"{name} file system")
        self.run("mke2fs", "-q", "-F", "-t", "ext4", "-m", "1", "-L", name, "-U", number,
                 "-N", max(count * 5 // 4 + 512, size // 16384), "-J",
                 f"size={journal(size) // MIB}", "-E",
                 f"root_owner=0:0,hash_seed={self.uuid(f'{name} hashes')},lazy_itable_init=1,"
                 f"nodiscard,resize={LARGEST // 4096}", "-d", folder, out, same=True, env={"MKE2FS_CONFIG": str(conf)})
        return out

    def btrfs(self, folder, name, size):
        """A btrfs of @size bytes with what is in @folder."""
        out = self._blank(f"{name}.btrfs", size)
        # Newer than Linux 5.10, and newer releases of mkfs.btrfs take it by themselves.
        known = subprocess.run([program("mkfs.btrfs"), "-O", "list-all"], capture_output=True,
                               text=True, check=False)
        newer = "block-group-tree" in known.stdout + known.stderr
        self.run("mkfs.btrfs", "-q", "-K", "-L", name, "-U", self.uuid(f"{name} file system"),
                 *(["-O", "^block-group-tree"] if newer else []), "--rootdir", folder, out,
                 same=True)
        return out

    def fat32(self, part, folder, label):
        """A FAT32 for a partition, with what is in @folder."""
        out = self._blank(f"{part.name}.fat", part.sectors * SECTOR)
        # Below 65525 clusters it would be another FAT.
        cluster = max(n for n in (1, 2, 4, 8, 16) if part.sectors // n > 66000 or n == 1)
        self.run("mformat", "-i", out, "-F", "-T", part.sectors, "-h", 64, "-s", 32, "-c", cluster,
                 "-H", part.sector, "-N", f"{self.uuid(part.name).int >> 96:08x}", "-v",
                 label.upper()[:11], "::")
        for path in sorted(folder.rglob("*")):
            inner = f"::/{path.relative_to(folder).as_posix()}"
            if path.is_dir():
                self.run("mmd", "-i", out, inner)
            else:
                self.run("mcopy", "-i", out, "-m", path, inner)
        return out


def journal(size):
    return max(4, min(64, size // 16 // MIB)) * MIB


def room_ext4(used, count, free):
    """Bytes that an ext4 has to have for so many bytes in so many files."""
    size = used + free + 8 * MIB
    for _ in range(4):
        inodes = max(count * 5 // 4 + 512, size // 16384)
        size = int((used + free + inodes * 256 + journal(size) + 2 * MIB) * 1.03)
    return max(-(-size // MIB) * MIB, 16 * MIB)


def room_btrfs(used, count, free):
    """The same for a btrfs, which keeps its metadata twice."""
    return -(-int(used * 1.1 + count * 8192 + free + 256 * MIB) // MIB) * MIB


class Kernel:
    """What extlinux.conf names, checked against what the board's boot loader can take."""

    def __init__(self, plan):
        self._limits, self._shown = plan.limits, plan.shown

    def check(self, what, path, size, shown):
        """A Fault for a file that is too large for its place in memory."""
        limit = {"kernel": "image_limit", "initrd": "initrd_limit", "tree": "dtb_limit"}[what]
        most = self._limits.get(limit)
        if what == "kernel":
            size = image_size(path) or size
        if most is not None and size > most:
            whole = " with its BSS" if what == "kernel" else ""
            raise Fault(f"{shown}: too large for the boot loader: {size} bytes{whole}; "
                        f"boot.{limit} in {self._shown} is {most}")


def image_size(path):
    """Bytes that an Image takes in memory, compressed or not; None for what is none."""
    with open(path, "rb") as handle:
        head = handle.read(64)
    if head[:2] == b"\x1f\x8b":
        with contextlib.suppress(OSError, EOFError), gzip.open(path) as handle:
            head = handle.read(64)
    if head[MAGIC_AT:MAGIC_AT + 4] != MAGIC:
        return None
    return int.from_bytes(head[SIZE_AT:SIZE_AT + 8], "little")


def check_boot(stage, inner, plan, shown):
    """A Fault unless extlinux.conf, below @inner of the tree, names what is there and fits."""
    configs = [f"{inner}{config}" for config in extlinux.CONFIGS if stage.has(f"{inner}{config}")]
    if not configs:
        raise Fault(f"{shown}: nothing to boot: there is no /boot/extlinux/extlinux.conf. One that "
                    "the system itself writes, such as by Debian's u-boot-menu, is used; make "
                    "image KERNEL= adds a kernel and one")
    config = configs[0]
    labels, _ = extlinux.parse(stage.path(config).read_text(errors="replace"))
    if not any(label.get("linux") for label in labels.values()):
        raise Fault(f"{shown}: {config} has no label with a kernel")
    check = Kernel(plan)
    for name, label in labels.items():
        if not label.get("linux"):
            continue
        named = [("kernel", label["linux"]), ("initrd", label.get("initrd")),
                 ("tree", label.get("fdt"))]
        for what, value in named:
            if not value:
                continue
            # An absolute one is below the top of its partition.
            path = posixpath.join(posixpath.dirname(config), value) if value[0] != "/" \
                else inner + value
            found = stage.path(path)
            if not found.is_file():
                raise Fault(f"{shown}: {config}: label {name} names {value} ({what}), which is not "
                            f"there{' on the boot partition' if inner else ''}")
            check.check(what, found, found.stat().st_size, f"{shown}: {value} ({what})")


class Builder:
    """One image."""

    def __init__(self, args, plan, work):
        self._args, self._plan, self._work = args, plan, work
        self._epoch = epoch()
        self.report = []

    def _stage(self, name):
        mine = json.loads(os.environ.get("OUTBOARD_IMAGE_OWNER", "[0, 0]"))
        return rootfs.Stage(self._work / name, self._epoch, mine, self._args.all_root)

    def fill(self):
        """Copy the root file system together; returns (it, that of the boot partition or None)."""
        args, root = self._args, self._stage("root")
        source = pathlib.Path(args.root)
        if source.is_dir():
            root.add_folder(source)
        elif source.exists():
            root.add_tar(source)
        else:
            raise Fault(f"ROOTFS={source}: {os.strerror(errno.ENOENT)}")
        root.check(f"ROOTFS={source}")
        for folder in args.add:
            root.add_folder(folder)
        if args.boot:
            root.add_folder(args.boot, "boot")
        if args.filesystem != "btrfs":
            check_boot(root, "", self._plan, f"ROOTFS={source}")
            return root, None
        check_boot(root, "boot", self._plan, f"ROOTFS={source}")
        if not root.has("nix/store"):
            _mount_boot(root)
        boot = self._stage("boot")
        place = root.path("boot")
        boot.add_folder(place)
        for path in place.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        return root, boot

    def _separate_boot(self):
        """Put a boot partition before the root, which is all that is not the boot loader's."""
        root = self._plan.root
        size = size_of(self._args.boot_size) // SECTOR
        self._plan.partitions[-1:] = [
            layout.Partition("boot", "boot", root.sector, size, bootable=True),
            layout.Partition(root.name, "root", root.sector + size)]

    def _fat(self, part, files):
        """A directory with what belongs into a FAT partition."""
        folder = self._work / f"{part.name}.files"
        folder.mkdir()
        total = 0
        for name in [file.name for file in part.files] + list(part.text):
            if name in files:
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                copy = shutil.copytree if files[name].is_dir() else shutil.copyfile
                copy(files[name], target)
            elif name in part.text and (files or not part.files):
                (folder / name).write_text(part.text[name])
        for path in [folder, *folder.rglob("*")]:
            total += path.stat().st_size + 4096
            stamp = min(int(path.stat().st_mtime), max(self._epoch, EPOCH))
            os.utime(path, (max(self._epoch, EPOCH),) * 2 if path.is_dir() else (stamp, stamp))
        if total > part.sectors * SECTOR - MIB:
            raise Fault(f"partition {part.name}: its files have {total} bytes: too large for its "
                        f"{part.sectors * SECTOR}")
        return folder

    def build(self, out):
        """Make the image."""
        args, plan = self._args, self._plan
        files, self.report = {}, []
        if not args.without_firmware:
            files, self.report = plan.find(args.firmware)
        sizes = {name: path.stat().st_size for name, path in files.items()}
        if args.filesystem == "btrfs":
            self._separate_boot()
        root, boot = self.fill()
        parts = {"root": root.finish()} | ({"boot": boot.finish()} if boot else {})
        known = hashlib.sha256(repr((
            plan, args.filesystem, args.label, args.free, args.boot_size, self._epoch, parts,
            {name: _digest(path) for name, path in files.items()})).encode()).hexdigest()
        maker = Maker(self._work, args.seed or known)
        systems = {}
        free = size_of(args.free)
        _, used, count = parts["root"]
        if args.filesystem == "btrfs":
            systems[plan.root.name] = maker.btrfs(root.folder, args.label,
                                                  room_btrfs(used, count, free))
            _, used, count = parts["boot"]
            place = plan.partitions[-2].sectors * SECTOR
            if room_ext4(used, count, 0) > place:
                raise Fault(f"/boot has {used} bytes: too large for the boot partition of {place}; "
                            "--boot-size gives it more")
            systems["boot"] = maker.ext4(boot.folder, "boot", place, count)
        else:
            systems[plan.root.name] = maker.ext4(root.folder, args.label,
                                                 room_ext4(used, count, free), count)
        plan.root.sectors = systems[plan.root.name].stat().st_size // SECTOR
        plan.check(sizes)
        for part in plan.partitions:
            if part.filesystem == "fat32":
                systems[part.name] = maker.fat32(part, self._fat(part, files), part.name)
            elif part.file and part.file.name in files:
                systems[part.name] = files[part.file.name]
        with open(out, "wb") as handle:
            handle.truncate(plan.total() * SECTOR)
        maker.run("sfdisk", "-q", "--no-reread", "--no-tell-kernel", "--wipe", "never",
                  "--wipe-partitions", "never", out, text=table(plan, maker))
        with open(out, "r+b") as image:
            for part in plan.partitions:
                if part.name in systems:
                    put(image, part.sector * SECTOR, systems[part.name])
            for blob in plan.blobs:
                if blob.file.name in files:
                    for begin, end in blob.pieces(sizes[blob.file.name]):
                        put(image, blob.sector * SECTOR, files[blob.file.name], begin, end)
        return maker


def _mount_boot(root):
    """Have the system mount its boot partition."""
    path = root.path("etc/fstab")
    text = path.read_text() if path.exists() else ""
    if not any(line.split()[1:2] == ["/boot"] for line in text.splitlines()):
        root.file("etc/fstab", f"{text}LABEL=boot /boot ext4 defaults 0 2\n".encode())


def _digest(path):
    """Of a file, or of all in a directory."""
    if path.is_dir():
        return [(inner.relative_to(path).as_posix(), _digest(inner))
                for inner in sorted(path.rglob("*")) if inner.is_file()]
    with open(path, "rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def table(plan, maker):
    """The partition table, as sfdisk reads it."""
    lines = ["unit: sectors"]
    if plan.table == "gpt":
        lines += ["label: gpt", f"label-id: {maker.uuid('disk')}", "first-lba: 34"]
    else:
        lines += ["label: dos", f"label-id: 0x{maker.uuid('disk').int >> 96:08x}"]
    lines.append("")
    for part in plan.partitions:
        guid, number = layout.TYPES[part.filesystem]
        line = f"start={part.sector}, size={part.sectors}"
        if plan.table == "gpt":
            line += f', type={guid}, uuid={maker.uuid(part.name)}, name="{part.name}"'
            line += ', attrs="LegacyBIOSBootable"' if part.bootable else ""
        else:
            line += f", type={number:x}" + (", bootable" if part.bootable else "")
        lines.append(line)
    return "\n".join(lines) + "\n"


def put(image, place, path, begin=0, end=None):
    """Copy a file, or these bytes of it, into the image, where it begins at byte @place.

    Where it has holes nothing is written.
    """
    with open(path, "rb") as source:
        end = os.fstat(source.fileno()).st_size if end is None else end
        while begin < end:
            try:
                data = os.lseek(source.fileno(), begin, os.SEEK_DATA)
            except OSError as error:
                if error.errno != errno.ENXIO:
                    raise
                # Nothing but a hole up to the end.
                break
            stop = min(os.lseek(source.fileno(), data, os.SEEK_HOLE), end)
            if data >= end:
                break
            source.seek(data)
            image.seek(place + data)
            while data < stop:
                piece = source.read(min(stop - data, 1 << 20))
                if piece.count(0) == len(piece):
                    image.seek(len(piece), os.SEEK_CUR)
                else:
                    image.write(piece)
                data += len(piece)
            begin = stop


def under_fakeroot():
    """Become this program under fakeroot, unless it is."""
    if os.environ.get("FAKEROOTKEY"):
        return
    fakeroot = program("fakeroot")
    owner = json.dumps([os.geteuid(), os.getegid()])
    os.execve(fakeroot, [fakeroot, "-u", "--", *sys.orig_argv],
              {**os.environ, "OUTBOARD_IMAGE_OWNER": owner})


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--board", required=True, help="a board's file")
    parser.add_argument("--root", required=True, help="a directory, or an archive of tar's")
    parser.add_argument("--add", action="append", default=[], metavar="DIR",
                        help="laid over the root")
    parser.add_argument("--boot", metavar="DIR", help="laid over its /boot")
    firmware = parser.add_mutually_exclusive_group()
    firmware.add_argument("--firmware", metavar="DIR", help="where the boot loader's files are")
    firmware.add_argument("--without-firmware", action="store_true")
    parser.add_argument("--filesystem", choices=["ext4", "btrfs"], default="ext4")
    parser.add_argument("--label", default="root", help="of the root file system")
    parser.add_argument("--free", default="64M", help="room in it beside what it has")
    parser.add_argument("--boot-size", default=BOOT_SIZE, help="of the boot partition, with btrfs")
    parser.add_argument("--seed", help="what UUIDs are made of, instead of all that is in it")
    parser.add_argument("--all-root", action="store_true", help="all files belong to root")
    parser.add_argument("--output", required=True)
    args = parser.parse_args()
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,16}", args.label):
        raise Fault(f"--label {args.label}: one to 16 letters, digits, '.', '_' and '-'")
    size_of(args.free)
    size_of(args.boot_size)
    return args


def main():
    args = arguments()
    out = pathlib.Path(args.output)
    if out.is_symlink():
        out = out.resolve()    # the link stays
    if out.exists() and not out.is_file():
        raise Fault(f"OUTPUT={out}: it is there, and is no file")
    if not out.parent.is_dir():
        raise Fault(f"OUTPUT={out}: there is no directory {out.parent}")
    plan = layout.read(args.board)
    under_fakeroot()
    # What is not finished has another name, and goes.
    with tempfile.TemporaryDirectory(prefix="outboard-image.") as work:
        part = out.with_name(f".{out.name}.{os.getpid()}.part")
        try:
            builder = Builder(args, plan, pathlib.Path(work))
            builder.build(part)
            part.chmod(0o644)
            part.replace(out)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS):
                raise Fault(f"OUTPUT={out}: {error.strerror}: {error.filename or ''}") from None
            raise
        finally:
            part.unlink(missing_ok=True)
    for line in builder.report:
        steps.say(f"  note   {line}")
    for part in plan.partitions:
        steps.say(f"         {part.name:12}{part.sectors * SECTOR / MIB:8.1f} MiB at sector "
                  f"{part.sector}")
    steps.say(f"         {out}: {out.stat().st_size / MIB:.0f} MiB")
