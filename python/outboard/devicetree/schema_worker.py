# SPDX-License-Identifier: GPL-2.0-only
"""The part of schema.py that runs in dt-schema's own Python.

    schema_worker.py SCHEMA.json    with a job a line on standard input

A job names a tree and, if there is one, a base; the answer, a line too, is what the
schemas have against the tree's nodes and not against the base's. A schema sees a node with
all that is below it, decoded, and its name; nothing else. So a node that is decoded the
same in both trees, path for path, need not be shown to any schema.

Which messages count of a disabled node is decided as in dt-validate.
"""
import collections
import contextlib
import io
import json
import re
import sys

import dtschema
from dtschema import dtb

# What a disabled node may lack.
INCOMPLETE = {"required", "unevaluatedProperties"}


class Validator:
    def __init__(self, schema):
        self.validator = dtschema.DTValidator([schema])
        self.known = {}
        self.base = (None, {}, [])

    def read(self, path):
        """({node's path: (name, disabled, what it says, node)}, remarks on the decoding)."""
        dtb.phandles.clear()
        dtb.phandle_loc.clear()
        with open(path, "rb") as file, contextlib.redirect_stderr(io.StringIO()) as remarks:
            (root,) = self.validator.decode_dtb(file.read())
        nodes = {}
        self._collect(nodes, root, "/", "/", False)
        return nodes, [line for line in remarks.getvalue().splitlines() if line]

    def _collect(self, nodes, node, name, path, disabled):
        if name.startswith("__"):
            return
        status = node.get("status")
        if isinstance(status, list):
            disabled = "disabled" in status
        nodes[path] = (name, disabled, repr(node), node)
        for child, value in node.items():
            if isinstance(value, dict):
                self._collect(nodes, value, child, f"{path.rstrip('/')}/{child}", disabled)

    def messages(self, name, disabled, says, node):
        """[(schema, text)] of one node."""
        key = (name, disabled, says)
        if key not in self.known:
            shown = {**node, "$nodename": [name]}
            self.known[key] = list(dict.fromkeys(
                message for error in self.validator.iter_errors(shown)
                if not _excused(error, disabled) for message in self._texts(error, node)))
        return self.known[key]

    def _hidden(self, name, _disabled, _says, node):
        """What a disabled node has too much: who enables it brings that to light, no more."""
        shown = {**node, "$nodename": [name]}
        return {message for error in self.validator.iter_errors(shown)
                if "unevaluatedProperties" in error.schema_path
                for message in self._texts(error, node)}

    def _texts(self, error, node):
        if error.schema_file == "generated-compatibles":
            for name in self.validator.get_undocumented_compatibles(node["compatible"]):
                yield "undocumented", name
            return
        schema, error.schema_file = error.schema_file, None
        text = dtschema.format_error("/", error)
        yield schema, re.sub(r"^(\t*)/: ", r"\1", text, flags=re.M)

    def validate(self, tree, base):
        if base != self.base[0]:
            self.base = (base, *(self.read(base) if base else ({}, [])))
        _, before, old_remarks = self.base
        after, remarks = self.read(tree)
        found = [("", "", remark) for remark in
                 (collections.Counter(remarks) - collections.Counter(old_remarks)).elements()]
        for path, entry in after.items():
            old = before.get(path)
            if old and old[:3] == entry[:3]:
                continue
            excused = set(self.messages(*old)) if old else set()
            if old and old[1] and not entry[1]:
                excused |= self._hidden(*old)
            found += [(path, *message) for message in self.messages(*entry)
                      if message not in excused]
        return found


def _excused(error, disabled):
    """Whether the message only says that something is missing in a disabled node."""
    status = error.instance.get("status") if isinstance(error.instance, dict) else None
    if not disabled and not (isinstance(status, list) and "disabled" in status):
        return False
    return bool(INCOMPLETE & set(error.schema_path)) or \
        any(INCOMPLETE & set(cause.schema_path) for cause in error.context or ())


def main():
    validator = Validator(sys.argv[1])
    for line in sys.stdin:
        job = json.loads(line)
        try:
            answer = {"messages": validator.validate(job["tree"], job["base"])}
        except Exception as error:  # of any tree
            answer = {"fault": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
