# No statement at all where there is no distribution.
data "aws_iam_policy_document" "cloudfront_reads" {
  dynamic "statement" {
    for_each = length(var.cloudfront_distribution_arns) > 0 ? [values(var.cloudfront_distribution_arns)] : []

    content {
      sid       = "CloudFrontReads"
      actions   = ["s3:GetObject"]
      resources = [for prefix in local.file_prefixes : "${local.bucket_arn}/${prefix}*"]

      principals {
        type        = "Service"
        identifiers = ["cloudfront.amazonaws.com"]
      }

      condition {
        test     = "StringEquals"
        variable = "aws:SourceArn"
        values   = statement.value
      }
    }
  }
}
