# SPDX-License-Identifier: GPL-2.0-only
"""The mutants of a C file: one operator, constant or statement changed at a time.

The file is split into tokens, with the brackets matched and the statements found; it is not
parsed. A change that no compiler takes costs a compilation and is replaced by another.
Comments, strings, preprocessor lines, log messages and what describes a module stay.
"""
import dataclasses
import hashlib
import random
import re

TOKEN = re.compile(r"""
    (?P<space>(?:\s|\\\n)+|/\*.*?\*/|//[^\n]*)
  | (?P<directive>\#(?:\\\n|/\*.*?\*/|[^\n])*)
  | (?P<string>L?"(?:\\.|[^"\\])*"|L?'(?:\\.|[^'\\])*')
  | (?P<number>\.?[0-9](?:[eEpP][+-]|[\w.])*)
  | (?P<name>[A-Za-z_]\w*)
  | (?P<mark><<=|>>=|\.\.\.|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[][(){};:,.?~!<>=+*/%&|^-])
""", re.S | re.X)

BINARY = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "&&": "||",
          "||": "&&", "+": "-", "-": "+", "|": "&", "&": "|", "<<": ">>", ">>": "<<", "/": "*",
          "%": "/", "^": "|"}
ASSIGN = {"|=": "&=", "&=": "|=", "+=": "-=", "-=": "+=", "<<=": ">>=", ">>=": "<<=",
          "++": "--", "--": "++", "^=": "|="}
RELATIONAL = {"<", "<=", ">", ">=", "==", "!="}
LOGICAL = {"&&", "||"}
ASSIGNMENTS = {"=", "*=", "/=", "%=", *ASSIGN} - {"++", "--"}
KEYWORDS = {"if", "else", "for", "while", "do", "switch", "case", "default", "return", "goto",
            "break", "continue", "sizeof"}
# Calls that only say something, to a person, a compiler or a checker: neither they nor what
# is within their parentheses is changed.
SILENT = re.compile(
    r"(dev|pr|netdev)_(emerg|alert|crit|err|warn|warning|notice|info|dbg|debug|vdbg|cont)\w*|"
    r"printk\w*|MODULE_\w+|EXPORT_SYMBOL\w*|BUILD_BUG_ON\w*|static_assert|_Static_assert|"
    r"lockdep_\w+|might_\w+|__attribute__|__(must|releases|acquires|printf)\w*|kasan_\w+")


@dataclasses.dataclass(frozen=True)
class Token:
    """@start: where it is in the text."""

    kind: str
    text: str
    start: int

    @property
    def end(self):
        return self.start + len(self.text)


@dataclasses.dataclass(frozen=True)
class Mutant:
    """The text from @start to @end becomes @new."""

    kind: str
    start: int
    end: int
    new: str

    def apply(self, text):
        """The changed text. It has as many lines as before: messages name lines."""
        lines = text.count("\n", self.start, self.end) - self.new.count("\n")
        return text[:self.start] + self.new + "\n" * lines + text[self.end:]

    def line(self, text):
        """The number of its first line."""
        return text.count("\n", 0, self.start) + 1

    def shown(self, text):
        """(the lines before, and after), each as one."""
        begin = text.rfind("\n", 0, self.start) + 1
        end = text.find("\n", self.end)
        end = len(text) if end < 0 else end
        after = text[begin:self.start] + self.new + text[self.end:end]
        return " ".join(text[begin:end].split()), " ".join(after.split())


def tokens(text):
    """All tokens but white space and comments. Raises ValueError at what is no C."""
    found, place = [], 0
    while place < len(text):
        match = TOKEN.match(text, place)
        if not match:
            line = text.count("\n", 0, place) + 1
            raise ValueError(f"line {line}: no token begins with {text[place]!r}")
        if match.lastgroup not in ("space", "directive"):
            found.append(Token(match.lastgroup, match[0], place))
        place = match.end()
    return found


