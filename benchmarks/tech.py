"""A service against every runtime that somebody would pick: cold start, warm dispatch, memory.

Every variant answers the same event (GET of an item by an integer key and a query parameter, JSON out) in
processes of its own, in turn, so that whatever else the machine does falls on all of them alike. Cold is
import and first answer, in milliseconds; warm the median of 3,000 calls, in microseconds; memory the
process's peak, in MB (read from `/proc`: it runs on Linux). Shown are medians over the processes, and the
ratio to Chalice; then the warm call of services that grow, whose time must not.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PROCESSES = 15

BARE = """
def handler(event, context):
    key, lang = event["pathParameters"]["key"], event["queryStringParameters"]["lang"]
    return {"statusCode": 200, "body": '{"key": ' + key + ', "lang": "' + lang + '"}', "headers": {}}
"""
UNTYPED = """
from coworks import TechMicroService
class Shop(TechMicroService):
    public = True
    def get_item(self, key, *, lang="en"):
        return {"key": key, "lang": lang}
handler = Shop()
"""
TYPED = """
from typing import Literal
from coworks import TechMicroService
class Shop(TechMicroService):
    public = True
    def get_item(self, key: int, *, lang: Literal["en", "fr"] = "en"):
        return {"key": key, "lang": lang}
handler = Shop()
"""
CHALICE = """
from chalice import Chalice
handler = Chalice(app_name="shop")
@handler.route("/item/{key}")
def item(key):
    return {"key": key, "lang": handler.current_request.query_params["lang"]}
"""
POWERTOOLS = """
from typing import Literal
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
app = APIGatewayRestResolver(enable_validation=True)
@app.get("/item/<key>")
def item(key: int, lang: Literal["en", "fr"] = "en") -> dict:
    return {"key": key, "lang": lang}
def handler(event, context):
    return app.resolve(event, context)
"""
FLASK = """
from apig_wsgi import make_lambda_handler
from flask import Flask, request
app = Flask("shop")
@app.get("/item/<int:key>")
def item(key):
    return {"key": key, "lang": request.args["lang"]}
handler = make_lambda_handler(app)
"""
FASTAPI = """
from typing import Literal
from fastapi import FastAPI
from mangum import Mangum
app = FastAPI()
@app.get("/item/{key}")
def item(key: int, lang: Literal["en", "fr"] = "en"):
    return {"key": key, "lang": lang}
handler = Mangum(app, lifespan="off")
"""
GROWING = """
from coworks import TechMicroService
def item(self, key, *, lang="en"):
    return {"key": key, "lang": lang}
others = {f"get_other{number}": item for number in range(NUMBER - 1)}
handler = type("Shop", (TechMicroService,), {"public": True, **others, "get_item": item})()
"""
NUMBERS = (10, 100, 1000)
# Compiled files must be written and read whatever the shell says: a package for Lambda holds them.
COMPILING = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
VARIANTS = {
    "bare function": BARE,
    "coworks": UNTYPED,
    "coworks typed": TYPED,
    "chalice": CHALICE,
    "powertools validation": POWERTOOLS,
    "flask + apig-wsgi": FLASK,
    "fastapi + mangum": FASTAPI,
}

EVENT = {
    "resource": "/item/{key}",
    "path": "/item/12",
    "httpMethod": "GET",
    "headers": {"Accept": "application/json", "Host": "shop.example.com"},
    "multiValueHeaders": {"Accept": ["application/json"], "Host": ["shop.example.com"]},
    "queryStringParameters": {"lang": "fr"},
    "multiValueQueryStringParameters": {"lang": ["fr"]},
    "pathParameters": {"key": "12"},
    "stageVariables": None,
    "requestContext": {
        "resourcePath": "/item/{key}",
        "httpMethod": "GET",
        "path": "/dev/item/12",
        "stage": "dev",
        "accountId": "1",
        "apiId": "a",
        "requestId": "r",
        "identity": {"sourceIp": "127.0.0.1", "userAgent": "bench"},
    },
    "body": None,
    "isBase64Encoded": False,
}

MEASURE = """
import sys, time
sys.path.insert(0, sys.argv[1])
begun = time.perf_counter()
event = {event!r}
class Context:
    aws_request_id = "r"; function_name = "shop"; memory_limit_in_mb = 128; function_version = "1"
    invoked_function_arn = "arn:aws:lambda:us-east-1:1:function:shop"
    log_group_name = log_stream_name = "log"
    def get_remaining_time_in_millis(self): return 10_000
from variant import handler
answer = handler(event, Context())
cold = (time.perf_counter() - begun) * 1000
assert answer["statusCode"] == 200, answer
import json, re
assert json.loads(answer["body"])["lang"] == "fr", answer
times, context = [], Context()
for _ in range(3000):
    start = time.perf_counter()
    handler(event, context)
    times.append(time.perf_counter() - start)
times.sort()
# Not getrusage, whose peak is that of the process that started this one where that was larger.
peak = re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())
print(json.dumps([cold, times[1500] * 1e6, int(peak[1]) / 1024]))
"""


def measure(folder: Path) -> list[float]:
    """Cold milliseconds, warm microseconds and MB of one fresh process."""
    command = [sys.executable, "-c", MEASURE.replace("{event!r}", repr(EVENT)), str(folder)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=COMPILING)
    if ran.returncode:
        raise SystemExit(ran.stderr)
    told: list[float] = json.loads(ran.stdout.splitlines()[-1])
    return told


def measure_all(variants: Mapping[str, str]) -> dict[str, list[float]]:
    """The medians of each variant, all of them measured in turn."""
    with tempfile.TemporaryDirectory() as root:
        folders = {}
        for number, (name, code) in enumerate(variants.items()):
            folders[name] = Path(root) / f"v{number}"
            folders[name].mkdir()
            (folders[name] / "variant.py").write_text(code, encoding="utf-8")
            measure(folders[name])  # compiles what is imported, as a package with .pyc files has it
        samples: dict[str, list[list[float]]] = {name: [] for name in variants}
        for _ in range(PROCESSES):
            for name, folder in folders.items():
                samples[name].append(measure(folder))
    return {
        name: [statistics.median(each) for each in zip(*rows, strict=True)] for name, rows in samples.items()
    }


def main() -> None:
    """Measure and print the tables."""
    medians = measure_all(VARIANTS)
    peer = medians["chalice"]
    print(f"{'':<24}{'cold ms':>16}{'warm us':>18}{'peak MB':>16}    (ratio to chalice; MB more)")
    for name, (cold, warm, memory) in medians.items():
        print(
            f"{name:<24}{cold:>9.1f} ({cold / peer[0]:4.2f}){warm:>11.1f} ({warm / peer[1]:4.2f})"
            f"{memory:>9.1f} ({memory - peer[2]:+5.1f})"
        )
    growing = measure_all({str(number): GROWING.replace("NUMBER", str(number)) for number in NUMBERS})
    first = growing[str(NUMBERS[0])][1]
    print(f"\n{'coworks with':<24}{'':>16}{'warm us':>18}    (ratio to {NUMBERS[0]} entries)")
    for name, (_, warm, _) in growing.items():
        print(f"{name + ' entries':<24}{'':>16}{warm:>11.1f} ({warm / first:4.2f})")


if __name__ == "__main__":
    main()
