resource "aws_s3_bucket_server_side_encryption_configuration" "certificates" {
  bucket = aws_s3_bucket.certificates.id

  rule {
    # Without a bucket key every object costs a KMS request at each read and write.
    bucket_key_enabled = local.own_key

    apply_server_side_encryption_by_default {
      sse_algorithm     = var.encryption
      kms_master_key_id = local.kms_key_arn
    }
  }
}
