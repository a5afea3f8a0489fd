"""Bodies must match the digests their headers promise."""

import base64
import hashlib
import io
import re
import zlib

from s3_error import S3Error

HEADERS = {
    "md5": "HTTP_CONTENT_MD5",
    "sha256": "HTTP_X_AMZ_CHECKSUM_SHA256",
    "sha1": "HTTP_X_AMZ_CHECKSUM_SHA1",
    "crc32": "HTTP_X_AMZ_CHECKSUM_CRC32",
}


def verify(env):
    promised = {name: env[variable] for name, variable in HEADERS.items() if env.get(variable)}
    payload = env.get("HTTP_X_AMZ_CONTENT_SHA256", "")
    payload = payload if re.fullmatch(r"[0-9a-f]{64}", payload) else None
    if not (promised or payload) or not env.get("CONTENT_LENGTH"):
        return
    body = env["wsgi.input"].read(int(env["CONTENT_LENGTH"]))
    env["wsgi.input"] = io.BytesIO(body)
    if payload and hashlib.sha256(body).hexdigest() != payload:
        raise S3Error("400 Bad Request", "XAmzContentSHA256Mismatch", "The body does not match its signed digest.")
    for name, value in promised.items():
        digest = zlib.crc32(body).to_bytes(4, "big") if name == "crc32" else hashlib.new(name, body).digest()
        if base64.b64encode(digest).decode() != value:
            raise S3Error(
                "400 Bad Request",
                "BadDigest",
                f"The {name} you specified did not match the calculated checksum.",
            )
        if name != "md5":  # moto stores a checksum only where the algorithm is named too
            env.setdefault("HTTP_X_AMZ_SDK_CHECKSUM_ALGORITHM", name.upper())
