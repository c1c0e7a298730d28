# SPDX-License-Identifier: GPL-2.0-only
"""What a board's card looks like: the [image] table of its file, with all that must hold of it.

Nothing here needs the cache or the network, and nothing but Python's own library.
"""
import dataclasses
import pathlib
import tomllib

from outboard.steps import Fault

SECTOR = 512
# Behind the code of a master boot record: the disk's number and the table.
MBR_TABLE = (440, 512)
# Sectors of a GPT: the header and 128 entries. The record before it makes it 34.
GPT_SECTORS = 33
# Partitions end, and images do, on a multiple of this.
GRAIN = 2048

LINUX = "0FC63DAF-8483-4772-8E79-3D69D8477DE4"
BASIC_DATA = "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7"
# What a partition is called in the table: in a GPT and in a master boot record.
TYPES = {"fat32": (BASIC_DATA, 0x0c), None: (LINUX, 0x83)}


@dataclasses.dataclass
class File:
    """A file that the board's boot loader is made of."""

    name: str
    licence: str = ""
    origin: str = ""
    optional: bool = False

    def described(self):
        """In words: licence, and where it comes from."""
        words = [f"licence: {self.licence}"] if self.licence else []
        return "; ".join(words + ([f"from: {self.origin}"] if self.origin else []))


@dataclasses.dataclass
class Blob:
    """A file at a sector, outside of the partitions."""

    file: File
    sector: int
    limit: int
    skip: tuple = None

    def pieces(self, size):
        """(begin, end) in the file of what is written, for a file of so many bytes."""
        if not self.skip:
            return [(0, size)]
        found = [(0, min(self.skip[0], size)), (self.skip[1], size)]
        return [(begin, end) for begin, end in found if begin < end]


@dataclasses.dataclass
class Partition:
    """A part of the card. @sectors: None for what takes the rest of it."""

    name: str
    type: str
    sector: int
    sectors: int = None
    bootable: bool = False
    filesystem: str = None
    file: File = None                                     # what is written to it as it is
    files: list = dataclasses.field(default_factory=list)  # what its file system has
    text: dict = dataclasses.field(default_factory=dict)   # files that the board file itself has

    @property
    def end(self):
        return self.sector + self.sectors


