"""The engine against the emulators that somebody would pick, over sockets.

workloads.py -> clients.py -> servers.py (each in its own process) -> __main__.py (the table)
scale.py: what only a durable engine is asked, Maps of 10,000 items and 20,000 waiting executions
"""