class Source:
    """The tokens of a file and what is between its brackets."""

    def __init__(self, text):
        self.text = text
        self.tokens = tokens(text)
        self.names = [token.text for token in self.tokens]
        self.pair = {}          # bracket -> the one that belongs to it
        self.around = []        # token -> the innermost bracket around it, or None
        self.sort = {}          # { -> what it holds: code, values or types
        self.starts = []        # tokens that statements begin with
        self._brackets()
        self._statements()
        self.silent = self._silent()

    def name(self, index):
        """The text of a token, nothing beyond the file."""
        return self.names[index] if 0 <= index < len(self.names) else ""

    def _brackets(self):
        opened = []
        for index, name in enumerate(self.names):
            if name in (")", "]", "}") and self.tokens[index].kind == "mark" and opened:
                self.pair[index] = opened.pop()
                self.pair[self.pair[index]] = index
            self.around.append(opened[-1] if opened else None)
            if name in ("(", "[", "{") and self.tokens[index].kind == "mark":
                if name == "{":
                    self.sort[index] = self._sort(index)
                opened.append(index)

    def _sort(self, index):
        """What a brace holds, by what is before it and around it."""
        before, outer = self.name(index - 1), self.around[index]
        within = self.sort.get(outer)
        if before in ("=", ",") or within == "values":
            return "values"
        if before == ")":
            opener = self.pair[index - 1]
            head = self.tokens[opener - 1] if opener else None
            # A parameter list, a condition or a loop of a macro; else the type of a literal.
            named = head and head.kind == "name" and head.text not in ("return", "sizeof")
            return "code" if named else "values"
        if before == "{" and within == "code" or \
                before in ("else", "do", ";", "}", ":", "(") and outer is not None:
            return "types" if within == "types" else "code"
        head = self.names[max(0, index - 2):index]
        return "values" if "enum" in head else "types"

    def _statements(self):
        fresh, case = False, False
        for index, name in enumerate(self.names):
            outer = self.around[index]
            code = self.sort.get(outer) == "code"
            if fresh and name != "}":
                self.starts.append(index)
                case = name in ("case", "default")
            first = fresh
            fresh = False
            if name == ";" and code or name == "{" and self.sort[index] == "code":
                fresh = True
            elif name == "}" and self.sort.get(self.pair.get(index)) == "code":
                fresh = True
            elif name == ":" and code and (case or self.starts and self.starts[-1] == index - 1):
                fresh, case = True, False
            elif name in ("else", "do") and first:
                fresh = True
            elif name == ")" and code and index in self.pair:
                head = self.name(self.pair[index] - 1)
                fresh = head in ("if", "for", "while", "switch") or "for_each" in head

    def _silent(self):
        """The tokens of calls that only say something."""
        found = set()
        for index, token in enumerate(self.tokens):
            if token.kind == "name" and SILENT.fullmatch(token.text) and \
                    self.name(index + 1) == "(" and index + 1 in self.pair:
                found.update(range(index, self.pair[index + 1] + 1))
            elif token.text == "fprintf" and self.name(index + 2) == "stderr":
                found.update(range(index, self.pair[index + 1] + 1))
        return found

    def end(self, index):
        """The semicolon of a statement, or None."""
        outer = self.around[index]
        while index < len(self.names):
            if self.around[index] == outer:
                if self.names[index] == ";":
                    return index
                if self.names[index] == "{" and self.sort.get(index) == "code":
                    return None
                index = self.pair[index] if self.names[index] in ("(", "[", "{") else index
            elif self.names[index] in (")", "]", "}"):
                return None
            index += 1
        return None

    def holds(self, index):
        """What the innermost brace around a token holds, or None outside of all."""
        outer = self.around[index]
        while outer is not None and self.names[outer] != "{":
            outer = self.around[outer]
        return self.sort.get(outer)

    def change(self, kind, first, last, new):
        """Replace the tokens from @first to @last."""
        return Mutant(kind, self.tokens[first].start, self.tokens[last].end, new)

    def operators(self, index):
        """Operators and constants."""
        token, before = self.tokens[index], self.name(index - 1)
        holds = self.holds(index)
        if holds not in ("code", "values"):
            return
        operand = index and (self.tokens[index - 1].kind in ("name", "number", "string")
                             and before not in KEYWORDS or before in (")", "]"))
        if token.kind == "mark" and token.text in BINARY and operand:
            kind = "relational" if token.text in RELATIONAL else \
                "logical" if token.text in LOGICAL else "arithmetic"
            yield self.change(kind, index, index, BINARY[token.text])
        elif token.kind == "mark" and token.text in ASSIGN:
            yield self.change("arithmetic", index, index, ASSIGN[token.text])
        elif token.text == "!":
            yield self.change("logical", index, index, "")
        elif token.text == "~":
            yield self.change("arithmetic", index, index, "")
        elif token.text in ("true", "false"):
            yield self.change("constant", index, index,
                              "false" if token.text == "true" else "true")
        elif token.kind == "number" and "." not in token.text:
            value = re.fullmatch(r"(0[xX][0-9a-fA-F]+|[0-9]+)([uUlL]*)", token.text)
            if value:
                number = int(value[1], 16 if value[1][:2] in ("0x", "0X") else
                             8 if value[1][0] == "0" else 10)
                written = hex(number + 1) if "x" in value[1].lower() else str(number + 1)
                yield self.change("constant", index, index,
                                  ("0" if number == 1 else written) + value[2])
        elif token.text in ("BIT", "BIT_ULL") and self.name(index + 1) == "(" and \
                self.tokens[index + 2].kind == "name":
            close = self.pair[index + 1]
            yield Mutant("constant", self.tokens[close].start, self.tokens[close].start, " + 1")
        elif token.text == "-" and re.fullmatch(r"E[A-Z0-9]+", self.name(index + 1)) and \
                before != "return":
            yield self.change("return value", index, index + 1, "0")

    def conditions(self, index):
        """A condition that is always true, or never."""
        if self.names[index] not in ("if", "while") or self.name(index + 1) != "(":
            return
        close = self.pair[index + 1]
        first, last = self.tokens[index + 2].start, self.tokens[close].start
        condition = self.text[first:last]
        # What it calls is called all the same.
        if self.names[index] == "if":
            yield Mutant("condition", first, last, f"({condition}) || 1")
        if condition.strip() not in ("0", "1"):
            yield Mutant("condition", first, last, f"({condition}) && 0")

    def statements(self, index):
        """A statement that is left out, and what a function returns."""
        last, first = self.end(index), self.tokens[index]
        if last is None or index in self.silent:
            return
        body = [at for at in range(index, last) if self.around[at] == self.around[index]]
        words = [self.names[at] for at in body]
        if first.text == "return":
            if last - index > 1 and self.text[self.tokens[index + 1].start:
                                              self.tokens[last].start].strip() not in ("0", "1"):
                yield self.change("return value", index + 1, last - 1, "0")
        elif first.text in ("goto", "break", "continue"):
            yield self.change("jump", index, last, "{ }")
        elif first.text in KEYWORDS:
            return
        elif any(word in ASSIGNMENTS for word in words):
            # Two names side by side, or a name and a star, begin a declaration.
            declares = self.tokens[index].kind == "name" and (
                self.tokens[index + 1].kind == "name" or self.name(index + 1) == "*")
            if not declares:
                yield self.change("assignment", index, last, "{ }")
        elif first.kind == "name" and words[-1] == ")" and self.name(index + 1) in ("(", "->", "."):
            yield self.change("call", index, last, "{ }")

    def fields(self, index):
        """A field of an initialiser that is left out."""
        if self.names[index] != "." or self.name(index - 1) not in ("{", ",") or \
                self.sort.get(self.around[index]) != "values":
            return
        at, outer = index, self.around[index]
        while at < len(self.names) and at != self.pair.get(outer):
            if self.names[at] == "," and self.around[at] == outer:
                yield self.change("field", index, at, "")
                return
            at = self.pair[at] if self.names[at] in ("(", "[", "{") else at
            at += 1
        if at < len(self.names):
            yield self.change("field", index, at - 1, "")


