# Access logs of the certificates bucket, and CloudTrail's files. A bucket of its own: a bucket that logs into itself
# logs its own logging without end.
locals {
  log_bucket_name = "${var.bucket_name}-logs"
  log_bucket_arn  = "arn:${local.partition}:s3:::${local.log_bucket_name}"
}

resource "aws_s3_bucket" "logs" {
  bucket = local.log_bucket_name
  # Nothing here outlives 90 days anyway.
  force_destroy = !var.prevent_destroy
}

resource "aws_s3_bucket_public_access_block" "logs" {
  bucket = aws_s3_bucket.logs.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "logs" {
  bucket = aws_s3_bucket.logs.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

# SSE-S3 whatever the certificates have: S3's log delivery cannot write under a KMS key.
resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id

  transition_default_minimum_object_size = "all_storage_classes_128K"

  rule {
    id     = "expire"
    status = "Enabled"

    filter {}

    expiration {
      days = var.log_retention_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = data.aws_iam_policy_document.logs.json

  depends_on = [aws_s3_bucket_public_access_block.logs]
}

data "aws_iam_policy_document" "logs" {
  source_policy_documents = [
    data.aws_iam_policy_document.logs_tls_only.json,
    data.aws_iam_policy_document.access_log_delivery.json,
    data.aws_iam_policy_document.cloudtrail_delivery.json,
  ]
}

data "aws_iam_policy_document" "logs_tls_only" {
  statement {
    sid       = "DenyPlainHttp"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [local.log_bucket_arn, "${local.log_bucket_arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}
