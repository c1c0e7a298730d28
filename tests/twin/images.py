# SPDX-License-Identifier: GPL-2.0-only
"""Makes images of SD cards with an extlinux.conf in them, as a board's U-Boot would boot.

Nobody has to be root: file systems are made of directories and put where sfdisk has
the partitions.
"""
import pathlib
import shutil
import subprocess

SECTOR = 512
FIRST = 2048


def _run(*command, text=None):
    subprocess.run([str(word) for word in command], input=text, text=True, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL if text is None else None)


def ext4(folder, out, size, label="root"):
    """An ext4 of @size bytes with what is in @folder."""
    _run("/sbin/mke2fs", "-q", "-t", "ext4", "-L", label, "-d", folder, out, f"{size >> 10}k")
    return out


def fat(folder, out, size):
    """A FAT of @size bytes with what is in @folder."""
    with open(out, "wb") as handle:
        handle.truncate(size)
    _run("mformat", "-i", out, "-T", str(size // SECTOR), "-h", "64", "-s", "32", "::")
    for path in sorted(folder.iterdir()):
        _run("mcopy", "-s", "-i", out, path, "::/")
    return out


def disk(out, table, parts, spare=1 << 20):
    """An image with a partition table and the file systems @parts.

    @table: gpt or dos. @parts: (file, bootable) each.
    """
    begin, lines = FIRST, [f"label: {table}"]
    for path, bootable in parts:
        sectors = path.stat().st_size // SECTOR
        flag = "" if not bootable else ", bootable" if table == "dos" \
            else ', attrs="LegacyBIOSBootable"'
        lines.append(f"start={begin}, size={sectors}, "
                     f"type={'83' if table == 'dos' else 'linux'}{flag}")
        begin += -(-sectors // FIRST) * FIRST
    with open(out, "wb") as handle:
        handle.truncate(begin * SECTOR + spare)
    _run("/sbin/sfdisk", "-q", out, text="\n".join(lines) + "\n")
    begin = FIRST
    with open(out, "r+b") as handle:
        for path, _ in parts:
            handle.seek(begin * SECTOR)
            with open(path, "rb") as source:
                shutil.copyfileobj(source, handle)
            begin += -(-(path.stat().st_size // SECTOR) // FIRST) * FIRST
    return out


def folder(where, files):
    """A directory with @files: name -> text, bytes or the path of what is copied."""
    for name, data in files.items():
        path = pathlib.Path(where, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(data, pathlib.Path):
            shutil.copyfile(data, path)
        elif isinstance(data, tuple):
            path.symlink_to(data[0])
        else:
            path.write_bytes(data.encode() if isinstance(data, str) else data)
    return pathlib.Path(where)
