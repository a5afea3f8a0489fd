"""moto_server with amendments, so that what it accepts and refuses is closer to AWS: signatures, expiry and clock skew are
checked for S3, bodies are held against their checksums, Deny statements with conditions count, older versions can be
restored, and the Terraform provider finds the calls it makes.

usage: python moto_plus -H 127.0.0.1 -p 5055        environment: MOTO_PLUS_KEYS="id=secret,id2=secret2"
"""

import datetime
from urllib.parse import unquote

import moto.server
from moto.s3.models import s3_backends
from werkzeug.serving import WSGIRequestHandler

import bucket_policy
import bucket_settings
import checksums
import restores
import sigv4
import terraform_calls
from s3_error import S3Error

ACCOUNT = "123456789012"

WSGIRequestHandler.protocol_version = "HTTP/1.1"  # keep-alive; by default each connection is closed


class Amended(moto.server.DomainDispatcherApplication):
    def __call__(self, env, start_response):
        raw_path, _, query_string = (env.get("RAW_URI") or env.get("REQUEST_URI") or "/").partition("?")
        query = [
            (unquote(name.replace("+", " ")), unquote(value.replace("+", " ")))
            for name, _, value in (pair.partition("=") for pair in query_string.split("&") if pair)
        ]
        names = {name for name, _ in query}
        is_s3 = "/s3/aws4_request" in env.get("HTTP_AUTHORIZATION", "") or "X-Amz-Signature" in names
        if not is_s3 or raw_path.startswith("/moto-api"):
            return super().__call__(env, start_response)
        try:
            key_id = sigv4.verify(env, query, raw_path, datetime.datetime.utcnow())
            checksums.verify(env)
            name, _, key = unquote(raw_path).lstrip("/").partition("/")
            bucket = s3_backends[ACCOUNT]["aws"].buckets.get(name)
            bucket_policy.check(bucket, key, names, env, key_id)
            if bucket and not key and bucket_settings.keeps(names):
                return bucket_settings.answer(env, name, query, start_response)
            if bucket and not key and "lifecycle" in names:
                start_response = bucket_settings.with_minimum_size(env, name, start_response)
        except S3Error as error:
            return error.answer(env, start_response)
        return super().__call__(env, start_response)


bucket_policy.install()
restores.install()
terraform_calls.install()
moto.server.DomainDispatcherApplication = Amended
moto.server.main()
