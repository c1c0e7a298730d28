# SPDX-License-Identifier: GPL-2.0-only
"""Talks to a running QEMU: the small part of its machine protocol that is needed here."""
import json
import socket

from outboard.steps import Fault


class Refused(Fault):
    """The machine said no."""


class Monitor:
    """A connection to the socket at @path, closed when the block ends."""

    def __init__(self, path, seconds=10):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(seconds)
        try:
            self._socket.connect(str(path))
            self._file = self._socket.makefile("rw", encoding="utf-8")
            self._read("QMP")
            self.ask("qmp_capabilities")
        except (OSError, ValueError) as error:
            self._socket.close()
            raise Fault(f"{path}: no machine answers there: {error}") from None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()
        self._socket.close()

    def _read(self, *wanted):
        while True:
            line = self._file.readline()
            if not line:
                raise OSError("the machine has gone")
            answer = json.loads(line)
            # Events come between the answers.
            if any(key in answer for key in wanted):
                return answer

    def ask(self, command, **arguments):
        """A command's result."""
        self._file.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self._file.flush()
        answer = self._read("return", "error")
        if "error" in answer:
            raise Refused(answer["error"].get("desc", "the machine refuses"), 1)
        return answer["return"]

    def get(self, path, name):
        """A property of an object of the machine; None if there is no such one."""
        try:
            return self.ask("qom-get", path=path, property=name)
        except Refused:
            return None

    def set(self, path, name, value):
        self.ask("qom-set", path=path, property=name, value=value)
