"""Stands in for the runtime's own module: what databricks-sdk looks for on a cluster, and the values of a task."""

import json
import os


class TaskValues:
    def set(self, key, value):
        with open(os.environ["STAND_IN_TASK_VALUES"], "a", encoding="utf-8") as file:
            file.write(json.dumps({"key": key, "value": value}) + "\n")


class Jobs:
    taskValues = TaskValues()


class DbUtils:
    jobs = Jobs()


class UserNamespaceInitializer:
    @staticmethod
    def getOrCreate():
        return UserNamespaceInitializer()

    def get_namespace_globals(self):
        return {"dbutils": DbUtils()}
