"""Settings of a bucket that moto does not know (metrics configurations) or keeps only half of (replication, lifecycle)."""

from s3_error import S3Error

MINIMUM_SIZE = "x-amz-transition-default-minimum-object-size"
DEFAULT_SIZE = "all_storage_classes_128K"

settings = {}


def keeps(names):
    return "metrics" in names or "replication" in names


def answer(env, bucket, query, start_response):
    """PUT, GET and DELETE of a setting that is given back as it was sent."""
    setting = (bucket, dict(query).get("id", "replication"))
    method, body = env["REQUEST_METHOD"], b""
    if method == "PUT":
        settings[setting] = env["wsgi.input"].read(int(env.get("CONTENT_LENGTH") or 0))
    elif method == "DELETE":
        settings.pop(setting, None)
    elif setting in settings:
        body = settings[setting]
    else:
        code = "ReplicationConfigurationNotFoundError" if setting[1] == "replication" else "NoSuchConfiguration"
        raise S3Error("404 Not Found", code, "The specified configuration does not exist.")
    status = "204 No Content" if method == "DELETE" else "200 OK"
    start_response(status, [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
    return [body]


def with_minimum_size(env, bucket, start_response):
    """Gives back the minimum size that a lifecycle was put with; moto always names the default."""
    setting = (bucket, MINIMUM_SIZE)
    if env["REQUEST_METHOD"] == "PUT":
        settings[setting] = env.get("HTTP_" + MINIMUM_SIZE.upper().replace("-", "_"), DEFAULT_SIZE)

    def start(status, headers, *rest):
        others = [header for header in headers if header[0].lower() != MINIMUM_SIZE]
        return start_response(status, [*others, (MINIMUM_SIZE, settings.get(setting, DEFAULT_SIZE))], *rest)

    return start
