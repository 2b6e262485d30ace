"""Apache Spark with Delta Lake as a statement engine behind a socket of this machine.

    python engine.py --socket FILE --folder DIR --jars DIR

Prints one JSON line once it answers, ends when its standard input does, and prints another with what it has done. Requests and answers are JSON, one a line:

    {"id", "open": {"key", "catalog", "volumes"}}     a workspace: a catalog of its own, and the folder of its volumes
    {"id", "close": key}                              drops what the workspace has
    {"id", "schema": name, "workspace": key}          whether the schema is there
    {"id", "sql", "parameters", "now", "workspace"}   a statement; answers columns and their cells, each cell as text
    {… "sql", "asItIs": true}                         the same, past every translation
    {"cancel": id}                                    stops a statement

Cells are texts as Spark's CAST AS STRING writes them, so that no digit goes through a float. Statements run side by
side: what is refused for a concurrent writer is Delta's word.
"""

import argparse
import glob
import itertools
import json
import os
import resource
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from copy_into import CopyInto
from tokens import tokens_of
from translation import Refused, Workspace, bound, name_at

AT_ONCE = 4

# Small data and many different statements: planning and compiling cost more than running.
SETTINGS = {
    "spark.driver.memory": "2g",
    "spark.driver.extraJavaOptions": "-XX:+UseSerialGC -Xmn640m -XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m -Xss4m"
    " -Duser.timezone=UTC"
    # Hadoop runs chmod for each file that it makes.
    " -Djdk.lang.Process.launchMechanism=VFORK",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # Nobody looks at what ran: the plans of long MERGEs fill the heap.
    "spark.ui.retainedJobs": "1",
    "spark.ui.retainedStages": "1",
    "spark.ui.retainedTasks": "1",
    "spark.ui.dagGraph.retainedRootRDDs": "1",
    "spark.sql.ui.retainedExecutions": "1",
    "spark.sql.ui.explainMode": "simple",
    "spark.sql.maxPlanStringLength": "200",
    "spark.log.level": "OFF",
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.files.minPartitionNum": "1",
    "spark.default.parallelism": "1",
    "spark.databricks.delta.snapshotPartitions": "1",
    "spark.databricks.delta.stats.collect": "false",
    "spark.databricks.delta.stats.skipping": "false",
    "spark.databricks.delta.merge.materializeSource": "none",
    "spark.sql.parquet.columnarReaderBatchSize": "64",
    "spark.sql.parquet.compression.codec": "uncompressed",
    "spark.sql.debug.maxToStringFields": "1",
    "spark.shuffle.compress": "false",
    "spark.broadcast.compress": "false",
    "spark.sql.sources.default": "delta",
    "spark.databricks.delta.properties.defaults.checkpointInterval": "100",
    "spark.hadoop.fs.file.impl": "org.apache.hadoop.fs.RawLocalFileSystem",
    "spark.hadoop.fs.AbstractFileSystem.file.impl": "org.apache.hadoop.fs.local.RawLocalFs",
    "spark.delta.logStore.file.impl": "io.delta.storage.LocalLogStore",
    "spark.sql.streaming.checkpointFileManagerClass":
        "org.apache.spark.sql.execution.streaming.checkpointing.FileSystemBasedCheckpointFileManager",
}


def start(folder, jars):
    builder = SparkSession.builder.master("local[2]").appName("visma-databricks")
    builder = builder.config("spark.driver.extraClassPath", os.pathsep.join(glob.glob(os.path.join(jars, "*.jar"))))
    builder = builder.config("spark.sql.warehouse.dir", os.path.join(folder, "tables"))
    builder = builder.config("spark.local.dir", os.path.join(folder, "scratch"))
    for key, value in SETTINGS.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


