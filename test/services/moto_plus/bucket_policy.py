"""Deny statements with conditions. moto takes an unmet condition for a Deny; here conditions are evaluated as IAM's
documentation says, and moto judges only the statements without one."""

import json
import re

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket

import sigv4
from s3_error import S3Error

VERBS = {"GET": "Get", "HEAD": "Get", "PUT": "Put", "POST": "Put", "DELETE": "Delete"}


def install():
    FakeBucket.get_permission = unconditional_permission


def unconditional_permission(bucket, action, resource):
    if bucket.policy is None:
        return PermissionResult.NEUTRAL
    policy = json.loads(bucket.policy)
    policy["Statement"] = [one for one in as_list(policy["Statement"]) if "Condition" not in one]
    if not policy["Statement"]:
        return PermissionResult.NEUTRAL
    return IAMPolicy(json.dumps(policy)).is_action_permitted(action, resource)


def check(bucket, key, query_names, env, key_id):
    """Raises S3Error where a conditional Deny of the bucket's policy applies to this request."""
    if not bucket or not bucket.policy:
        return
    if "policy" in query_names and not key and key_id in sigv4.KEYS:
        return  # as AWS lets an account's root out of any policy
    action = action_of(env["REQUEST_METHOD"], key, query_names)
    arn = f"arn:aws:s3:::{bucket.name}" + (f"/{key}" if key else "")
    context = context_of(env, action, query_names, key_id)
    for statement in as_list(json.loads(bucket.policy)["Statement"]):
        if denies(statement, action, arn) and all(
            holds(operator, name, wanted, context)
            for operator, conditions in statement["Condition"].items()
            for name, wanted in conditions.items()
        ):
            raise S3Error("403 Forbidden", "AccessDenied", "Access Denied")


def action_of(method, key, query_names):
    if key:
        return "s3:RestoreObject" if "restore" in query_names else f"s3:{VERBS.get(method, method)}Object"
    if "policy" in query_names:
        return f"s3:{VERBS.get(method, method)}BucketPolicy"
    return "s3:ListBucket" if method in ("GET", "HEAD") else f"s3:{VERBS.get(method, method)}Bucket"


def context_of(env, action, query_names, key_id):
    context = {"aws:securetransport": str(env.get("wsgi.url_scheme") == "https").lower()}
    if key_id:
        context.update({"aws:principalarn": sigv4.principal_arn(key_id), "aws:principalisawsservice": "false"})
    for name, value in env.items():
        if name.startswith("HTTP_X_AMZ_"):
            context["s3:" + name[5:].lower().replace("_", "-")] = value
    if action == "s3:PutObject" and "uploadId" in query_names:
        # AWS judges this when the upload in parts is created
        context.setdefault("s3:x-amz-server-side-encryption", "AES256")
    return context


def denies(statement, action, arn):
    return (
        statement["Effect"] == "Deny"
        and "Condition" in statement
        and statement.get("Principal") in ("*", {"AWS": "*"})
        and any(matches(one.lower(), action.lower()) for one in as_list(statement["Action"]))
        and any(matches(one, arn) for one in as_list(statement["Resource"]))
    )


def holds(operator, name, wanted, context):
    got = context.get(name.lower())
    wanted = [str(one) for one in as_list(wanted)]
    if operator == "Null":
        return (got is None) == (wanted[0].lower() == "true")
    if operator.endswith("IfExists"):
        if got is None:
            return True
        operator = operator[: -len("IfExists")]
    negated = "Not" in operator
    if got is None:
        return negated  # a negated operator matches a key that is absent
    tests = {
        "String": lambda one: one == got,
        "StringLike": lambda one: matches(one, got),
        "Arn": lambda one: matches(one, got),
        "ArnLike": lambda one: matches(one, got),
        "Bool": lambda one: one.lower() == got.lower(),
        "NumericGreaterThan": lambda one: float(got) > float(one),
        "NumericLessThan": lambda one: float(got) < float(one),
    }
    test = tests.get(operator.replace("Not", "").replace("Equals", ""))
    if test is None:
        raise NotImplementedError(f"condition operator {operator}")
    return any(map(test, wanted)) != negated


def matches(pattern, text):
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), text) is not None


def as_list(value):
    return value if isinstance(value, list) else [value]
