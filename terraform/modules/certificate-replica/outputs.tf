output "replica" {
  description = "What modules/certificate-bucket takes as replica."
  value = {
    bucket_arn  = aws_s3_bucket.replica.arn
    kms_key_arn = one(aws_kms_key.replica[*].arn)
    object_lock = var.object_lock
  }
}
