"""Databricks SQL as words, each with its place in the text, so that a few of them can be written otherwise.

Everything that is not replaced stays byte for byte: strings, comments and spaces are never looked into.
"""

import re
from dataclasses import dataclass

_FORM = re.compile(
    r"""
    (?P<skip>\s+|--[^\n]*|/\*.*?\*/)
  | (?P<text>[rR]'[^']*'|[rR]"[^"]*"|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
  | (?P<name>`(?:[^`]|``)*`)
  | (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?:BD|[LSYDF])?(?!\w))
  | (?P<parameter>(?<![\w)\]`:]):[^\W\d]\w*)
  | (?P<word>[^\W\d]\w*)
  | (?P<symbol>.)
    """,
    re.X | re.S,
)


@dataclass(frozen=True)
class Token:
    kind: str
    """As it is written, quotes included."""
    text: str
    start: int
    end: int

    @property
    def name(self):
        """What a word or a quoted name means."""
        return self.text[1:-1].replace("``", "`") if self.kind == "name" else self.text

    def is_word(self, *words):
        return self.kind == "word" and self.text.upper() in words

    def is_symbol(self, symbol):
        return self.kind == "symbol" and self.text == symbol


def tokens_of(sql):
    """The words of a statement, comments and spaces left out."""
    return [
        Token(match.lastgroup, match.group(), match.start(), match.end())
        for match in _FORM.finditer(sql)
        if match.lastgroup != "skip"
    ]


def replaced(sql, replacements):
    """The text with each (start, end, replacement) put in its place."""
    pieces, at = [], 0
    for start, end, replacement in sorted(replacements):
        pieces += [sql[at:start], replacement]
        at = end
    return "".join(pieces) + sql[at:]


def literal(text):
    """A string literal of Spark: quote and backslash escaped, everything else as it is."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


_ESCAPES = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a", "%": "\\%", "_": "\\_"}
_ESCAPED = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2}|.)", re.S)


def meaning(token):
    """The characters of a string literal."""
    if token.text[0] in "rR":
        return token.text[2:-1]

    def one(match):
        escape = match.group(1)
        if len(escape) > 1:
            return chr(int(escape[1:], 16)) if escape[0] in "uU" else chr(int(escape, 8))
        return _ESCAPES.get(escape, escape)

    return _ESCAPED.sub(one, token.text[1:-1])
