resource "aws_kms_key" "replica" {
  count                   = local.own_key ? 1 : 0
  description             = "Copies of certificates in ${var.bucket_name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

resource "aws_s3_bucket_server_side_encryption_configuration" "replica" {
  bucket = aws_s3_bucket.replica.id

  rule {
    bucket_key_enabled = local.own_key

    apply_server_side_encryption_by_default {
      sse_algorithm     = var.encryption
      kms_master_key_id = one(aws_kms_key.replica[*].arn)
    }
  }
}
