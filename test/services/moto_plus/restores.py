"""Restores the version that is asked for; moto restores the current one whatever the version id says."""

from flask import request
from moto.s3.models import S3Backend


def install():
    get_object = S3Backend.get_object
    original = S3Backend.restore_object

    def restore_object(self, bucket_name, key_name, days, type_):
        version_id = request.args.get("versionId")
        if version_id is None:
            return original(self, bucket_name, key_name, days, type_)
        asked = _Asked(lambda: get_object(self, bucket_name, key_name, version_id=version_id))
        return original(asked, bucket_name, key_name, days, type_)

    S3Backend.restore_object = restore_object


class _Asked:
    """A backend that finds this version for every key."""

    def __init__(self, find):
        self._find = find

    def get_object(self, *_args, **_named):
        return self._find()
