output "replica" {
  description = "Value for replica in modules/certificate-bucket."
  value = {
    bucket_arn  = aws_s3_bucket.replica.arn
    kms_key_arn = one(aws_kms_key.replica[*].arn)
    object_lock = var.object_lock
  }
}
