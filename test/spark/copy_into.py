"""COPY INTO, which the open-source engine lacks: read the Parquet files, apply the SELECT, append in one transaction.

Paths are remembered for each table, so that a second COPY of the same path gives no rows, whatever the file holds by
then. A name that is not there is no error. Types are Delta's affair: it converts nothing in an append.
"""

import os
import threading
import uuid
from urllib.parse import quote

from tokens import meaning, replaced, tokens_of
from translation import Refused, bound, name_at

FILES_MAX = 1000


class CopyInto:
    """What was copied, for every table of the engine."""

    def __init__(self, spark):
        self._spark = spark
        self._copied = {}
        self._locks = {}
        self._lock = threading.Lock()

    def forget(self, prefix):
        """Lets go of the paths of every table whose name begins so."""
        with self._lock:
            for table in [table for table in self._copied if table.startswith(prefix)]:
                del self._copied[table]

    def run(self, statement, workspace):
        """Runs the statement; gives the row of counts that Databricks answers with."""
        copy = _read(statement["sql"], workspace)
        with self._lock:
            lock = self._locks.setdefault(copy["target"], threading.Lock())
        with lock:
            known = self._copied.setdefault(copy["target"], set())
            fresh = [file for file in _found(copy, workspace) if file not in known]
            rows = self._append(copy, fresh, statement, workspace) if fresh else 0
            known.update(fresh)
        names = ("num_affected_rows", "num_inserted_rows", "num_skipped_corrupt_files")
        return [{"name": name, "type": "bigint"} for name in names], [[str(rows)], [str(rows)], ["0"]]

    def _append(self, copy, files, statement, workspace):
        view = f"copied_{uuid.uuid4().hex}"
        frame = self._spark.read.parquet(*(f"file://{file}" for file in files))
        frame.createOrReplaceTempView(view)
        try:
            select = replaced(copy["select"], [(*copy["path"], view)]) if copy["select"] else f"SELECT * FROM {view}"
            rows = self._spark.sql(bound({**statement, "sql": select}, workspace))
            rows.write.format("delta").mode("append").saveAsTable(copy["target"])
            return rows.count()
        finally:
            self._spark.catalog.dropTempView(view)


def _read(sql, workspace):
    """The parts of the statement; `path` is where the path stands in `select`."""
    tokens = tokens_of(sql)
    parts = name_at(tokens, 2)
    if len(parts) != 3 or not workspace.is_own(parts[0].name):
        raise _syntax("COPY INTO names its table with catalog and schema here")
    target = f"`{workspace.schema(parts[1].name)}`.`{parts[2].name.lower()}`"
    at = 2 + 2 * len(parts) - 1
    if not tokens[at].is_word("FROM"):
        raise _syntax("FROM is missing")
    select, path, at = _source(sql, tokens, at + 1)
    if [token.text.upper() for token in tokens[at : at + 3]] != ["FILEFORMAT", "=", "PARQUET"]:
        raise _syntax("COPY INTO reads PARQUET here")
    files, at = _files(tokens, at + 3)
    if at < len(tokens):
        raise Refused("UNSUPPORTED_FEATURE", "0A000", f"COPY INTO with {tokens[at].text} is not run here")
    return {"target": target, "select": select, "path": path[1], "folder": path[0], "files": files}


def _source(sql, tokens, at):
    if tokens[at].kind == "text":
        return None, (meaning(tokens[at]), None), at + 1
    begin, close = tokens[at].end, _closing(tokens, at)
    for index in range(at, close - 1):
        if tokens[index].is_word("FROM") and tokens[index + 1].kind == "text":
            path = tokens[index + 1]
            place = (path.start - begin, path.end - begin)
            return sql[begin : tokens[close].start], (meaning(path), place), close + 1
    raise _syntax("the SELECT of COPY INTO reads from a path")


def _files(tokens, at):
    if at >= len(tokens) or not tokens[at].is_word("FILES"):
        return None, at
    close = _closing(tokens, at + 2)
    files = [meaning(token) for token in tokens[at + 2 : close] if token.kind == "text"]
    if len(files) > FILES_MAX:
        raise _syntax(f"COPY INTO takes {FILES_MAX} FILES at most")
    return files, close + 1


def _closing(tokens, at):
    depth = 0
    for index in range(at, len(tokens)):
        depth += tokens[index].is_symbol("(") - tokens[index].is_symbol(")")
        if depth == 0:
            return index
    raise _syntax("a bracket does not close")


def _found(copy, workspace):
    """The files that are there, on this machine. Spark passes over hidden ones: `_name` and `.name`."""
    _, root, catalog, schema, name, *folders = copy["folder"].rstrip("/").split("/") + ["", "", ""]
    volume = os.path.join(workspace.volumes, _folder(schema), _folder(name))
    if root != "Volumes" or not workspace.is_own(catalog) or not os.path.isdir(volume):
        raise Refused("VOLUME_DOES_NOT_EXIST", "42704", f"Volume '{copy['folder']}' does not exist")
    folder = os.path.join(volume, *(part for part in folders if part))
    names = copy["files"] if copy["files"] is not None else _below(folder)
    found = []
    for each in dict.fromkeys(names):
        path = os.path.normpath(os.path.join(folder, each))
        if not path.startswith(volume + os.sep):
            raise _syntax("a path leaves its volume")
        if os.path.isfile(path) and not any(part[:1] in "_." for part in each.split("/")):
            found.append(path)
    return found


def _below(folder):
    return sorted(
        os.path.relpath(os.path.join(at, name), folder) for at, _, names in os.walk(folder) for name in names
    )


def _folder(name):
    """The name of a volume's folder, as the local workspace writes it."""
    return quote(name.lower(), safe="!'()*").replace(".", "%2E")


def _syntax(text):
    return Refused("PARSE_SYNTAX_ERROR", "42601", text)
