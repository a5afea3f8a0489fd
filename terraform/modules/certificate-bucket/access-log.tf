resource "aws_s3_bucket_logging" "certificates" {
  bucket        = aws_s3_bucket.certificates.id
  target_bucket = aws_s3_bucket.logs.id
  target_prefix = "access/"

  # S3 tries the delivery when logging is switched on, and refuses if it may not write.
  depends_on = [aws_s3_bucket_policy.logs]
}

data "aws_iam_policy_document" "access_log_delivery" {
  statement {
    sid       = "AccessLogDelivery"
    actions   = ["s3:PutObject"]
    resources = ["${local.log_bucket_arn}/access/*"]

    principals {
      type        = "Service"
      identifiers = ["logging.s3.amazonaws.com"]
    }

    # Otherwise any bucket of any account could have its log written here.
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [local.bucket_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}
