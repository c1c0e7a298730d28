# SPDX-License-Identifier: GPL-2.0-only
"""Bindings of Nix files that nothing uses.

What nix-instantiate --parse prints is read, which has brackets around everything: names of a
let and arguments of a function that are used nowhere in it are found. A name that begins with
"_" says itself that nobody uses it. Attributes of a set are not looked at: others may.
"""
import re

TOKEN = re.compile(r"""
    (?P<open>"\$\{) | (?P<close>\}") | (?P<string>"(?:\\.|[^"\\])*")
  | (?P<path>(?:/[\w.+~-]+)+/?|<[\w./-]+>) | (?P<number>\d[\d.e+-]*)
  | (?P<name>[A-Za-z_][\w'-]*) | (?P<dots>\.\.\.) | (?P<sign>//|==|!=|<=|>=|&&|\|\||->|\+\+|[^\s\w])
""", re.X)
WORDS = {"if", "then", "else", "or", "true", "false", "null"}


class Reader:
    """Reads one file; self.unused has what was found."""

    def __init__(self, text):
        self.tokens = [(match.lastgroup, match[0]) for match in TOKEN.finditer(text)]
        self.at = 0
        self.unused = []

    def peek(self, ahead=0):
        at = self.at + ahead
        return self.tokens[at][1] if at < len(self.tokens) else ""

    def take(self, expected=None):
        token = self.peek()
        if expected is not None and token != expected:
            raise ValueError(f"{expected} expected, {token!r} found: the reader does not know "
                             "what this nix prints")
        self.at += 1
        return token

    def kind(self):
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def closing(self):
        """How far it is to what closes the bracket here."""
        depth = 0
        for ahead in range(len(self.tokens) - self.at):
            token = self.peek(ahead)
            depth += token in ("(", "[", "{") or token == '"${'
            depth -= token in (")", "]", "}") or token == '}"'
            if depth == 0:
                return ahead
        raise ValueError("a bracket is not closed")

    def settle(self, names, used):
        """@names end here: those that are not @used are found. Returns the uses of others."""
        self.unused += sorted(name for name in names
                              if name not in used and not name.startswith("_"))
        return used - names

    def expression(self, ends):
        """Names that are used free, up to one of the tokens @ends, which is not taken."""
        used = set()
        while self.peek() not in ends:
            token, kind = self.peek(), self.kind()
            if not token:
                raise ValueError("the end comes early")
            if token == "(":
                used |= self.bracket()
            elif token == "[":
                self.take()
                used |= self.expression("]")
                self.take("]")
            elif token == "rec" or token == "{":
                recursive = token == "rec"
                if recursive:
                    self.take()
                self.take("{")
                names, inner, outer = self.bindings("}")
                self.take("}")
                used |= outer | (inner - names if recursive else inner)
            elif token == "assert":
                self.take()
                used |= self.expression(";")
                self.take(";")
            elif token in (".", "?"):
                self.take()
                used |= self.attribute_path()
            elif kind == "name":
                self.take()
                if token not in WORDS:
                    used.add(token)
            else:
                self.take()
        return used

    def attribute_path(self):
        """Names that a path a.b.${c} uses; the attributes themselves are none."""
        used = set()
        while True:
            if self.peek() == '"${':
                self.take()
                used |= self.expression(('}"',))
            self.take()
            if self.peek() != ".":
                return used
            self.take()

    def bracket(self):
        """What is in round brackets: a function, a let, a with, or just an expression."""
        self.take("(")
        token = self.peek()
        if token == "let":
            self.take()
            names, used, outer = self.bindings("in")
            self.take("in")
            used = outer | self.settle(names, used | self.expression(")"))
        elif token == "{" and self.peek(self.closing() + 1) in (":", "@"):
            names, used, whole = self.formals()
            used |= self.expression(")")
            if whole in used:
                # Whoever hands on the whole set says with the names what is to be in it.
                used -= names | {whole}
            else:
                used = self.settle(names | ({whole} if whole else set()), used)
        elif self.kind() == "name" and self.peek(1) == ":":
            names = {self.take()}
            self.take(":")
            used = self.settle(names, self.expression(")"))
        elif token == "with":
            self.take()
            used = self.expression(";")
            self.take(";")
            used |= self.expression(")")
        else:
            used = self.expression(")")
        self.take(")")
        return used

    def formals(self):
        names, used = set(), set()
        self.take("{")
        while self.peek() != "}":
            if self.kind() == "name":
                names.add(self.take())
                if self.peek() == "?":
                    self.take()
                    used |= self.expression((",", "}"))
            else:
                self.take()
        self.take("}")
        whole = None
        if self.peek() == "@":
            self.take()
            whole = self.take()
        self.take(":")
        return names, used, whole

    def bindings(self, end):
        """Names bound, what their values use, and what is inherited from outside."""
        names, used, outside = set(), set(), set()
        while self.peek() != end:
            if self.peek() == "inherit":
                self.take()
                given = self.peek() == "("
                if given:
                    used |= self.bracket()
                inherited = set()
                while self.peek() != ";":
                    inherited.add(self.take())
                names |= inherited
                outside |= set() if given else inherited
            else:
                if self.kind() == "name":
                    names.add(self.peek())
                used |= self.attribute_path()
                self.take("=")
                used |= self.expression(";")
            self.take(";")
        return names, used, outside


def unused(parsed):
    """Names bound for nothing in a file, as nix-instantiate --parse printed it."""
    reader = Reader(parsed)
    reader.expression(("",))
    return reader.unused
