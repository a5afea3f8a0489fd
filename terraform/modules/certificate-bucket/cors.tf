# A browser follows the service's redirect without CORS; only a script that fetches the URL itself needs this.
resource "aws_s3_bucket_cors_configuration" "certificates" {
  count  = length(var.cors_allowed_origins) > 0 ? 1 : 0
  bucket = aws_s3_bucket.certificates.id

  cors_rule {
    allowed_methods = ["GET", "HEAD"]
    allowed_origins = var.cors_allowed_origins
    allowed_headers = ["Range", "If-None-Match", "If-Match"]
    expose_headers  = ["ETag", "Content-Length", "Content-Range", "Content-Disposition", "Accept-Ranges"]
    max_age_seconds = 3600
  }
}
