locals {
  own_key     = var.encryption == "aws:kms"
  kms_key_arn = one(aws_kms_key.certificates[*].arn)
}

resource "aws_kms_key" "certificates" {
  count                   = local.own_key ? 1 : 0
  description             = "Certificates of ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

resource "aws_kms_alias" "certificates" {
  count         = local.own_key ? 1 : 0
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.certificates[0].key_id
}

resource "aws_kms_key_policy" "certificates" {
  count  = local.own_key ? 1 : 0
  key_id = aws_kms_key.certificates[0].key_id
  policy = data.aws_iam_policy_document.kms_key.json
}

data "aws_iam_policy_document" "kms_key" {
  # The account's IAM policies decide, as for every other resource; without it nobody could ever change the key.
  statement {
    sid       = "AccountDecidesByIam"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${local.partition}:iam::${local.account}:root"]
    }
  }

  dynamic "statement" {
    for_each = length(var.cloudfront_distribution_arns) > 0 ? [values(var.cloudfront_distribution_arns)] : []

    content {
      sid       = "CloudFrontReads"
      actions   = ["kms:Decrypt"]
      resources = ["*"]

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
