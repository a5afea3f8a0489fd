class S3Error(Exception):
    def __init__(self, status, code, message):
        self.status, self.code, self.message = status, code, message

    def answer(self, env, start_response):
        env["wsgi.input"].read(int(env.get("CONTENT_LENGTH") or 0))  # or the next request would begin with this body
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f"<Error><Code>{self.code}</Code><Message>{self.message}</Message><RequestId>PLUS</RequestId></Error>"
        ).encode()
        headers = [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))]
        start_response(self.status, headers)
        return [b"" if env["REQUEST_METHOD"] == "HEAD" else body]
