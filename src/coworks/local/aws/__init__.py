"""AWS on one machine, at `/_aws`: what boto3 and the AWS command line talk to while a project runs.

    request -> app.py (which service is meant) -> sqs/, functions.py, events/, sns/, sts.py, the engine
                                               -> elsewhere.py: the user's endpoint, or moto (stored_files.py)
    resources.py: what was made by the API and works on its own (rules, subscriptions), on disk in kept.py
    wire.py, protocols.py, members.py: requests, answers and errors in AWS's three protocols

Everything is answered to this machine alone, and never to a web page: see `guard.py`. The first request loads
`app.py`, so that who asks for nothing here does not wait for it.
"""
