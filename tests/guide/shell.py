"""What a reader types: one bash after another, in one folder, with one environment, and servers that stay.

`cws` is the real one. What would leave the machine has a stand-in in `commands/`: `pip` knows what the
project file names, `aws` calls through boto3. A server listens on a free port, and is asked there. What
follows a log is ended as by Ctrl-C once it has shown something. Whoever asks is answered yes.
"""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_COMMANDS = Path(__file__).parent / "commands"
_SERVER = re.compile(
    r"^(?:cws(?: -p \S+)? run|cws engine|make demo|python -m tests\.catalog\.odoo_server)\b.*$", re.MULTILINE
)
_FOLLOWING = re.compile(r"^cws logs .*--follow\b.*$", re.MULTILINE)
_KEEP = 'trap \'pwd > "$STATE/pwd"; export -p > "$STATE/env"\' EXIT\n'
_BACK = '. "$STATE/env"; cd "$(cat "$STATE/pwd")"\n'


class Shell:
    """Runs commands as a terminal would. `state` is a folder for what it keeps between them."""

    def __init__(self, folder: Path, state: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self._state = state
        self._environment = {**_clean(), "STATE": str(state), "HOME": str(state), **environment}
        self._servers: dict[str, subprocess.Popen[str]] = {}
        self._moved: dict[str, str] = {}

    def run(self, commands: str, *, fails: bool = False) -> str:
        """What the commands write; with `fails`, of commands that fail. Else that is an `AssertionError`."""
        output, done = "", 0
        for staying in sorted(
            [*_SERVER.finditer(commands), *_FOLLOWING.finditer(commands)], key=re.Match.start
        ):
            output += self._bash(commands[done : staying.start()])
            if staying.re is _SERVER:
                self._start(staying[0])
            else:
                output += self._follow(staying[0])
            done = staying.end()
        return output + self._bash(commands[done:], fails)

    def exported(self) -> dict[str, str]:
        """The variables of AWS that the reader has exported, with the addresses where servers are."""
        self._prepare()
        printed = self._bash("env")
        pairs = (line.split("=", 1) for line in printed.splitlines() if line.startswith("AWS_"))
        return {name: self._moved_in(value) for name, value in pairs}

    def move_to(self, folder: Path) -> None:
        """Go on in another folder; what ran in the former one is stopped."""
        self.close()
        self.folder = folder

    def restart(self) -> None:
        """What was written takes effect before the next command, however fast that follows."""
        running = list(self._servers)
        self.close()
        for command in running:
            self._start(command)

    def close(self) -> None:
        """Stop the servers as Ctrl-C does."""
        for server in self._servers.values():
            os.killpg(server.pid, signal.SIGINT)
            server.communicate(timeout=30)
        self._servers.clear()
        self._moved.clear()

    def _bash(self, commands: str, fails: bool = False) -> str:
        if not commands.strip():
            return ""
        commands = self._moved_in(commands)
        self._prepare()
        with _somebody_who_says_yes() as keyboard:
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", _KEEP + _BACK + commands],
                cwd=self.folder,
                env=self._environment,
                stdin=keyboard,
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
            )
        assert (done.returncode != 0) is fails, f"{commands}\n{done.stdout}{done.stderr}"
        self.folder = Path((self._state / "pwd").read_text(encoding="utf-8").strip())
        return done.stdout + done.stderr * fails

    def _moved_in(self, text: str) -> str:
        for written, actual in self._moved.items():
            text = re.sub(rf"(?:127\.0\.0\.1|localhost):{written}\b", actual, text)
        return text

    def _prepare(self) -> None:
        (self._state / "env").touch()
        (self._state / "pwd").write_text(f"{self.folder}\n", encoding="utf-8")

    def _start(self, command: str) -> None:
        command = command.partition("  #")[0].rstrip()
        port = " PORT=0" if command.startswith("make") else " --port 0"
        server = self._began(f"{command}{port}")
        self._servers[command] = server
        assert server.stdout is not None
        said = ""
        for line in server.stdout:
            said += line
            if found := re.search(r"runs at http://(127\.0\.0\.1:\d+)", line):
                asked = re.search(r"(?:--port |PORT=)(\d+)", command)
                usual = "8083" if "engine" in command else "8000"
                self._moved[asked[1] if asked else usual] = found[1]
                return
        raise AssertionError(f"{command} ended before it announced itself:\n{said}")

    def _follow(self, command: str) -> str:
        """The first line that a command shows which never ends; it must come within a minute."""
        following = self._began(command)
        assert following.stdout is not None
        has_come, _, _ = select.select([following.stdout], [], [], 60)
        line = following.stdout.readline() if has_come else ""
        os.killpg(following.pid, signal.SIGINT)
        more, _ = following.communicate(timeout=30)
        assert line.strip() and "Traceback" not in more, f"{command}\n{line}{more}"
        return line

    def _began(self, command: str) -> subprocess.Popen[str]:
        """A command that goes on beside those that come after it."""
        self._prepare()
        return subprocess.Popen(
            ["bash", "-c", f'. "$STATE/env"; exec {command}'],
            cwd=self.folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )


@contextmanager
def _somebody_who_says_yes() -> Iterator[int]:
    """A terminal whose reader answers whatever is asked."""
    typing, keyboard = pty.openpty()
    try:
        os.write(typing, b"y\n" * 20)
        yield keyboard
    finally:
        os.close(typing)
        os.close(keyboard)


def _clean() -> dict[str, str]:
    """The environment of somebody who has installed CoWorks, and set nothing."""
    kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "TMPDIR") if name in os.environ}
    path = [str(_COMMANDS), str(Path(sys.executable).parent), os.environ["PATH"]]
    return kept | {"PATH": os.pathsep.join(path), "NO_COLOR": "1", "COLUMNS": "120"}
