"""The same lists with dlt, as its documentation advises: rest_api sources, a paginator, merge on keys, Parquet files.

    pipeline.py <place as JSON>

Prints one line of JSON: seconds of each step, the most memory that this process and its children had, and how
many journal lines were read and are held.
"""

import json
import os
import resource
import sys
import time

os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
os.environ["RUNTIME__LOG_LEVEL"] = "ERROR"

import dlt
from dlt.sources.helpers.rest_client.auth import OAuth2ClientCredentials
from dlt.sources.rest_api import rest_api_source

place = json.loads(sys.argv[1])
visma = place["visma"]


def source_of(company):
    """One company's lists. A tenant has a token of its own, and its rows are told apart by company_id."""

    def with_company(record):
        record["company_id"] = company["id"]
        return record

    return rest_api_source(
        {
            "client": {
                "base_url": visma["apiUrl"],
                "auth": OAuth2ClientCredentials(
                    access_token_url=visma["tokenUrl"],
                    client_id=visma["clientId"],
                    client_secret=visma["clientSecret"],
                    access_token_request_data={
                        "scope": "vismanet_erp_service_api:read",
                        "tenant_id": company["tenantId"],
                    },
                ),
                "paginator": {
                    "type": "page_number",
                    "base_page": 1,
                    "page_param": "pageNumber",
                    "total_path": None,
                    "stop_after_empty_page": True,
                },
            },
            "resources": [
                {
                    "name": one["name"],
                    "primary_key": ["company_id", *one["key"]],
                    "write_disposition": "merge",
                    "endpoint": {"path": one["path"], "params": one["query"] | {"pageSize": 5000}, "data_selector": "$"},
                    "processing_steps": [{"map": with_company}],
                }
                for one in place["lists"]
            ],
        },
        name="visma",
    )


def timed(step):
    begun = time.perf_counter()
    step()
    return time.perf_counter() - begun


def peak_mb():
    own, children = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return (own + children) / 1024


pipeline = dlt.pipeline(
    pipeline_name="visma",
    pipelines_dir=os.path.join(place["folder"], "pipelines"),
    destination=dlt.destinations.duckdb(os.path.join(place["folder"], "dlt.duckdb")),
    dataset_name="visma",
)
# One source for each company, side by side in one extract as the documentation has it for sources of one schema.
sources = [source_of(company) for company in visma["companies"]]
extract = timed(lambda: pipeline.extract(sources, loader_file_format="parquet"))
normalize = timed(lambda: pipeline.normalize())
counts = pipeline.last_trace.last_normalize_info.row_counts
load = timed(lambda: pipeline.load(raise_on_failed_jobs=True))
with pipeline.sql_client() as client:
    [[held]] = client.execute_sql("SELECT COUNT(*) FROM journal_transaction__journal_transaction_lines")
cpu = sum(
    usage.ru_utime + usage.ru_stime
    for usage in (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
)
read = counts["journal_transaction__journal_transaction_lines"]
lines = {"read": read, "held": held}
print(
    json.dumps(
        {"extract": extract, "normalize": normalize, "load": load, "cpu": cpu, "peakMb": peak_mb(), "lines": lines}
    )
)
