# Every option, each with what it makes.
mock_provider "aws" {
  source = "./tests/mocks"
}

mock_provider "aws" {
  alias  = "global"
  source = "./tests/mocks"

  override_data {
    target = data.aws_region.current
    values = { name = "us-east-1" }
  }
}

variables {
  name            = "certstore-test"
  bucket_name     = "example-org-certificates"
  prevent_destroy = false
}

run "sse_kms" {
  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    encryption = "aws:kms"
  }

  assert {
    condition     = aws_kms_key.certificates[0].enable_key_rotation && aws_kms_key.certificates[0].deletion_window_in_days == 30
    error_message = "the key rotates, and goes no faster than it may"
  }

  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.certificates.rule).bucket_key_enabled && one(aws_s3_bucket_server_side_encryption_configuration.certificates.rule).apply_server_side_encryption_by_default[0].kms_master_key_id == aws_kms_key.certificates[0].arn
    error_message = "a bucket key, under the module's own key"
  }

  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.logs.rule).apply_server_side_encryption_by_default[0].sse_algorithm == "AES256"
    error_message = "logs stay with SSE-S3: log delivery cannot use the key"
  }

  assert {
    condition     = output.environment.AWS_S3_ENCRYPTION == "aws:kms" && output.environment.AWS_S3_KMS_KEY_ID == aws_kms_key.certificates[0].arn
    error_message = "the service learns of the key"
  }
}

run "key_is_guarded" {
  command = plan

  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    encryption      = "aws:kms"
    prevent_destroy = true
  }

  assert {
    condition     = length(terraform_data.key_guard) == 1
    error_message = "with its key the bucket would be lost"
  }
}

run "user" {
  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    principal = "user"
  }

  assert {
    condition     = aws_iam_user.service[0].name == "certstore-test-service" && length(aws_iam_role.service) == 0 && length(aws_iam_instance_profile.service) == 0
    error_message = "a user and no role"
  }
}

run "oidc" {
  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    principal = "oidc"
    oidc = {
      provider_arn = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE"
      subjects     = ["system:serviceaccount:certstore:api"]
    }
  }

  assert {
    condition     = length(aws_iam_role.service) == 1 && length(aws_iam_instance_profile.service) == 0
    error_message = "a role and no instance profile"
  }

  assert {
    condition     = one(data.aws_iam_policy_document.trust[0].statement).actions == toset(["sts:AssumeRoleWithWebIdentity"]) && toset([for condition in one(data.aws_iam_policy_document.trust[0].statement).condition : condition.variable]) == toset(["oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE:aud", "oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE:sub"])
    error_message = "trust for one audience and the named subjects"
  }
}

run "cors" {
  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    cors_allowed_origins = ["https://certificates.example.org"]
  }

  assert {
    condition     = one(aws_s3_bucket_cors_configuration.certificates[0].cors_rule).allowed_methods == toset(["GET", "HEAD"])
    error_message = "scripts may read, nothing else"
  }
}

run "retention" {
  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    infrequent_access_days = 60
    archive_days           = 180
    archive_storage_class  = "GLACIER_IR"
    expiration_days        = 3650
    move_small_files       = true
    retired_copy_days      = 200
  }

  assert {
    condition = alltrue([
      for rule in aws_s3_bucket_lifecycle_configuration.certificates.rule :
      rule.expiration[0].days == 3650 && { for move in rule.transition : move.days => move.storage_class } == { 60 = "STANDARD_IA", 180 = "GLACIER_IR" } if startswith(rule.id, "certificates-")
    ])
    error_message = "ages and class as given"
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.certificates.transition_default_minimum_object_size == "varies_by_storage_class"
    error_message = "small files move too"
  }
}

run "object_lock" {
  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    object_lock = { mode = "GOVERNANCE", days = 30 }
  }

  assert {
    condition     = aws_s3_bucket.certificates.object_lock_enabled && aws_s3_bucket_object_lock_configuration.certificates[0].rule[0].default_retention[0].mode == "GOVERNANCE"
    error_message = "locked from the start"
  }
}

run "replica" {
  module {
    source = "./modules/certificate-replica"
  }

  variables {
    bucket_name = "example-org-certificates-copy"
    encryption  = "aws:kms"
  }

  assert {
    condition     = aws_s3_bucket_versioning.replica.versioning_configuration[0].status == "Enabled" && output.replica.kms_key_arn != null
    error_message = "versioned, with a key of its own"
  }
}

run "replication" {
  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    encryption = "aws:kms"
    replica    = run.replica.replica
  }

  assert {
    condition     = one(aws_s3_bucket_replication_configuration.certificates[0].rule).delete_marker_replication[0].status == "Enabled" && one(aws_s3_bucket_replication_configuration.certificates[0].rule).source_selection_criteria[0].sse_kms_encrypted_objects[0].status == "Enabled"
    error_message = "delete markers and objects under KMS are replicated too"
  }
}

run "cloudfront" {
  module {
    source = "./modules/certificate-cdn"
  }

  providers = {
    aws = aws.global
  }

  variables {
    bucket_domain_name = "example-org-certificates.s3.eu-central-1.amazonaws.com"
    public_key_pem     = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n"
  }

  assert {
    condition     = one(one(aws_wafv2_web_acl.this.rule).statement).rate_based_statement[0].limit == 100 && one(one(aws_wafv2_web_acl.this.rule).statement).rate_based_statement[0].evaluation_window_sec == 60
    error_message = "100 requests a minute per address"
  }

  assert {
    condition     = aws_cloudfront_distribution.this.default_cache_behavior[0].trusted_key_groups == tolist([aws_cloudfront_key_group.this.id]) && aws_cloudfront_distribution.this.web_acl_id == aws_wafv2_web_acl.this.arn
    error_message = "signed cookies only, behind the rate rule"
  }
}

run "trail_mail_and_thresholds" {
  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    cloudtrail_data_events       = true
    cloudfront_distribution_arns = { site = run.cloudfront.distribution_arn }
    alarm_emails                 = ["on-call@example.org", "second@example.org"]
    thresholds                   = { upload_failures = 9 }
    monthly_budget_usd           = 10
    log_retention_days           = 30
    storage_mode                 = "dual"
    url_life_seconds             = 900
    require_encryption_header    = false
    runbook_url                  = "https://wiki.example.org/certstore"
  }

  assert {
    condition     = aws_cloudtrail.objects[0].enable_log_file_validation && length(aws_sns_topic_subscription.email) == 2
    error_message = "the trail is signed, everyone gets mail"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["upload-failures"].threshold == 9 && aws_cloudwatch_metric_alarm.this["download-volume"].threshold == 10000
    error_message = "one threshold changed, the others as they were"
  }

  assert {
    condition     = strcontains(aws_cloudwatch_metric_alarm.this["copies-owed"].alarm_description, "https://wiki.example.org/certstore/alarms/copies-owed.md")
    error_message = "alarms link to where the runbooks are read"
  }

  assert {
    condition     = output.environment.USE_S3_FOR_CERTS == "dual" && output.environment.AWS_QUERYSTRING_EXPIRE == "900" && aws_budgets_budget.monthly.limit_amount == "10" && one(aws_s3_bucket_lifecycle_configuration.logs.rule).expiration[0].days == 30
    error_message = "the rest as given"
  }
}
