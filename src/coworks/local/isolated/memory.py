"""How much memory a process has had, as Lambda counts it: what was in use at once, not what was reserved.

A limit of the kernel would not do. RLIMIT_AS and RLIMIT_DATA count what threads and allocators reserve,
several times what they use, and end in a `MemoryError` that a service may catch, where Lambda kills; a
control group needs rights that users have not.

Source: https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

_PEAK: Final = re.compile(rb"^VmHWM:\s*(\d+) kB$", re.MULTILINE)


def most_memory(process: int) -> int:
    """The most bytes that a process has had in memory so far; 0 for one that has ended."""
    try:
        found = _PEAK.search(Path(f"/proc/{process}/status").read_bytes())
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(found[1]) * 1024 if found else 0
