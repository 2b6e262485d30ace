"""What the open-source engine needs told otherwise, done on a statement's words; nothing else is touched.

- Three-level names: Delta's catalog can't be a second catalog there, so `cat`.`sch`.`tbl` is `ws__cat__sch`.`tbl`.
- `:name` parameters: Delta's parser extension keeps Spark from binding them inside MERGE and UPDATE, so that a
  literal of the parameter's type takes their place.
- current_timestamp(), CURRENT_DATE: a literal, only where a test hands the time in.
"""

import re

from tokens import literal, replaced, tokens_of

_TYPE = re.compile(r"[A-Z_]+(\(\d+(,\d+)?\))?\Z", re.I)


class Refused(Exception):
    """A failure as Databricks words it."""

    def __init__(self, error_class, sql_state, text):
        super().__init__(text)
        self.error_class, self.sql_state = error_class, sql_state


class Workspace:
    """A catalog of its own inside the shared engine, and the folder of its volumes."""

    def __init__(self, key, catalog, volumes):
        self.key, self.catalog, self.volumes = key, catalog, volumes

    @property
    def prefix(self):
        return f"{self.key}__{_plain(self.catalog)}__"

    def schema(self, name):
        return self.prefix + _plain(name)

    def is_own(self, catalog):
        return catalog.lower() == self.catalog.lower()


def _plain(name):
    """A name as the session catalog takes one: letters, digits and underscores; anything else as its code point."""
    return re.sub(r"[^a-z0-9_]", lambda match: f"_x{ord(match.group()):x}_", name.lower())


def bound(statement, workspace):
    """The statement's text for the engine. Raises Refused for a parameter without its value."""
    sql = statement["sql"]
    tokens = tokens_of(sql)
    given = {each["name"].lower(): each for each in statement.get("parameters", []) if each.get("name")}
    edits = list(_names(tokens, workspace))
    for token in tokens:
        if token.kind == "parameter":
            parameter = given.get(token.text[1:].lower())
            if parameter is None:
                raise Refused("UNBOUND_SQL_PARAMETER", "42P02", f"Found the unbound parameter: {token.text[1:]}")
            edits.append((token.start, token.end, _value(parameter)))
    if statement.get("now"):
        edits += _instants(tokens, statement["now"])
    return replaced(sql, edits)


def _value(parameter):
    kind, value = parameter.get("type"), parameter.get("value")
    if kind is None or value is None or kind.upper() == "VOID":
        return "NULL"
    if not _TYPE.match(kind):
        raise Refused("INVALID_PARAMETER_MARKER_VALUE", "22023", "A parameter's type is none")
    return literal(value) if kind.upper() == "STRING" else f"CAST({literal(value)} AS {kind})"


def _instants(tokens, now):
    for index, token in enumerate(tokens):
        if token.is_word("CURRENT_DATE"):
            yield token.start, token.end, f"DATE {literal(now[:10])}"
        elif token.is_word("CURRENT_TIMESTAMP", "NOW") and index + 2 < len(tokens) and tokens[index + 1].is_symbol("("):
            yield token.start, tokens[index + 2].end, f"TIMESTAMP {literal(now)}"


def _names(tokens, workspace):
    """Every name that begins with the workspace's catalog."""
    for index, token in enumerate(tokens):
        parts = name_at(tokens, index)
        if not parts or not workspace.is_own(parts[0].name):
            continue
        if len(parts) == 2 and _is_of_schemas(tokens):
            yield parts[0].start, parts[1].end, f"`{workspace.schema(parts[1].name)}`"
        elif len(parts) > 2:
            schema, table = workspace.schema(parts[1].name), _plain(parts[2].name)
            yield parts[0].start, parts[2].end, f"`{schema}`.`{table}`"


def name_at(tokens, index):
    """The parts of a dotted name that begins here; none where a name goes on or no name is."""
    if tokens[index].kind not in ("word", "name") or (index > 0 and tokens[index - 1].is_symbol(".")):
        return []
    parts, at = [tokens[index]], index
    while at + 2 < len(tokens) and tokens[at + 1].is_symbol(".") and tokens[at + 2].kind in ("word", "name"):
        at += 2
        parts.append(tokens[at])
    return parts


def _is_of_schemas(tokens):
    """Whether the statement names schemas: CREATE, DROP, ALTER, DESCRIBE … SCHEMA, SHOW … IN, USE."""
    first = tokens[0]
    if first.is_word("SHOW", "USE"):
        return True
    return first.is_word("CREATE", "DROP", "ALTER", "DESCRIBE", "DESC", "COMMENT") and any(
        token.is_word("SCHEMA", "DATABASE") for token in tokens[1:3]
    )
