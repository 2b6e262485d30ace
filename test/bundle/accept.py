"""Says of each resource on stdin, [{kind, body}, ...], what the vendor's own classes make of it: null, or why not."""

import json
import sys

from databricks.bundles.alerts import Alert
from databricks.bundles.dashboards import Dashboard
from databricks.bundles.jobs import ClusterSpec, Job
from databricks.bundles.schemas import Schema
from databricks.bundles.secret_scopes import SecretScope
from databricks.bundles.sql_warehouses import SqlWarehouse
from databricks.bundles.volumes import Volume

CLASSES = {
    "alerts": Alert,
    "dashboards": Dashboard,
    "jobs": Job,
    "schemas": Schema,
    "secret_scopes": SecretScope,
    "sql_warehouses": SqlWarehouse,
    "volumes": Volume,
    "clusters": ClusterSpec,
}


def judge(kind, body):
    try:
        CLASSES[kind].from_dict(body)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


print(json.dumps([judge(one["kind"], one["body"]) for one in json.load(sys.stdin)]))
