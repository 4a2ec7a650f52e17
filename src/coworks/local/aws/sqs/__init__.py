"""SQS in front of the queues of a project.

api.py: the operations; messages.py: messages in SQS's shapes; attributes.py: settings in SQS's words;
batches.py: several messages in one request
"""

from coworks.local.aws.sqs.api import TARGET, sqs_api

__all__ = ["TARGET", "sqs_api"]
