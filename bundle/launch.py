"""Runs the program as the task of a job: its output is the task's output, its end the task's end.

    launch.py <command> [--name=value ...]

The names are those of the job's parameters; an empty value counts as not given. Where the job has no client
credentials in its environment, the program acts as the job's run-as principal: it has no way of its own to learn on a
cluster who that is, so its tokens come from the "metadata service" of Databricks' unified authentication, served here
on loopback. The program runs again where its report says that this helps, and only there.
"""

import base64
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque, namedtuple
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LAST_LINES = 20  # of the output, repeated in the error that the Jobs UI shows
STOP_SECONDS = 15  # a stopped program ends in good order within these, or is killed
REPEAT_AFTER_SECONDS = "60,300"
NODE_FLAGS = ("--min-semi-space-size=16",)  # in MB: else a third of the start is spent on collecting garbage
TASK_VALUE_BYTES = 48_000  # of one task value, as JSON; Databricks takes 48 KiB

TAKEN = {  # by which command, beside companies and resources
    "sync": ("accept_deletions", "wait"),
    "land": ("wait",),
    "commit": ("accept_deletions", "wait"),
    "sweep": ("accept_deletions", "wait"),
    "resync": ("period", "since", "reason", "wait"),
}
WORDS = ("companies", "resources", "period", "since", "reason")
SWITCHES = ("accept_deletions", "wait")
OWN = ("dry_run", "full_refresh", "fail_on_partial", "landed", "host", "repeat_after")
TAGGED = {"job": "VISMA_JOB_ID", "job_run": "VISMA_JOB_RUN_ID", "task": "VISMA_TASK"}  # in the query history


class Failed(RuntimeError):
    """How a task fails: with what an operator should read. Never sys.exit, which the runtime may take for success."""


def main(argv):
    command, given = parse(argv)
    words = command_line(command, given)
    folder = os.environ.get("VISMA_BUNDLE") or fail("VISMA_BUNDLE is not set: it belongs in spark_env_vars")
    node = ensure_node(folder)
    program = os.path.join(folder, "dist", "visma-databricks.mjs")
    config = os.path.join(folder, "bundle", "visma.yml")
    pauses = [float(text) for text in given.get("repeat_after", REPEAT_AFTER_SECONDS).split(",")]
    asker = {"USER": f"job run {given['job_run']}"} if "job_run" in given else {}  # whose name a resync bears
    told = asker | {variable: given[name] for name, variable in TAGGED.items() if name in given}
    with identity(given.get("host")) as environment:
        with Run([node, *NODE_FLAGS, program, *words, f"--config={config}", "--json"], environment | told) as run:
            ended = run.until_done(pauses)
    publish(ended)
    judge(ended, words[0], given)


def parse(argv):
    command, *rest = argv or fail("which command? sync, land, commit, sweep, resync, plan or check")
    given = {}
    for word in rest:
        name, equals, value = word.partition("=")
        key = name[2:].replace("-", "_")
        if not name.startswith("--") or not equals or key not in (*WORDS, *SWITCHES, *OWN, *TAGGED):
            fail(f"{name} is no parameter of launch.py; they are written --name=value")
        if value.strip():
            given[key] = value.strip()
    return command, given


def command_line(command, given):
    """The program's own words for it: dry_run is `plan`; full_refresh and since are `resync`, with their reason."""
    if command == "sync" and is_on(given, "dry_run"):
        if is_on(given, "full_refresh") or "since" in given:
            fail("dry_run forecasts the next sync; with full_refresh or since there is no forecast: give one of them")
        return ["plan", *words_of(given, WORDS[:2])]
    if command == "sync" and (is_on(given, "full_refresh") or "since" in given):
        command = "resync"
        given = as_resync(given)
    taken = (*WORDS[:2], *TAKEN.get(command, ()))
    switches = [name for name in SWITCHES if is_on(given, name)]
    for name in (*(word for word in WORDS if word in given), *switches):
        if name not in taken:
            fail(f"{name} means nothing to {command}: leave it empty")
    return [command, *words_of(given, WORDS), *("--" + name.replace("_", "-") for name in switches)]


def as_resync(given):
    if not is_on(given, "full_refresh"):
        what = f"since {given['since']}"
    elif "since" in given:
        fail("full_refresh reads everything and since a part of it: give one of them")
    else:
        what, given = "full_refresh", {"resources": "all"} | given
    return {"reason": f"{what}, in job run {given.get('job_run', 'unknown')}"} | given


def words_of(given, names):
    return [f"--{name}={given[name]}" for name in names if name in given]


def is_on(given, name):
    value = given.get(name, "false").lower()
    if value not in ("true", "false"):
        fail(f"{name} is true or false, not {value!r}")
    return value == "true"


