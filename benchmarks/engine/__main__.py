"""States a second and peak memory, engine by engine: `make bench-engine`.

    python -m benchmarks.engine coworks moto    # only these

Every workload runs once on each engine, in turn, after an execution that is not counted: what an engine loads
at its first call (boto3, a function's process) is no part of its speed. The ratios are coworks to the other.
An engine that cannot run a workload, or ends it otherwise than with SUCCEEDED, has a dash.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from benchmarks.engine import scale
from benchmarks.engine.clients import ROLE, RefusedError
from benchmarks.engine.servers import SERVERS
from benchmarks.engine.workloads import WORKLOADS

if TYPE_CHECKING:
    from benchmarks.engine.clients import Client
    from benchmarks.engine.servers import Server
    from benchmarks.engine.workloads import Workload

LONGEST = 120.0


def rate(server: Server, workload: Workload, number: int) -> float | None:
    """States a second, from the first start until the last execution is seen to have ended."""
    clients: list[Client] = [workload.client(server) for _ in range(workload.callers)]
    machine = clients[0].call(
        "CreateStateMachine", name=f"w{number}", definition=workload.definition, roleArn=ROLE
    )
    arn = machine["stateMachineArn"]
    for caller, client in enumerate(clients):
        _run(client, arn, workload.input, [f"first{caller}"])
    names = [
        [f"e{run}" for run in range(one, workload.executions, len(clients))] for one in range(len(clients))
    ]
    begun = time.perf_counter()
    with ThreadPoolExecutor(len(clients)) as pool:
        ended = list(pool.map(_run, clients, repeat(arn), repeat(workload.input), names))
    took = time.perf_counter() - begun
    for client in clients:
        client.close()
    return workload.transitions * workload.executions / took if set().union(*ended) == {"SUCCEEDED"} else None


def _run(client: Client, arn: str, text: str, names: list[str]) -> set[str]:
    """Start executions one after the other, and wait for all of them: the statuses that they ended with."""
    started = [client.call("StartExecution", stateMachineArn=arn, name=name, input=text) for name in names]
    return {_ended(client, one["executionArn"]) for one in reversed(started)}


def _ended(client: Client, arn: str) -> str:
    """The status at the end; asking takes time of the engine: every 2 % of what it took so far."""
    begun = time.monotonic()
    while (took := time.monotonic() - begun) < LONGEST:
        status = str(client.call("DescribeExecution", executionArn=arn)["status"])
        if status != "RUNNING":
            return status
        time.sleep(max(0.002, took / 50))
    return "RUNNING"


def measure(name: str, server: Server) -> tuple[list[float | None], float]:
    rates: list[float | None] = []
    for number, workload in enumerate(WORKLOADS):
        try:
            rates.append(rate(server, workload, number))
        except (BotoCoreError, ClientError, RefusedError, OSError) as error:
            print(f"{name}: {workload.name}: {type(error).__name__}: {error}", file=sys.stderr)
            rates.append(None)
    return rates, server.peak_memory()


def main() -> None:
    results: dict[str, tuple[list[float | None], float]] = {}
    chosen = sys.argv[1:]
    for serve in SERVERS:
        if chosen and serve.__name__ not in chosen:
            continue
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
    if not chosen:
        scale.main()


def _shown(rate: float | None) -> str:
    return "-" if rate is None else f"{rate:,.0f}"


def _ratio(ours: float | None, theirs: float | None) -> str:
    return "-" if ours is None or theirs is None else f"{ours / theirs:.1f}"


if __name__ == "__main__":
    main()
