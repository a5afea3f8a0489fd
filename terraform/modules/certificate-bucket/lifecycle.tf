resource "aws_s3_bucket_lifecycle_configuration" "certificates" {
  bucket = aws_s3_bucket.certificates.id

  # Set explicitly, though the second is S3's default: a PDF of ours costs more to move than it ever saves, see
  # docs/costs.md.
  transition_default_minimum_object_size = var.move_small_files ? "varies_by_storage_class" : "all_storage_classes_128K"

  dynamic "rule" {
    for_each = toset(local.file_prefixes)

    content {
      id     = "certificates-${trimsuffix(rule.value, "/")}"
      status = "Enabled"

      filter {
        prefix = rule.value
      }

      transition {
        days          = var.infrequent_access_days
        storage_class = "STANDARD_IA"
      }

      transition {
        days          = var.archive_days
        storage_class = var.archive_storage_class
      }

      expiration {
        days = var.expiration_days
      }
    }
  }

  # Second copies of files that are in the bucket anyway: read in an emergency only, and not for seven years.
  rule {
    id     = "retired-copies"
    status = "Enabled"

    filter {
      prefix = local.retired_prefix
    }

    transition {
      days          = 30
      storage_class = var.archive_storage_class
    }

    expiration {
      days = var.retired_copy_days
    }
  }

  rule {
    id     = "old-versions"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 30
    }

    # A marker whose versions are all gone is only a name that listings stumble over.
    expiration {
      expired_object_delete_marker = true
    }
  }

  rule {
    id     = "unfinished-uploads"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  # Rules about versions need versioning to be on.
  depends_on = [aws_s3_bucket_versioning.certificates]
}
