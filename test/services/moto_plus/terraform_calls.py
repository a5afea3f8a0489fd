"""Calls that Terraform's AWS provider makes and moto does not know."""

import json

from moto.budgets.responses import BudgetsResponse
from moto.cloudfront.responses import CloudFrontResponse
from moto.cloudtrail.models import CloudTrailBackend
from moto.cloudtrail.responses import CloudTrailResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.iam.responses import IamResponse
from moto.s3.models import FakeBucket


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


def describe_trails(response):
    """moto gives all trails, whichever were asked for."""
    names = [last_part(name) for name in response._get_param("trailNameList") or []]
    trails = response.cloudtrail_backend.describe_trails(response._get_bool_param("includeShadowTrails", True))
    wanted = [trail for trail in trails if not names or trail.trail_name in names]
    return json.dumps({"trailList": [trail.description(include_region=True) for trail in wanted]})


def may_log(target_bucket, target_prefix, original=FakeBucket._log_permissions_enabled_policy):
    """moto falls over statements whose Principal is "*": none of them lets logs in."""
    policy = target_bucket.policy
    if policy:
        document = json.loads(policy)
        document["Statement"] = [s for s in document["Statement"] if isinstance(s.get("Principal"), dict)]
        policy = json.dumps(document).encode()
    facts = {"name": target_bucket.name, "partition": target_bucket.partition, "policy": policy}
    return original(type("Bucket", (), facts), target_prefix)


def delete_key_group(response):
    response.backend.key_groups.pop(response._get_param("Id"))
    return EmptyResult()


budget_tags = {}


def create_budget(response, original=BudgetsResponse.create_budget):
    name = response._get_param("Budget")["BudgetName"]
    arn = f"arn:aws:budgets::{response._get_param('AccountId')}:budget/{name}"
    budget_tags[arn] = response._get_param("ResourceTags") or []
    return original(response)


def list_budget_tags(response):
    return json.dumps({"ResourceTags": budget_tags.get(response._get_param("ResourceARN"), [])})


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
    CloudFrontResponse.delete_key_group = delete_key_group
    CloudTrailResponse.describe_trails = describe_trails
    FakeBucket._log_permissions_enabled_policy = staticmethod(may_log)
    BudgetsResponse.describe_subscribers_for_notification = describe_subscribers
    BudgetsResponse.create_budget = create_budget
    BudgetsResponse.list_tags_for_resource = list_budget_tags
    BudgetsResponse.tag_resource = BudgetsResponse.untag_resource = lambda self: json.dumps({})
    IamResponse.list_service_specific_credentials = lambda self: ActionResult({"ServiceSpecificCredentials": []})
