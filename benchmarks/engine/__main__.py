"""States a second and peak memory, engine by engine: `make bench-engine`.

Every workload runs once on each engine, in turn, after an execution that is not counted: what an engine loads
at its first call (boto3, a function's process) is no part of its speed. The ratios are coworks to the other.
An engine that cannot run a workload, or ends it otherwise than with SUCCEEDED, has a dash.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from benchmarks.engine import scale
from benchmarks.engine.servers import SERVERS, Server
from benchmarks.engine.workloads import WORKLOADS, Workload

ROLE = "arn:aws:iam::000000000000:role/any"
LONGEST = 120.0


def rate(server: Server, workload: Workload, number: int) -> float | None:
    """States a second, from the first start until the last execution is seen to have ended."""
    steps = server.client("stepfunctions")
    machine = steps.create_state_machine(name=f"w{number}", definition=workload.definition, roleArn=ROLE)
    arn = machine["stateMachineArn"]
    _ended(steps, steps.start_execution(stateMachineArn=arn, input=workload.input)["executionArn"])
    begun = time.perf_counter()
    started = [
        steps.start_execution(stateMachineArn=arn, name=f"e{run}", input=workload.input)["executionArn"]
        for run in range(workload.executions)
    ]
    statuses = {_ended(steps, one) for one in reversed(started)}
    took = time.perf_counter() - begun
    return workload.transitions * workload.executions / took if statuses == {"SUCCEEDED"} else None


def _ended(steps: Any, arn: str) -> str:
    give_up = time.monotonic() + LONGEST
    while time.monotonic() < give_up:
        status = str(steps.describe_execution(executionArn=arn)["status"])
        if status != "RUNNING":
            return status
        time.sleep(0.002)
    return "RUNNING"


def measure(name: str, server: Server) -> tuple[list[float | None], float]:
    rates: list[float | None] = []
    for number, workload in enumerate(WORKLOADS):
        try:
            rates.append(rate(server, workload, number))
        except (BotoCoreError, ClientError) as error:
            print(f"{name}: {workload.name}: {type(error).__name__}: {error}", file=sys.stderr)
            rates.append(None)
    return rates, server.peak_memory()


def main() -> None:
    results: dict[str, tuple[list[float | None], float]] = {}
    for serve in SERVERS:
        with serve() as server:
            results[serve.__name__] = measure(serve.__name__, server)
    ours, *others = results
    print(f"{'states a second':26}" + "".join(f"{name:>12}" for name in results), end="")
    print("".join(f"{'x ' + name:>14}" for name in others))
    for number, workload in enumerate(WORKLOADS):
        rates = {name: found[0][number] for name, found in results.items()}
        print(f"{workload.name:26}" + "".join(f"{_shown(one):>12}" for one in rates.values()), end="")
        print("".join(f"{_ratio(rates[ours], rates[name]):>14}" for name in others))
    print(f"{'peak memory, MB':26}" + "".join(f"{found[1]:12.0f}" for found in results.values()))
    scale.main()


def _shown(rate: float | None) -> str:
    return "-" if rate is None else f"{rate:,.0f}"


def _ratio(ours: float | None, theirs: float | None) -> str:
    return "-" if ours is None or theirs is None else f"{ours / theirs:.1f}"


if __name__ == "__main__":
    main()
