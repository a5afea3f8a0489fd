# Copies every object to the bucket of modules/certificate-replica. Deleting a version is never replicated by S3: the
# erasure runbook has a step for the replica.
resource "aws_s3_bucket_replication_configuration" "certificates" {
  count  = var.replica == null ? 0 : 1
  bucket = aws_s3_bucket.certificates.id
  role   = aws_iam_role.replication[0].arn

  rule {
    id     = "everything"
    status = "Enabled"

    filter {}

    delete_marker_replication {
      status = "Enabled"
    }

    dynamic "source_selection_criteria" {
      for_each = local.own_key ? [1] : []

      content {
        sse_kms_encrypted_objects {
          status = "Enabled"
        }
      }
    }

    destination {
      bucket = var.replica.bucket_arn

      dynamic "encryption_configuration" {
        for_each = var.replica.kms_key_arn == null ? [] : [var.replica.kms_key_arn]

        content {
          replica_kms_key_id = encryption_configuration.value
        }
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.certificates]
}

resource "aws_iam_role" "replication" {
  count              = var.replica == null ? 0 : 1
  name               = "${var.name}-replication"
  assume_role_policy = data.aws_iam_policy_document.replication_trust.json
}

# Without a condition on aws:SourceAccount, as in AWS's own documentation: nothing says that S3 fills it when it assumes this
# role, and where it did not, nothing would be replicated. Other accounts can't hand S3 this role in any case: iam:PassRole
# ends at the account's border.
data "aws_iam_policy_document" "replication_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["s3.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "replication" {
  count  = var.replica == null ? 0 : 1
  name   = "replicate"
  role   = aws_iam_role.replication[0].id
  policy = data.aws_iam_policy_document.replication[0].json
}

data "aws_iam_policy_document" "replication" {
  count = var.replica == null ? 0 : 1

  statement {
    sid       = "ReadConfiguration"
    actions   = ["s3:GetReplicationConfiguration", "s3:ListBucket"]
    resources = [local.bucket_arn]
  }

  statement {
    sid       = "ReadVersions"
    actions   = ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging", "s3:GetObjectRetention", "s3:GetObjectLegalHold"]
    resources = ["${local.bucket_arn}/*"]
  }

  statement {
    sid       = "WriteReplicas"
    actions   = ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"]
    resources = ["${var.replica.bucket_arn}/*"]
  }

  dynamic "statement" {
    for_each = local.own_key ? [1] : []

    content {
      sid       = "DecryptSource"
      actions   = ["kms:Decrypt"]
      resources = [local.kms_key_arn]
    }
  }

  dynamic "statement" {
    for_each = var.replica.kms_key_arn == null ? [] : [var.replica.kms_key_arn]

    content {
      sid       = "EncryptReplica"
      actions   = ["kms:Encrypt", "kms:GenerateDataKey"]
      resources = [statement.value]
    }
  }
}
