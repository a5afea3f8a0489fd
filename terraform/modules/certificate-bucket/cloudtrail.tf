# Who read and wrote which file: the access log is best effort and may lose lines, CloudTrail is complete and signed.
locals {
  trail_name = "${var.name}-objects"
  trail_arn  = "arn:${local.partition}:cloudtrail:${local.region}:${local.account}:trail/${local.trail_name}"
}

resource "aws_cloudtrail" "objects" {
  count          = var.cloudtrail_data_events ? 1 : 0
  name           = local.trail_name
  s3_bucket_name = aws_s3_bucket.logs.id
  s3_key_prefix  = "cloudtrail"

  enable_log_file_validation    = true
  include_global_service_events = false

  advanced_event_selector {
    name = "Every object of the certificates bucket"

    field_selector {
      field  = "eventCategory"
      equals = ["Data"]
    }

    field_selector {
      field  = "resources.type"
      equals = ["AWS::S3::Object"]
    }

    field_selector {
      field       = "resources.ARN"
      starts_with = ["${local.bucket_arn}/"]
    }
  }

  # CloudTrail checks that it may write before it says yes.
  depends_on = [aws_s3_bucket_policy.logs]
}

data "aws_iam_policy_document" "cloudtrail_delivery" {
  dynamic "statement" {
    for_each = var.cloudtrail_data_events ? {
      CloudTrailAcl      = { action = "s3:GetBucketAcl", resource = local.log_bucket_arn }
      CloudTrailDelivery = { action = "s3:PutObject", resource = "${local.log_bucket_arn}/cloudtrail/AWSLogs/${local.account}/*" }
    } : {}

    content {
      sid       = statement.key
      actions   = [statement.value.action]
      resources = [statement.value.resource]

      principals {
        type        = "Service"
        identifiers = ["cloudtrail.amazonaws.com"]
      }

      condition {
        test     = "StringEquals"
        variable = "aws:SourceArn"
        values   = [local.trail_arn]
      }
    }
  }
}