class Engine:
    def __init__(self, spark):
        self._spark = spark
        self._scala = spark.sparkContext._jsc.sc()
        self._copies = CopyInto(spark)
        self._workspaces = {}
        self._numbers = itertools.count()

    @property
    def statements(self):
        """How many were run, those that were refused among them. Asked once, at the end."""
        return next(self._numbers)

    def open(self, key, catalog, volumes):
        self._workspaces[key] = Workspace(key, catalog, volumes)

    def close(self, key):
        prefix = self._workspaces.pop(key).prefix
        for database in self._spark.catalog.listDatabases(f"{prefix}*"):
            self._spark.sql(f"DROP DATABASE `{database.name}` CASCADE")
        self._copies.forget(f"`{prefix}")

    def has_schema(self, key, name):
        return self._spark.catalog.databaseExists(self._workspaces[key].schema(name))

    def execute(self, request, group):
        """Runs a statement under a name by which it can be stopped. Gives its columns and, for each, its cells."""
        workspace = self._workspaces[request["workspace"]]
        next(self._numbers)
        self._spark.sparkContext.setJobGroup(group, "statement", interruptOnCancel=True)
        if request.get("asItIs"):
            return _answer(self._spark.sql(request["sql"]), is_query=True)
        tokens = tokens_of(request["sql"])
        if not tokens:
            raise Refused("PARSE_SYNTAX_ERROR", "42601", "Syntax error at or near end of input")
        if tokens[0].is_word("COPY"):
            return self._copies.run(request, workspace)
        frame = self._spark.sql(bound(request, workspace))
        if tokens[0].is_word("DROP"):
            self._forget(tokens, workspace)
        is_query = tokens[0].is_word("SELECT", "WITH", "VALUES", "FROM") or tokens[0].is_symbol("(")
        columns, cells = _answer(frame, is_query)
        return _shown(columns, cells, workspace) if tokens[0].is_word("SHOW") else (columns, cells)

    def _forget(self, tokens, workspace):
        at = next((index for index, token in enumerate(tokens) if len(name_at(tokens, index)) > 1), None)
        if at is None:
            return
        _, schema, *table = name_at(tokens, at)
        self._copies.forget(f"`{workspace.schema(schema.name)}`." + (f"`{table[0].name.lower()}`" if table else ""))

    def stop(self, group):
        self._scala.cancelJobGroupAndFutureJobs(group)


def _answer(frame, is_query):
    columns = [{"name": field.name, "type": field.dataType.simpleString()} for field in frame.schema.fields]
    if not columns:
        return [], []
    if is_query:
        names = [f"c{index}" for index in range(len(columns))]
        binary = [column["type"] == "binary" for column in columns]
        texts = [F.hex(name) if raw else F.col(name).cast("string") for name, raw in zip(names, binary)]
        rows = frame.toDF(*names).select(*texts).collect()
    else:
        rows = [[None if cell is None else str(cell) for cell in row] for row in frame.collect()]
    return columns, [[row[index] for row in rows] for index in range(len(columns))]


def _shown(columns, cells, workspace):
    """What SHOW tells of the workspace alone, under the names that Databricks has for schemas and their column."""
    if columns[0]["name"] != "namespace":
        return columns, cells
    first = {"name": "database" if len(columns) > 1 else "databaseName", "type": "string"}
    rows = [row for row in zip(*cells) if row[0].startswith(workspace.prefix)]
    rows = [(row[0][len(workspace.prefix) :], *row[1:]) for row in rows]
    return [first, *columns[1:]], [[row[index] for row in rows] for index in range(len(columns))]


def failure(thrown):
    """Error class, SQLSTATE and text: of the outermost cause that has a class."""
    if isinstance(thrown, Refused):
        return {"errorClass": thrown.error_class, "sqlState": thrown.sql_state, "text": str(thrown)}
    if isinstance(thrown, PySparkException) and thrown.getCondition():
        # Its getMessage() knows Spark's own classes only, and fails for Delta's.
        return _worded(thrown.getCondition(), thrown.getSqlState(), str(thrown))
    cause = getattr(thrown, "java_exception", None) or getattr(thrown, "_origin", None)
    while cause is not None:
        try:
            if cause.getCondition():
                return _worded(cause.getCondition(), cause.getSqlState(), cause.getMessage() or "")
        except Exception:
            pass  # Not one of Spark's own: it has no class.
        cause = cause.getCause()
    return {"errorClass": "INTERNAL_ERROR", "sqlState": "XX000", "text": str(thrown)}


