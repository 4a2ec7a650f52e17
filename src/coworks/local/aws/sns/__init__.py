"""SNS in front of the topics, in the query protocol. A topic is there when it is named.

api.py: which operation; publishing.py: what is published; topics.py: topics and subscriptions that are made;
subscriptions.py: what a subscription is, and what it wants; forms.py: lists and maps in forms
"""

from coworks.local.aws.sns.api import VERSION, sns_api

__all__ = ["VERSION", "sns_api"]
