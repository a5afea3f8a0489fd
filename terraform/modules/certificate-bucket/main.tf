# The bucket itself. Each concern has a file of its own, named after it.
data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.name

  # Made from the name, not read from the resource: so policies are whole in the plan, where they can be reviewed.
  bucket_arn = "arn:${local.partition}:s3:::${var.bucket_name}"

  # Where files are in the bucket, as src/storage/storage-key.ts makes keys, and where retired local copies go.
  file_prefixes  = ["pdf/", "images/"]
  retired_prefix = "_archive/"
}

resource "aws_s3_bucket" "certificates" {
  bucket              = var.bucket_name
  force_destroy       = var.force_destroy
  object_lock_enabled = var.object_lock != null
}

resource "aws_s3_bucket_versioning" "certificates" {
  bucket = aws_s3_bucket.certificates.id

  versioning_configuration {
    status = "Enabled"
  }
}

# ACLs are off: policies alone say who may do what.
resource "aws_s3_bucket_ownership_controls" "certificates" {
  bucket = aws_s3_bucket.certificates.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}
