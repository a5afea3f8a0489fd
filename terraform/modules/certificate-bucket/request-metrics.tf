# S3 publishes request metrics (4xxErrors, FirstByteLatency, …) only for a configuration like this; its name is the
# metrics' dimension FilterId.
resource "aws_s3_bucket_metric" "certificates" {
  bucket = aws_s3_bucket.certificates.id
  name   = "EntireBucket"
}