def every(text):
    """All mutants of a file, by their place."""
    source = Source(text)
    found = []
    starts = set(source.starts)
    for index in range(len(source.tokens)):
        if index not in source.silent:
            found += source.operators(index)
            found += source.conditions(index)
            found += source.fields(index)
        if index in starts:
            found += source.statements(index)
    return sorted(set(found), key=lambda mutant: (mutant.start, mutant.end, mutant.new))


def choose(text, count, seed):
    """@count lists of mutants, each of a part of the file, as many mutants in one as in the
    other. The first of a list is the one to try; the others are in its place if it is of no
    use. The same text, count and seed give the same lists."""
    found = every(text)
    chance = random.Random(f"{seed} {hashlib.sha256(text.encode()).hexdigest()}")
    borders = [len(found) * part // count for part in range(count + 1)]
    lists = []
    for begin, end in zip(borders, borders[1:]):
        kinds = {}
        for mutant in found[begin:end]:
            kinds.setdefault(mutant.kind, []).append(mutant)
        order = sorted(kinds)
        chance.shuffle(order)
        for some in kinds.values():
            chance.shuffle(some)
        # One of each kind in turn: kinds that are rare count as much as others.
        ranked = [(rank, order.index(kind), mutant) for kind, some in kinds.items()
                  for rank, mutant in enumerate(some)]
        if ranked:
            lists.append([mutant for _, _, mutant in sorted(ranked, key=lambda entry: entry[:2])])
    return lists
