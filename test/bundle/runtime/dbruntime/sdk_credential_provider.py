"""Gives the run-as principal's token, a new one each time it is asked."""

import base64
import json
import os
import urllib.request


def init_runtime_native_auth():
    host = os.environ["STAND_IN_HOST"]

    def inner():
        pair = f"{os.environ['STAND_IN_CLIENT_ID']}:{os.environ['STAND_IN_CLIENT_SECRET']}"
        request = urllib.request.Request(
            f"{host}/oidc/v1/token",
            data=b"grant_type=client_credentials&scope=all-apis",
            headers={"authorization": "Basic " + base64.b64encode(pair.encode()).decode()},
        )
        with urllib.request.urlopen(request) as response:
            return {"Authorization": f"Bearer {json.load(response)['access_token']}"}

    return host, inner