def ensure_node(folder):
    """Where no init script could put Node in place, as on GCP, it is run here: a task may read workspace files."""
    home = os.environ.get("NODE_HOME") or "/opt/visma-node"
    node = os.path.join(home, "bin", "node")
    if not os.access(node, os.X_OK):
        if not os.access(os.path.dirname(home), os.W_OK):
            home = os.path.join(tempfile.gettempdir(), "visma-node")
        command = ["bash", os.path.join(folder, "bundle", "init.sh")]
        environment = os.environ | {"NODE_HOME": home, "DB_IS_DRIVER": "TRUE"}
        ran = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if ran.returncode:
            fail(f"Node could not be put in place: {masked(ran.stdout).strip()}")
        say(ran.stdout.strip())
        node = os.path.join(home, "bin", "node")
    os.environ.setdefault("NODE_COMPILE_CACHE", os.path.join(home, "compiled"))
    return node


@contextmanager
def identity(host):
    """The environment that tells the program where the workspace is and who asks, for as long as it runs."""
    if os.environ.get("DATABRICKS_CLIENT_ID") and os.environ.get("DATABRICKS_CLIENT_SECRET"):
        known = os.environ.get("DATABRICKS_HOST") or host or fail("no host is given, nor DATABRICKS_HOST set")
        address = known if "://" in known else f"https://{known}"
        yield {"DATABRICKS_HOST": address, "DATABRICKS_AUTH_TYPE": "oauth-m2m"}
        return
    config = runtime_config()
    path = "/" + secrets.token_urlsafe(32)
    with ThreadingHTTPServer(("127.0.0.1", 0), tokens_of(config, path)) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield {
                "DATABRICKS_HOST": config.host,
                "DATABRICKS_AUTH_TYPE": "metadata-service",
                "DATABRICKS_METADATA_SERVICE_URL": f"http://127.0.0.1:{server.server_port}{path}",
            }
        finally:
            server.shutdown()


def tokens_of(config, path):
    """What gives the run-as principal's tokens to who knows the path."""

    class Tokens(BaseHTTPRequestHandler):
        def do_GET(self):
            known = secrets.compare_digest(self.path.encode(), path.encode())
            known = known and self.headers.get("x-databricks-metadata-version") == "1"
            status, body = current_token(config) if known else (404, {})
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_):
            pass

    return Tokens


def runtime_config():
    try:
        from databricks.sdk.core import Config  # part of the Databricks Runtime

        config = Config()
        config.authenticate()
        return config
    except Exception as error:
        return fail(
            f"the runtime does not say who runs this job ({type(error).__name__}): this needs the databricks-sdk of a"
            " Databricks Runtime, or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET in spark_env_vars"
        )


def current_token(config):
    """Asked of the runtime each time, for it renews its token while a long task runs."""
    try:
        token = config.authenticate()["Authorization"].removeprefix("Bearer ")
    except Exception as error:
        return 500, {"error": type(error).__name__}
    MASKED.add(token)
    return 200, {"access_token": token, "token_type": "Bearer", "expires_on": expiry(token)}


def expiry(token):
    try:
        body = token.split(".")[1]
        return int(json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))["exp"])
    except (IndexError, KeyError, ValueError):
        return int(time.time()) + 300  # it does not say: ask again in five minutes


# How the program ended: exit code (negative for a signal), last lines, report where it left one, what stopped us.
Ended = namedtuple("Ended", ["code", "tail", "report", "stopped_by"])


def may_help_again(ended):
    problems = (ended.report or {}).get("problems", [])
    return ended.code in (1, 3) and any(problem.get("verdict") == "retry now" for problem in problems)


class Run:
    """The program, once or more; stopped in good order by a signal to us, or by whatever ends the task."""

    def __init__(self, command, environment):
        self.command = command
        self.environment = os.environ | environment
        self.child = None
        self.stopped_by = None
        self.stop = threading.Event()
        self.former = {}

    def __enter__(self):
        if threading.current_thread() is threading.main_thread():
            for name in (signal.SIGTERM, signal.SIGINT):
                self.former[name] = signal.signal(name, self.on_signal)
        return self

    def __exit__(self, *_):
        for name, handler in self.former.items():
            signal.signal(name, handler)

    def on_signal(self, number, _):
        if self.stopped_by is None:
            self.stopped_by = signal.Signals(number).name
            self.stop.set()
            self.end_child()

    def end_child(self):
        child = self.child
        if child and child.poll() is None:
            child.terminate()
            killer = threading.Timer(STOP_SECONDS, child.kill)
            killer.daemon = True
            killer.start()

    def until_done(self, pauses):
        for pause in (*pauses, None):
            ended = self.once()
            if pause is None or self.stop.is_set() or not may_help_again(ended):
                return ended
            say(f"launch.py: what stopped it may pass: again in {pause:g} s")
            if self.stop.wait(pause):
                return ended._replace(stopped_by=self.stopped_by)

    def once(self):
        tail = deque(maxlen=LAST_LINES)
        report = None
        self.child = subprocess.Popen(
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # a second signal would kill it: it gets ours alone
        )
        try:
            if self.stop.is_set():
                self.end_child()
            for line in self.child.stdout:
                line = masked(line.rstrip("\n"))
                print(line, flush=True)
                found = report_in(line)
                report = found or report
                if not found:
                    tail.append(line)
            code = self.child.wait()
        except BaseException as error:  # a cancelled task is interrupted, which is no Exception
            self.stopped_by = self.stopped_by or type(error).__name__
            self.end_child()
            self.child.wait()
            raise
        finally:
            self.child.stdout.close()
        return Ended(code, tail, report, self.stopped_by)


