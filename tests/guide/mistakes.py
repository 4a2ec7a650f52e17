"""A project with the mistakes that only a whole project can have, and what `cws check` says of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from click.testing import CliRunner

from coworks.cli.main import cws

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "tech/bad.py": "import nothing\n",
    "tech/hello.py": (
        "from coworks import TechMicroService\n\n\nclass Hello(TechMicroService):\n"
        '    def get(self):\n        return "hello"\n'
    ),
    "biz/order.yml": "states:\n  - name: Bill it\n    biz: {workflow: billing}\n    timeout: 1 day\n",
    "biz/billing.yml": "states:\n  - name: Order it\n    biz: {workflow: order}\n    timeout: 1 day\n",
    "biz/ask.yml": (
        "on:\n  - every: 2 hours\ntakes: {customer: text}\n"
        'states:\n  - name: Hello\n    set: {greeting: "Dear {% $data.customer %}"}\n'
    ),
    "biz/watch.yml": "use: alret\n",
    "biz/large.yml": "# " + "x" * 1_048_576 + "\n",
    "biz/letter.yml": "states:\n  - name: Write\n    set: {letter: " + "x" * 300_000 + "}\n",
    "biz/mornings.yml": "states:\n"
    + "".join(f"  - name: Day {day}\n    wait: until 08:00 Europe/Paris\n" for day in range(1000)),
    "biz/comma.asl.json": '{"StartAt": "Look",\n "States": {"Look": {"Type": "Pass", "End": true,}}}\n',
    "biz/name.asl.json": (
        '{"StartAt": "Look",\n "States": {\n  "Look": {"Type": "Pass", "Next": "Boht"},\n'
        '  "Both": {"Type": "Succeed"}}}\n'
    ),
    "biz/bill.asl.json": (
        '{"StartAt": "Bill",\n "States": {"Bill": {"Type": "Task", "End": true,\n'
        '  "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "billing"}}}}\n'
    ),
}


def said_of_mistakes(folder: Path) -> str:
    """What `cws check` says of them all, the file, the line and the code of each first."""
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    lines = _check(folder).splitlines()
    problems = json.loads(_check(folder, "--format", "json"))["problems"]
    lines += ["{file}:{line}:{column} {code} {message}".format(**one) for one in problems]
    return "\n".join(line.strip() for line in lines)


def _check(folder: Path, *options: str) -> str:
    checked = CliRunner().invoke(cws, ["-p", str(folder), "check", *options], env={"NO_COLOR": "1"})
    assert checked.exit_code == 1
    return checked.stderr if not options else checked.stdout