@dataclasses.dataclass
class Layout:
    """The card. @limits: what the boot loader can take, of the table [boot]."""

    board: str
    shown: str
    table: str
    first: int
    partitions: list
    blobs: list
    reserved: list     # (sector, sectors, what)
    limits: dict

    def firmware(self):
        """All of the boot loader's files."""
        return [blob.file for blob in self.blobs] + \
            [file for part in self.partitions
             for file in ([part.file] if part.file else []) + part.files]

    def find(self, folder):
        """(the boot loader's files in @folder, by name; notes on what may be left out, and is).

        A Fault that names what is missing.
        """
        if folder and not pathlib.Path(folder).is_dir():
            raise Fault(f"FIRMWARE={folder}: no directory")
        found, notes, missing = {}, [], []
        for file in self.firmware():
            path = pathlib.Path(folder, file.name) if folder else None
            if path and path.exists():
                found[file.name] = path
            elif file.optional:
                notes.append(f"without {file.name}, which may be left out")
            else:
                missing.append(f"{file.name} ({file.described()})")
        if missing:
            where = f"FIRMWARE={folder}: {self.board} starts from files that it lacks: " \
                if folder else f"FIRMWARE= is missing: {self.board} starts from "
            raise Fault(f"{where}{', '.join(missing)}. FIRMWARE=none (--without-firmware) makes an "
                        "image without a boot loader")
        return found, notes

    @property
    def root(self):
        return self.partitions[-1]

    def total(self):
        """Sectors of the whole image."""
        end = max(part.end for part in self.partitions)
        end += GPT_SECTORS if self.table == "gpt" else 0
        return -(-end // GRAIN) * GRAIN

    def check(self, sizes):
        """A Fault unless all has its place; @sizes: bytes of the files that there are, by name."""
        for blob in self.blobs:
            size = sizes.get(blob.file.name)
            if size is not None and blob.sector * SECTOR + size > blob.limit * SECTOR:
                raise Fault(f"{blob.file.name}: too large: it has {size} bytes and begins at "
                            f"sector {blob.sector}; {self.shown} leaves it "
                            f"{(blob.limit - blob.sector) * SECTOR}, up to sector {blob.limit}")
        for part in self.partitions:
            size = sizes.get(part.file.name) if part.file else None
            if size is not None and size > part.sectors * SECTOR:
                raise Fault(f"{part.file.name}: too large: it has {size} bytes, and partition "
                            f"{part.name} {part.sectors * SECTOR}")
            if part.sector < self.first and part.type != "firmware":
                raise Fault(f"{self.shown}: partition {part.name} begins at sector "
                            f"{part.sector}, before first_partition, {self.first}")
        taken = sorted(self._taken(sizes))
        for (_, end, one), (begin, _, other) in zip(taken, taken[1:]):
            if begin < end:
                raise Fault(f"{self.shown}: {one} and {other} overlap: the first one ends at byte "
                            f"{end}, the other begins at {begin}")

    def _taken(self, sizes):
        """(begin, end, what) in bytes of all that is somewhere."""
        yield (*MBR_TABLE, "the master boot record's table")
        if self.table == "gpt":
            yield SECTOR, (1 + GPT_SECTORS) * SECTOR, "the GPT"
            end = self.total() * SECTOR
            yield end - GPT_SECTORS * SECTOR, end, "the GPT's copy"
        for part in self.partitions:
            yield part.sector * SECTOR, part.end * SECTOR, f"partition {part.name}"
        for sector, sectors, what in self.reserved:
            yield sector * SECTOR, (sector + sectors) * SECTOR, what
        for blob in self.blobs:
            # Without the file: what it may take.
            size = sizes.get(blob.file.name, (blob.limit - blob.sector) * SECTOR)
            for begin, end in blob.pieces(size):
                base = blob.sector * SECTOR
                yield base + begin, base + end, blob.file.name


def _file(name, table):
    return File(name, table.get("licence", ""), table.get("origin", ""),
                table.get("optional", False))


def _partition(table):
    return Partition(table["name"], table["type"], table["sector"], table.get("sectors"),
                     table.get("bootable", False), table.get("filesystem"),
                     _file(table["file"], table) if "file" in table else None,
                     [_file(name, table) for name in table.get("files", [])] +
                     [dataclasses.replace(_file(name, table), optional=True)
                      for name in table.get("optional_files", [])],
                     table.get("text", {}))


def of(board, name, shown):
    """The layout in a board's facts; a Fault where there is none."""
    image = board.get("image", {})
    if "no_card" in board.get("boot", {}):
        raise Fault(f"BOARD={name}: no image of a card can be made: {board['boot']['no_card']}")
    parts = [_partition(table) for table in image.get("partition", [])]
    if not parts or parts[-1].type != "root":
        raise Fault(f"BOARD={name}: no image of a card can be made: {shown} has no [image] with a "
                    "partition of type root at its end")
    blobs = [Blob(_file(table["file"], table), table["sector"], table["limit"],
                  tuple(table["skip"]) if "skip" in table else None)
             for table in image.get("blob", [])]
    reserved = [(table["sector"], table["sectors"], table["what"])
                for table in image.get("reserved", [])]
    for part in parts[:-1]:
        if part.sectors is None:
            raise Fault(f"{shown}: image.partition: {part.name} has no sectors: only the last one "
                        "may take the rest of the card")
    limits = {key: value for key, value in board.get("boot", {}).items()
              if key.endswith(("_limit", "_padding"))}
    return Layout(name, shown, image["label"], image["first_partition"], parts, blobs, reserved,
                  limits)


def read(path):
    """The layout in a board's file."""
    path = pathlib.Path(path)
    try:
        board = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Fault(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Fault(f"{path}: not TOML: {error}") from None
    return of(board, path.stem, path.name)