def report_in(line):
    """The report, where a line is it: the one JSON object with an exit code that is no event."""
    if not line.startswith("{") or '"exitCode"' not in line:
        return None
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if "outcome" in found and "event" not in found else None


def publish(ended):
    """The report as task values, for the tasks behind this one: outcome, partial, exit_code, run and report itself."""
    report = ended.report or {}
    values = {
        "outcome": "stopped" if ended.stopped_by and ended.code != 0 else report.get("outcome", "failed"),
        "partial": "true" if ended.code == 3 else "false",
        "exit_code": ended.code,
        "run": report.get("run", ""),
        "report": fitting(report),
    }
    if "DATABRICKS_RUNTIME_VERSION" not in os.environ:
        return
    try:
        from databricks.sdk.runtime import dbutils

        for key, value in values.items():
            dbutils.jobs.taskValues.set(key=key, value=value)
    except Exception as error:  # what the run was about is done
        say(f"launch.py: the task values could not be set: {type(error).__name__}")


def fitting(report):
    """The report without what would make it too large for a task value; what was left out is named."""
    left, left_out = dict(report), []
    for name in ("details", "passes", "tables", "notes", "problems"):
        if len(json.dumps(left).encode()) <= TASK_VALUE_BYTES:
            break
        if left.pop(name, None):
            left_out.append(name)
    return left | {"leftOut": left_out} if left_out else left


def judge(ended, command, given):
    say(summary(ended.report))
    if ended.stopped_by and ended.code != 0:
        raise Failed(f"{command} was stopped by {ended.stopped_by}; the next run goes on from what is in the volume")
    partial_is_failure = ended.code == 3 and is_on(given, "fail_on_partial")
    if ended.code not in (0, 3) or partial_is_failure:
        raise Failed(complaint(ended, command))
    if given.get("landed", "success").lower() != "success":
        raise Failed("what landed is committed, but not every group of companies could be read: see the task before")


def summary(report):
    if not report:
        return "launch.py: the program left no report"
    tables = report.get("tables", [])
    counts = ", ".join(f"{sum(table.get(name, 0) for table in tables)} {name}" for name in ("new", "changed", "gone"))
    calls = f"{report.get('calls', 0)} calls to Visma.net, {report.get('statements', 0)} statements"
    return f"launch.py: {report['outcome']} in {report.get('seconds', 0)} s: {counts}; {calls}"


def complaint(ended, command):
    """What the Jobs UI shows of a failure: what, where, what to do, then the last lines."""
    how = f"exit code {ended.code}" if ended.code >= 0 else f"{signal.Signals(-ended.code).name}, memory perhaps"
    problems = (ended.report or {}).get("problems", [])
    word = "partial" if ended.code == 3 else "failed"
    said = [f"{command} {word} ({how})" + ("" if ended.report else "; it left no report")]
    for problem in problems[:10]:
        facts = ", ".join(f"{name} {value}" for name, value in problem.get("facts", {}).items())
        said.append(f"{problem['kind']}: {problem['message']}" + (f" ({facts})" if facts else ""))
        said.append(f"  hint: {problem['hint']}")
    if len(problems) > 10:
        said.append(f"and {len(problems) - 10} more, see the report")
    return "\n".join([*said, "last lines:", *ended.tail])


SECRET_NAME = re.compile(r"(?:SECRET|TOKEN|PASSWORD|SALT)$", re.IGNORECASE)
MASKED = {
    form
    for name, value in os.environ.items()
    if SECRET_NAME.search(name) and value
    for form in (value, json.dumps(value)[1:-1])  # as it is, and as it stands in JSON
}


def masked(text):
    for value in tuple(MASKED):
        text = text.replace(value, "***")
    return text


def say(text):
    print(masked(text), flush=True)


def fail(message):
    raise Failed(masked(f"launch.py: {message}"))


if __name__ == "__main__":
    main(sys.argv[1:])
