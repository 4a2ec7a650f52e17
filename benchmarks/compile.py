"""`make bench-compile`: how long it takes to read, check and compile a workflow, by its number of steps.

Prints milliseconds of processor time (the best of three), microseconds a step, and how the time grows with
the number of steps. Fails when 1,000 steps take over half a second, checks included.
"""

from __future__ import annotations

import time

from coworks.biz import EntryContract, ParameterContract, ServiceContract, compile_workflow

SIZES = (10, 100, 1_000, 5_000)
BUDGET_STEPS, BUDGET_SECONDS = 1_000, 0.5

# Ten steps that use the language: orders, choices, waits, values, retries and catches.
TEN = """\
  - name: Send {n}
    comment: A reminder
    tech:
      service: mail
      post: /send
      body: {{to_addrs: ["{{% $data.customer %}}"], subject: "Hello {{% $data.name %}}", copies: 2}}
    retry: {{attempts: 3, delay: 10 seconds}}
    catch: [{{on: BadRequestError, goto: Count {n}}}]
    timeout: 30 seconds
  - name: Sent {n}?
    choices:
      - when: $send_{n}.sent = true and $count($data.items) > {n}
        goto: Nap {n}
      - when: $send_{n}.status = 'later'
        goto: Look {n}
  - name: Count {n}
    set: {{tries: "{{% $exists($tries) ? $tries + 1 : 1 %}}", last: Send {n}}}
  - name: Nap {n}
    wait: 1 hour 30 minutes
  - name: Look {n}
    tech: {{service: mail, get: "/mail/{{% $data.number %}}"}}
  - name: Until {n}
    wait: {{until: "{{% $data.deadline %}}"}}
  - name: Note {n}
    set: {{note: "{{% $look_{n}.text & ' at ' & $now() %}}"}}
  - name: Rest {n}
    pass:
  - name: Enough {n}?
    choices:
      - when: $data.number > {n}
        goto: Tell {n}
      - default: Tell {n}
  - name: Tell {n}
    tech: {{service: mail, post: /send, body: {{to_addrs: [a@example.com], subject: "{{% $note %}}"}}}}
"""
HEAD = "set: {tries: 0, last: none, note: none}"


def argument(name: str, type_: str, *, required: bool = False) -> ParameterContract:
    return ParameterContract(name, required, "argument", type_)


MAIL = ServiceContract(
    "mail",
    (
        EntryContract(
            "POST",
            "/send",
            (
                argument("to_addrs", "list", required=True),
                argument("subject", "str"),
                argument("copies", "int"),
            ),
        ),
        EntryContract("GET", "/mail/{number}", (ParameterContract("number", True, "path", "str"),)),
    ),
)


def text_of(steps: int) -> str:
    """A workflow of this many steps, more or less two."""
    tens = "".join(TEN.format(n=number) for number in range(steps // 10))
    return f"states:\n  - name: Begin\n    {HEAD}\n{tens}  - name: Last\n    success:\n"


def measure(steps: int) -> float:
    """Seconds for one compile, checks included."""
    text = text_of(steps)
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        compiled = compile_workflow("bench", text, file="bench.yml", services={"mail": MAIL})
        best = min(best, time.process_time() - started)
        if compiled.errors:
            raise SystemExit("\n".join(one.render() for one in compiled.errors[:3]))
    return best


def main() -> None:
    print(f"{'steps':>7} {'ms':>9} {'us a step':>10} {'growth':>24}")
    times: dict[int, float] = {}
    for steps in SIZES:
        seconds = times[steps] = measure(steps)
        print(f"{steps:>7} {seconds * 1e3:>9.1f} {seconds * 1e6 / steps:>10.0f} {growth(times):>24}")
    if times[BUDGET_STEPS] > BUDGET_SECONDS:
        raise SystemExit(f"{BUDGET_STEPS:,} steps take more than {BUDGET_SECONDS} s")


def growth(times: dict[int, float]) -> str:
    """How much more time the last size takes than the one before it, for how many more steps."""
    if len(times) == 1:
        return ""
    *_, before, last = times
    return f"{times[last] / times[before]:.1f} x for {last / before:.0f} x steps"


if __name__ == "__main__":
    main()
