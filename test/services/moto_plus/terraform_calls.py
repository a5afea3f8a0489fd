"""Calls that Terraform's AWS provider makes and moto does not know."""

import json

from moto.budgets.responses import BudgetsResponse
from moto.cloudtrail.models import CloudTrailBackend
from moto.core.responses import ActionResult
from moto.iam.responses import IamResponse


class ByNameOrArn(dict):
    """The provider asks for a trail by its ARN as well as by its name."""

    def __missing__(self, key):
        name = last_part(key)
        if name == key:
            raise KeyError(key)
        return self[name]

    def __contains__(self, key):
        return dict.__contains__(self, last_part(key))

    def __delitem__(self, key):
        dict.__delitem__(self, last_part(key))


def last_part(key):
    return str(key).rsplit("/", 1)[-1]


def describe_subscribers(response):
    budgets = response.backend.budgets[response._get_param("AccountId")]
    budget = budgets.get(response._get_param("BudgetName"))
    wanted = identity(response._get_param("Notification"))
    for notification in budget.notifications if budget else []:
        if identity(notification.details) == wanted:
            return json.dumps({"Subscribers": notification.subscribers})
    return json.dumps({"Subscribers": []})


def identity(notification):
    kind, comparison = notification.get("NotificationType"), notification.get("ComparisonOperator")
    return kind, comparison, float(notification["Threshold"])


def install():
    original = CloudTrailBackend.__init__

    def initialise(self, *args, **kwargs):
        original(self, *args, **kwargs)
        self.trails = ByNameOrArn()

    CloudTrailBackend.__init__ = initialise
    BudgetsResponse.describe_subscribers_for_notification = describe_subscribers
    BudgetsResponse.list_tags_for_resource = lambda self: json.dumps({"ResourceTags": []})
    BudgetsResponse.tag_resource = BudgetsResponse.untag_resource = lambda self: json.dumps({})
    IamResponse.list_service_specific_credentials = lambda self: ActionResult({"ServiceSpecificCredentials": []})
