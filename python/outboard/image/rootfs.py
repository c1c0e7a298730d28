# SPDX-License-Identifier: GPL-2.0-only
"""A root file system on its way into an image: copied together, from directories and archives.

It is done under fakeroot, which remembers owners, devices and attributes that only root
could give: nobody has to be.
"""
import hashlib
import os
import pathlib
import posixpath
import shutil
import stat
import subprocess
import tarfile

from outboard.steps import Fault

BLOCK = 4096
MAX_LINKS = 40
# A tree with none of these is no root file system.
SIGNS = ("sbin/init", "init", "bin/sh", "usr/bin/sh", "nix/store")


class Stage:
    """A directory that becomes a file system. Nothing in it is newer than @epoch.

    @mine: numbers of the user and the group whose files become root's; @all_root: all do.
    """

    def __init__(self, folder, epoch, mine=(0, 0), all_root=False):
        self.folder = pathlib.Path(folder)
        self._epoch, self._mine, self._all_root = epoch, mine, all_root
        self._times = {}
        # Directories that are no links, and stay so: asking costs, under fakeroot.
        self._plain = set()
        self.folder.mkdir(parents=True)
        self.folder.chmod(0o755)
        os.chown(self.folder, 0, 0)

    def resolve(self, name, last=True):
        """Where a name leads, as a path inside of the tree: links are followed within it.

        @last: whether the last part is followed, too.
        """
        todo, done, links = [part for part in name.split("/") if part not in ("", ".")], [], 0
        while todo:
            part = todo.pop(0)
            if part == "..":
                done = done[:-1]
                continue
            if (*done, part) in self._plain:
                done.append(part)
                continue
            here = self.folder.joinpath(*done, part)
            if here.is_symlink() and (todo or last):
                links += 1
                if links > MAX_LINKS:
                    raise Fault(f"/{name}: its links lead in a circle")
                target = os.readlink(here)
                if target.startswith("/"):
                    done = []
                todo = [piece for piece in target.split("/") if piece not in ("", ".")] + todo
                continue
            done.append(part)
        return "/".join(done)

    def path(self, name):
        """The path, on this machine, of what a name leads to."""
        return self.folder / self.resolve(name)

    def has(self, name):
        return self.path(name).exists()

    def _owner(self, uid, gid):
        if self._all_root:
            return 0, 0
        return 0 if uid == self._mine[0] else uid, 0 if gid == self._mine[1] else gid

    def _place(self, name, kind):
        """Where something of a kind is put: what is there of another kind gives way."""
        inner = self.resolve(name, last=kind == "directory")
        path = self.folder / inner
        parent = path.parent
        if inner and parent.relative_to(self.folder).parts not in self._plain and \
                not parent.is_dir():
            self.directory(posixpath.dirname(inner))
        if path.is_symlink() or path.exists():
            if kind == "directory" and path.is_dir():
                return path
            if path.is_dir() and not path.is_symlink():
                raise Fault(f"/{name}: a directory and a {kind} of one name")
            path.unlink()
        return path

    def _settle(self, path, about):
        """Give what was made its owner, mode and time."""
        mode, uid, gid, mtime = about
        os.chown(path, *self._owner(uid, gid), follow_symlinks=False)
        if not path.is_symlink():
            path.chmod(stat.S_IMODE(mode))
        self._times[path] = min(int(mtime), self._epoch)

    def directory(self, name, about=(0o755, 0, 0, 0)):
        path = self._place(name, "directory")
        if not path.is_dir():
            path.mkdir()
        self._plain.add(path.relative_to(self.folder).parts)
        self._settle(path, about)

    def file(self, name, data, about=(0o644, 0, 0, 0)):
        """@data: bytes, a path, or what can be read."""
        path = self._place(name, "file")
        if isinstance(data, bytes):
            path.write_bytes(data)
        elif isinstance(data, pathlib.Path):
            shutil.copyfile(data, path)
        else:
            with open(path, "wb") as handle:
                shutil.copyfileobj(data, handle, 1 << 20)
        self._settle(path, about)
        return path

    def link(self, name, target, about=(0o777, 0, 0, 0)):
        path = self._place(name, "link")
        path.symlink_to(target)
        self._settle(path, about)

    def hard_link(self, name, other):
        path = self._place(name, "link")
        os.link(self.folder / self.resolve(other, last=False), path, follow_symlinks=False)

    def special(self, name, mode, rdev, about):
        path = self._place(name, "device")
        os.mknod(path, mode, rdev)
        self._settle(path, about)

    @staticmethod
    def _attributes(path, values):
        for key, value in values.items():
            try:
                os.setxattr(path, key, value, follow_symlinks=False)
            except OSError as error:
                raise Fault(f"{path.name}: its attribute {key} cannot be kept: "
                            f"{error.strerror}") from None

    def add_folder(self, source, prefix=""):
        """Lay a directory over what is there."""
        source = pathlib.Path(source)
        seen = {}
        for folder, folders, files in os.walk(source, onerror=_unreadable):
            folders.sort()
            here = pathlib.Path(folder)
            inner = pathlib.PurePosixPath(prefix, here.relative_to(source).as_posix())
            # Links to directories are among the directories.
            links = [name for name in folders if (here / name).is_symlink()]
            folders[:] = [name for name in folders if name not in links]
            self._add(here, str(inner), seen)
            for name in sorted(files + links):
                self._add(here / name, str(inner / name), seen)

    def _add(self, path, name, seen):
        about = path.lstat()
        settle = (about.st_mode, about.st_uid, about.st_gid, about.st_mtime)
        kind = stat.S_IFMT(about.st_mode)
        name = "" if name == "." else name
        if kind == stat.S_IFDIR:
            self.directory(name, settle)
        elif kind == stat.S_IFLNK:
            self.link(name, os.readlink(path), settle)
        elif kind == stat.S_IFREG:
            first = seen.setdefault((about.st_dev, about.st_ino), name)
            if about.st_nlink > 1 and first != name:
                self.hard_link(name, first)
                return
            try:
                self.file(name, path, settle)
            except PermissionError:
                raise Fault(f"{path}: cannot be read: a root file system with files of others is "
                            "given as an archive (tar)") from None
        elif kind in (stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO):
            self.special(name, about.st_mode, about.st_rdev, settle)
        if kind in (stat.S_IFDIR, stat.S_IFREG):
            self._attributes(self.path(name), {
                key: os.getxattr(path, key, follow_symlinks=False)
                for key in os.listxattr(path, follow_symlinks=False)})

    def add_tar(self, source):
        """Lay an archive over what is there."""
        try:
            with _opened(source) as archive:
                for member in archive:
                    self._member(archive, member, source)
        except (tarfile.TarError, EOFError, OSError) as error:
            raise Fault(f"ROOTFS={source}: neither a directory nor a whole archive that tar makes "
                        f"(.tar, .tar.gz, .tar.xz, .tar.zst): {error}") from None

    def _member(self, archive, member, source):
        name = member.name.lstrip("/")
        if ".." in name.split("/"):
            raise Fault(f"ROOTFS={source}: {member.name}: leads out of it")
        name = posixpath.normpath(name) if name else "."
        name = "" if name == "." else name
        about = (member.mode, member.uid, member.gid, member.mtime)
        if member.isdir():
            self.directory(name, about)
        elif member.issym():
            self.link(name, member.linkname, about)
        elif member.islnk():
            self.hard_link(name, posixpath.normpath(member.linkname.lstrip("/")))
        elif member.isfile():
            self.file(name, archive.extractfile(member), about)
        elif member.ischr() or member.isblk() or member.isfifo():
            kind = stat.S_IFCHR if member.ischr() else \
                stat.S_IFBLK if member.isblk() else stat.S_IFIFO
            self.special(name, kind | stat.S_IMODE(member.mode),
                         os.makedev(member.devmajor, member.devminor), about)
        else:
            return
        self._attributes(self.folder / self.resolve(name, last=False), {
            key.removeprefix("SCHILY.xattr."): value.encode("utf-8", "surrogateescape")
            for key, value in member.pax_headers.items() if key.startswith("SCHILY.xattr.")})

    def finish(self):
        """Set the times; returns (a digest of all, bytes in blocks, number of files)."""
        whole, used, count, seen = hashlib.sha256(), 0, 0, set()
        for folder, folders, files in os.walk(self.folder):
            folders.sort()
            here = pathlib.Path(folder)
            for name in sorted([*files, *folders]):
                path = here / name
                about = path.lstat()
                known = (about.st_dev, about.st_ino) in seen
                seen.add((about.st_dev, about.st_ino))
                count += not known
                size = _directory_size(path) if stat.S_ISDIR(about.st_mode) else about.st_size
                used += 0 if known else -(-max(size, 1) // BLOCK) * BLOCK
                words = (path.relative_to(self.folder).as_posix(), about.st_mode, about.st_uid,
                         about.st_gid, about.st_rdev, self._times.get(path, 0), _content(path))
                whole.update(repr(words).encode("utf-8", "surrogateescape"))
        # What is inside of a directory is before it.
        for path in sorted(self._times, reverse=True):
            if path.is_symlink() or path.exists():
                os.utime(path, (self._times[path],) * 2, follow_symlinks=False)
        return whole.hexdigest(), used, count

    def check(self, shown):
        """A Fault unless it is a root file system."""
        if not any(self.has(name) or (self.folder / name).is_symlink() for name in SIGNS):
            raise Fault(f"{shown}: no root file system: it has none of "
                        + ", ".join(f"/{name}" for name in SIGNS))


def _directory_size(path):
    """Bytes that a directory takes at most; what this machine's has differs from file system to
    file system."""
    return 24 + sum(12 + len(os.fsencode(name)) for name in os.listdir(path)) * 3 // 2


def _unreadable(error):
    raise Fault(f"{error.filename}: {error.strerror}: a root file system with files of others is "
                "given as an archive (tar)")


def _content(path):
    if path.is_symlink():
        return os.readlink(path)
    if not path.is_file():
        return ""
    with open(path, "rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


class _opened:
    """An archive that is open for reading, whatever it is compressed with."""

    def __init__(self, path):
        self._path, self._unpacker = path, None

    def __enter__(self):
        with open(self._path, "rb") as handle:
            magic = handle.read(4)
        if magic == b"\x28\xb5\x2f\xfd":
            if not shutil.which("zstd"):
                raise Fault(f"ROOTFS={self._path}: zstd is missing, which unpacks it")
            self._unpacker = subprocess.Popen(
                ["zstd", "-dcq", self._path], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
            self._archive = tarfile.open(fileobj=self._unpacker.stdout, mode="r|",
                                         errors="surrogateescape")
        else:
            self._archive = tarfile.open(self._path, "r:*", errors="surrogateescape")
        return self._archive

    def __exit__(self, kind, *_):
        self._archive.close()
        if self._unpacker:
            self._unpacker.stdout.close()
            if self._unpacker.wait() > 0 and kind is None:
                raise tarfile.ReadError("zstd could not unpack it")