def _worded(error_class, sql_state, message):
    text = message.split(" SQLSTATE:")[0].split("\n")[0]
    return {
        "errorClass": error_class,
        "sqlState": sql_state or "XX000",
        "text": text[len(error_class) + 3 :] if text.startswith(f"[{error_class}] ") else text,
    }


def _told(thrown):
    """A failure in any case: whoever asked waits for an answer."""
    try:
        return failure(thrown)
    except Exception as other:
        return {"errorClass": "INTERNAL_ERROR", "sqlState": "XX000", "text": f"{type(thrown)}: {type(other)}"}


class Connection:
    def __init__(self, engine, pool, stream, number):
        self._engine, self._pool, self._stream, self._number = engine, pool, stream, number
        self._writing = threading.Lock()
        self._stopped = set()

    def serve(self):
        with self._stream:
            for line in self._stream:
                request = json.loads(line)
                if "cancel" in request:
                    self._stopped.add(request["cancel"])
                    self._engine.stop(self._group(request["cancel"]))
                else:
                    self._pool.submit(self._answer, request)

    def _group(self, request_id):
        return f"{self._number}-{request_id}"

    def _answer(self, request):
        request_id = request["id"]
        began = time.monotonic()
        try:
            answer = {} if request_id in self._stopped else self._run(request)
        except Exception as thrown:
            answer = {"error": _told(thrown)}
        if request_id in self._stopped:
            text = "Operation has been canceled"
            answer = {"error": {"errorClass": "OPERATION_CANCELED", "sqlState": "HY008", "text": text}}
        if os.environ.get("SPARK_LOG"):
            sql = " ".join(request.get("sql", json.dumps(request)).split())[:90]
            with open(os.environ["SPARK_LOG"], "a") as log:
                log.write(f"{time.monotonic() - began:7.2f} {answer.get('error', {}).get('errorClass', '')} {sql}\n")
        with self._writing:
            self._stream.write(json.dumps({"id": request_id, **answer}) + "\n")
            self._stream.flush()

    def _run(self, request):
        if "open" in request:
            self._engine.open(**request["open"])
            return {}
        if "close" in request:
            self._engine.close(request["close"])
            return {}
        if "schema" in request:
            return {"there": self._engine.has_schema(request["workspace"], request["schema"])}
        columns, cells = self._engine.execute(request, self._group(request["id"]))
        return {"columns": columns, "cells": cells}


def accept(listener, engine):
    pool = ThreadPoolExecutor(AT_ONCE)
    for number in range(sys.maxsize):
        peer, _ = listener.accept()
        connection = Connection(engine, pool, peer.makefile("rw", encoding="utf-8", newline="\n"), number)
        threading.Thread(target=connection.serve, daemon=True).start()


def stop(spark):
    """Ends Spark and its process. Gives the processor's seconds that they took."""
    gateway = spark.sparkContext._gateway
    spark.stop()
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait(60)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def main():
    parser = argparse.ArgumentParser()
    for name in ("--socket", "--folder", "--jars"):
        parser.add_argument(name, required=True)
    options = parser.parse_args()
    spark = start(options.folder, options.jars)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(options.socket)
    listener.listen()
    engine = Engine(spark)
    threading.Thread(target=accept, args=(listener, engine), daemon=True).start()
    print(json.dumps({"socket": options.socket, "spark": spark.version}), flush=True)
    sys.stdin.read()
    print(json.dumps({"statements": engine.statements, "cpuSeconds": round(stop(spark))}), flush=True)
    os._exit(0)


main()
