"""The one place that moves executions on and writes.

From the outside in:

    driver.py (a thread for it, or the caller's) -> loop.py (turns)
    requests.py (what callers ask), starts.py (new executions), performing.py (calls)
    children.py (of distributed Maps), families.py (executions that start executions), listing.py
    live.py (the runs in memory)
"""
