# SPDX-License-Identifier: GPL-2.0-only
"""Reads flattened device trees: what is asked of one before it is given to a machine.

Changing trees is left to dtc's programs and to outboard.
"""
import dataclasses
import struct

from outboard.steps import Fault

MAGIC = 0xd00dfeed
BEGIN_NODE, END_NODE, PROP, NOP, END = 1, 2, 3, 4, 9
MAX_DEPTH = 64


@dataclasses.dataclass(eq=False)
class Node:
    """A node; @props: name -> bytes."""

    name: str
    parent: "Node | None"
    props: dict = dataclasses.field(default_factory=dict)
    children: list = dataclasses.field(default_factory=list)

    @property
    def path(self):
        if not self.parent:
            return "/"
        return f"{self.parent.path.rstrip('/')}/{self.name}"

    def strings(self, name):
        """A property's strings; of one that is missing, none."""
        return [part.decode("ascii", "replace")
                for part in self.props.get(name, b"").split(b"\0") if part]

    def cells(self, name):
        """A property's 32-bit numbers."""
        raw = self.props.get(name, b"")
        return list(struct.unpack(f">{len(raw) // 4}I", raw[:len(raw) // 4 * 4]))

    @property
    def compatible(self):
        return self.strings("compatible")

    @property
    def is_enabled(self):
        """Whether this node and all that it is in are."""
        node = self
        while node:
            if node.strings("status")[:1] not in ([], ["okay"], ["ok"]):
                return False
            node = node.parent
        return True

    def walk(self):
        """This node and all below it, in the order of the tree."""
        yield self
        for child in self.children:
            yield from child.walk()


class Tree:
    """A device tree, read from a file; a Fault says what is wrong with one that is broken."""

    def __init__(self, path):
        try:
            self.root = _parse(path.read_bytes())
        except OSError as error:
            raise Fault(f"{path}: {error.strerror}") from None
        except (ValueError, struct.error) as error:
            raise Fault(f"{path}: not a usable device tree: {error}") from None
        self.by_path = {node.path: node for node in self.root.walk()}
        self.by_phandle = {}
        for node in self.root.walk():
            for number in node.cells("phandle")[:1] or node.cells("linux,phandle")[:1]:
                self.by_phandle[number] = node

    def resolve(self, name):
        """The node that a path or an alias names, or None; behind a colon may be options."""
        name = name.partition(":")[0]
        if not name.startswith("/"):
            first, slash, rest = name.partition("/")
            aliases = self.by_path.get("/aliases")
            target = (aliases.strings(first) if aliases else [])[:1]
            if not target:
                return None
            name = target[0] + slash + rest
        return self.by_path.get(name)

    def console(self):
        """The node of the console: what stdout-path names, else the first serial port."""
        chosen = self.by_path.get("/chosen")
        for name in [*(chosen.strings("stdout-path")[:1] if chosen else []), "serial0"]:
            node = self.resolve(name)
            if node:
                return node
        return None

    def processors(self):
        """The nodes of the processors."""
        return [node for node in self.root.walk()
                if node.strings("device_type") == ["cpu"] and node.is_enabled]

    def having(self, *compatibles):
        """Enabled nodes with one of these compatibles."""
        return [node for node in self.root.walk()
                if set(compatibles) & set(node.compatible) and node.is_enabled]


def _parse(data):
    if len(data) < 40 or struct.unpack_from(">I", data)[0] != MAGIC:
        raise ValueError("it does not begin as one")
    total, begin, strings, _, version = struct.unpack_from(">5I", data, 4)
    strings_size, size = struct.unpack_from(">2I", data, 32)
    if version < 17:
        raise ValueError(f"version {version}")
    if total > len(data) or begin + size > total or strings + strings_size > total:
        raise ValueError("it is cut short")
    return _structure(data[begin:begin + size], data[strings:strings + strings_size])


def _text(data, offset):
    end = data.find(b"\0", offset)
    if end < 0:
        raise ValueError("a name without an end")
    return data[offset:end].decode("ascii", "replace")


def _structure(data, strings):
    root = node = None
    offset = depth = 0
    while True:
        (token,) = struct.unpack_from(">I", data, offset)
        offset += 4
        if token == BEGIN_NODE:
            name = _text(data, offset)
            offset = (offset + len(name) + 4) & ~3
            depth += 1
            if depth > MAX_DEPTH or root and not node:
                raise ValueError("nodes that are nested wrongly")
            new = Node(name, node)
            if node:
                node.children.append(new)
            root, node = root or new, new
        elif token == END_NODE and node:
            node, depth = node.parent, depth - 1
        elif token == PROP and node:
            size, where = struct.unpack_from(">2I", data, offset)
            offset += 8
            if size > len(data) - offset:
                raise ValueError("a property that is cut short")
            node.props[_text(strings, where)] = data[offset:offset + size]
            offset = (offset + size + 3) & ~3
        elif token == END and root and not node:
            return root
        elif token != NOP:
            raise ValueError(f"no such token as {token:#x}")
