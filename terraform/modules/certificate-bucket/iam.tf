# What the service may do: exactly what it does. test/terraform/service-policy.spec.ts records its requests and fails
# if this refuses one of them, or permits something that none of them needs.
data "aws_iam_policy_document" "service" {
  source_policy_documents = [
    data.aws_iam_policy_document.service_bucket.json,
    data.aws_iam_policy_document.service_files.json,
    data.aws_iam_policy_document.service_key.json,
    data.aws_iam_policy_document.service_log.json,
  ]
}

data "aws_iam_policy_document" "service_bucket" {
  # Without ListBucket S3 answers 403 instead of 404 for a file that is not there.
  statement {
    sid       = "ListFiles"
    actions   = ["s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"]
    resources = [local.bucket_arn]
  }
}

data "aws_iam_policy_document" "service_files" {
  statement {
    sid       = "ReadFiles"
    actions   = ["s3:GetObject", "s3:RestoreObject"]
    resources = local.file_arns
  }

  # The only statement with this condition: a read or a delete carries no encryption header, and would never match.
  statement {
    sid       = "WriteEncryptedFiles"
    actions   = ["s3:PutObject"]
    resources = local.file_arns

    condition {
      # IfExists for the parts of a multipart upload, which carry no header; the bucket policy demands one at its start.
      test     = "StringEqualsIfExists"
      variable = "s3:x-amz-server-side-encryption"
      values   = [var.encryption]
    }
  }

  # Tags are written by the upload itself, which needs this beside PutObject. Deleting a version is what erasure is.
  statement {
    sid       = "TagAndRemoveFiles"
    actions   = ["s3:PutObjectTagging", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:AbortMultipartUpload"]
    resources = local.file_arns
  }
}

locals {
  file_arns = [for prefix in concat(local.file_prefixes, [local.retired_prefix]) : "${local.bucket_arn}/${prefix}*"]
}

data "aws_iam_policy_document" "service_key" {
  dynamic "statement" {
    for_each = local.own_key ? [local.kms_key_arn] : []

    content {
      sid       = "UseKeyThroughS3"
      actions   = ["kms:GenerateDataKey", "kms:Decrypt"]
      resources = [statement.value]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["s3.${local.region}.${data.aws_partition.current.dns_suffix}"]
      }
    }
  }
}
