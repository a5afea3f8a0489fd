"""AWS Signature Version 4, of headers and of presigned URLs."""

import datetime
import hashlib
import hmac
import os
from urllib.parse import quote

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from s3_error import S3Error

ACCOUNT = "123456789012"
KEYS = dict(pair.split("=", 1) for pair in os.environ.get("MOTO_PLUS_KEYS", "test=test").split(","))
SKEW = datetime.timedelta(minutes=15)


def verify(env, query, raw_path, now):
    """Returns the id of the key that signed. Raises S3Error unless it is known, in time, and over what was sent."""
    given = dict(query)
    authorization = env.get("HTTP_AUTHORIZATION", "")
    if "X-Amz-Signature" in given:
        credential, date, signature, signed, payload = presigned(given, now)
    elif authorization.startswith("AWS4-HMAC-SHA256"):
        fields = dict(part.strip().split("=", 1) for part in authorization[16:].split(","))
        date, payload = header(env, "x-amz-date"), header(env, "x-amz-content-sha256")
        credential, signature, signed = fields["Credential"], fields["Signature"], fields["SignedHeaders"]
        if abs(now - parse(date)) > SKEW:
            raise S3Error(
                "403 Forbidden",
                "RequestTimeTooSkewed",
                "The difference between the request time and the server's time is too large.",
            )
    else:
        return None

    key_id, day, region, service, _ = credential.split("/")
    pairs = sorted((encode(name), encode(value)) for name, value in query if name != "X-Amz-Signature")
    canonical = "\n".join(
        [
            env["REQUEST_METHOD"],
            raw_path,
            "&".join(f"{name}={value}" for name, value in pairs),
            "".join(f"{name}:{' '.join(header(env, name).split())}\n" for name in signed.split(";")),
            signed,
            payload,
        ]
    )
    scope = f"{day}/{region}/{service}/aws4_request"
    to_sign = "\n".join(["AWS4-HMAC-SHA256", date, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + secret_of(key_id)).encode()
    for part in (day, region, service, "aws4_request", to_sign):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    if not hmac.compare_digest(key.hex(), signature):
        raise S3Error(
            "403 Forbidden",
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided.",
        )
    return key_id


def presigned(given, now):
    life = int(given.get("X-Amz-Expires") or 0)
    if not 1 <= life <= 604800:
        raise S3Error(
            "400 Bad Request",
            "AuthorizationQueryParametersError",
            "X-Amz-Expires must be between 1 and 604800 seconds",
        )
    date = given["X-Amz-Date"]
    if now > parse(date) + datetime.timedelta(seconds=life):
        raise S3Error("403 Forbidden", "AccessDenied", "Request has expired")
    if parse(date) > now + SKEW:
        raise S3Error("403 Forbidden", "AccessDenied", "Request is not yet valid")
    return given["X-Amz-Credential"], date, given["X-Amz-Signature"], given["X-Amz-SignedHeaders"], "UNSIGNED-PAYLOAD"


def secret_of(key_id):
    if key_id in KEYS:
        return KEYS[key_id]
    for user in iam_backends[ACCOUNT]["aws"].users.values():
        for key in user.access_keys:
            if key.access_key_id == key_id and key.status == "Active":
                return key.secret_access_key
    for role in sts_backends[ACCOUNT]["aws"].assumed_roles:
        if role.access_key_id == key_id:
            return role.secret_access_key
    raise S3Error(
        "403 Forbidden",
        "InvalidAccessKeyId",
        "The AWS Access Key Id you provided does not exist in our records.",
    )


def principal_arn(key_id):
    """What aws:PrincipalArn holds: for a session its role's ARN. The keys of MOTO_PLUS_KEYS are the user moto's."""
    for user in iam_backends[ACCOUNT]["aws"].users.values():
        if any(key.access_key_id == key_id for key in user.access_keys):
            return user.arn
    for role in sts_backends[ACCOUNT]["aws"].assumed_roles:
        if role.access_key_id == key_id:
            return role.role_arn
    return f"arn:aws:iam::{ACCOUNT}:user/moto"


def parse(date):
    return datetime.datetime.strptime(date, "%Y%m%dT%H%M%SZ")


def encode(text):
    return quote(text, safe="-_.~")


def header(env, name):
    if name in ("content-type", "content-length"):
        return env.get(name.upper().replace("-", "_"), "")
    return env.get("HTTP_" + name.upper().replace("-", "_"), "")
