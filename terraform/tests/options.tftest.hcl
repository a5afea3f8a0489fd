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

  assert {
    condition     = { for condition in one(data.aws_iam_policy_document.trust[0].statement).condition : reverse(split(":", condition.variable))[0] => join(" ", concat([condition.test], condition.values)) } == { aud = "StringEquals sts.amazonaws.com", sub = "StringLike system:serviceaccount:certstore:api" }
    error_message = "the audience is STS unless said otherwise"
  }

  assert {
    condition     = one(one(data.aws_iam_policy_document.trust[0].statement).principals).identifiers == toset(["arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE"])
    error_message = "trust for that provider alone"
  }
}

run "oidc_of_a_ci_job" {
  command = plan

  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    principal = "oidc"
    oidc = {
      provider_arn = "arn:aws:iam::123456789012:oidc-provider/ci.example.org"
      subjects     = ["repo:example/certificates:environment:production", "repo:example/certificates:environment:staging"]
      audience     = "https://ci.example.org"
    }
  }

  assert {
    condition     = { for condition in one(data.aws_iam_policy_document.trust[0].statement).condition : condition.variable => toset(condition.values) } == { "ci.example.org:aud" = toset(["https://ci.example.org"]), "ci.example.org:sub" = toset(["repo:example/certificates:environment:production", "repo:example/certificates:environment:staging"]) }
    error_message = "the audience given, and every subject"
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

  assert {
    condition     = one(aws_s3_bucket_cors_configuration.certificates[0].cors_rule).allowed_origins == toset(["https://certificates.example.org"]) && length(setsubtract(["ETag", "Content-Disposition", "Content-Range"], one(aws_s3_bucket_cors_configuration.certificates[0].cors_rule).expose_headers)) == 0
    error_message = "from that origin alone, and they see the file's name and range"
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
    condition = one([
      for rule in aws_s3_bucket_lifecycle_configuration.certificates.rule : rule.expiration[0].days == 200 && one(rule.transition).storage_class == "GLACIER_IR" if rule.filter[0].prefix == "_archive/"
    ])
    error_message = "retired copies go after their own days, in the same class"
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
    condition     = aws_s3_bucket.certificates.object_lock_enabled && aws_s3_bucket_object_lock_configuration.certificates[0].rule[0].default_retention[0].mode == "GOVERNANCE" && aws_s3_bucket_object_lock_configuration.certificates[0].rule[0].default_retention[0].days == 30
    error_message = "locked from the start, for 30 days"
  }
}

run "replica" {
  module {
    source = "./modules/certificate-replica"
  }

  variables {
    bucket_name     = "example-org-certificates-copy"
    encryption      = "aws:kms"
    expiration_days = 3650
    force_destroy   = true
    object_lock     = true
  }

  override_resource {
    target = aws_s3_bucket.replica
    values = { arn = "arn:aws:s3:::example-org-certificates-copy" }
  }

  assert {
    condition     = aws_s3_bucket_versioning.replica.versioning_configuration[0].status == "Enabled" && output.replica.kms_key_arn != null && aws_kms_key.replica[0].enable_key_rotation
    error_message = "versioned, with a key of its own that rotates"
  }

  assert {
    condition     = aws_s3_bucket_public_access_block.replica.restrict_public_buckets && aws_s3_bucket_public_access_block.replica.block_public_policy && aws_s3_bucket_ownership_controls.replica.rule[0].object_ownership == "BucketOwnerEnforced" && one(data.aws_iam_policy_document.tls_only.statement).effect == "Deny"
    error_message = "private and TLS only, as the source"
  }

  assert {
    condition     = one(aws_s3_bucket_lifecycle_configuration.replica.rule).expiration[0].days == 3650 && one(aws_s3_bucket_lifecycle_configuration.replica.rule).noncurrent_version_expiration[0].noncurrent_days == 30
    error_message = "copies expire by a rule of their own: S3 replicates no lifecycle deletion"
  }

  assert {
    condition     = aws_s3_bucket.replica.force_destroy
    error_message = "destroyed with its files where that is asked for"
  }

  assert {
    condition     = aws_s3_bucket.replica.object_lock_enabled && output.replica.object_lock
    error_message = "takes locked files, and says so to the source"
  }
}

run "replica_by_default" {
  module {
    source = "./modules/certificate-replica"
  }

  variables {
    bucket_name = "example-org-certificates-copy"
  }

  assert {
    condition     = !aws_s3_bucket.replica.force_destroy && !aws_s3_bucket.replica.object_lock_enabled && output.replica.kms_key_arn == null && one(aws_s3_bucket_lifecycle_configuration.replica.rule).expiration[0].days == 2555
    error_message = "kept, SSE-S3, seven years"
  }
}

run "replication" {
  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    encryption  = "aws:kms"
    replica     = run.replica.replica
    object_lock = { mode = "COMPLIANCE", days = 1 }
  }

  assert {
    condition     = one(aws_s3_bucket_replication_configuration.certificates[0].rule).delete_marker_replication[0].status == "Enabled" && one(aws_s3_bucket_replication_configuration.certificates[0].rule).source_selection_criteria[0].sse_kms_encrypted_objects[0].status == "Enabled"
    error_message = "delete markers and objects under KMS are replicated too"
  }

  assert {
    condition     = one(aws_s3_bucket_replication_configuration.certificates[0].rule).destination[0].bucket == "arn:aws:s3:::example-org-certificates-copy" && one(aws_s3_bucket_replication_configuration.certificates[0].rule).destination[0].encryption_configuration[0].replica_kms_key_id == run.replica.replica.kms_key_arn
    error_message = "to the replica, under its own key"
  }

  assert {
    condition     = { for statement in data.aws_iam_policy_document.replication[0].statement : statement.sid => statement.resources }["WriteReplicas"] == toset(["arn:aws:s3:::example-org-certificates-copy/*"]) && length(setsubtract(["DecryptSource", "EncryptReplica"], [for statement in data.aws_iam_policy_document.replication[0].statement : statement.sid])) == 0
    error_message = "replication may write there alone, and use both keys"
  }

  assert {
    condition     = length(one(data.aws_iam_policy_document.replication_trust.statement).condition) == 0
    error_message = "S3 gets the role by its name alone, as documented"
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
    public_key_pem     = file("tests/public-key.pem")
  }

  assert {
    condition     = one(one(aws_wafv2_web_acl.this.rule).statement).rate_based_statement[0].limit == 100 && one(one(aws_wafv2_web_acl.this.rule).statement).rate_based_statement[0].evaluation_window_sec == 60
    error_message = "100 requests a minute per address"
  }

  assert {
    condition     = aws_cloudfront_distribution.this.default_cache_behavior[0].trusted_key_groups == tolist([aws_cloudfront_key_group.this.id]) && aws_cloudfront_distribution.this.web_acl_id == aws_wafv2_web_acl.this.arn
    error_message = "signed cookies only, behind the rate rule"
  }

  assert {
    condition     = one(aws_wafv2_web_acl.this.rule).action[0].block[0].custom_response[0].response_code == 429 && one(one(aws_wafv2_web_acl.this.rule).statement).rate_based_statement[0].aggregate_key_type == "IP"
    error_message = "above it an address hears 429"
  }

  assert {
    condition     = one(aws_cloudfront_distribution.this.origin).domain_name == "example-org-certificates.s3.eu-central-1.amazonaws.com" && aws_cloudfront_distribution.this.default_cache_behavior[0].viewer_protocol_policy == "https-only" && aws_cloudfront_origin_access_control.this.signing_behavior == "always" && aws_cloudfront_distribution.this.price_class == "PriceClass_100"
    error_message = "signed requests to the bucket, HTTPS to people, cheapest edge locations"
  }
}

run "cloudfront_elsewhere" {
  module {
    source = "./modules/certificate-cdn"
  }

  providers = {
    aws = aws.global
  }

  variables {
    bucket_domain_name  = "example-org-certificates.s3.cn-north-1.amazonaws.com.cn"
    public_key_pem      = file("tests/public-key.pem")
    requests_per_minute = 20
    price_class         = "PriceClass_All"
  }

  assert {
    condition     = one(one(aws_wafv2_web_acl.this.rule).statement).rate_based_statement[0].limit == 20 && aws_cloudfront_distribution.this.price_class == "PriceClass_All"
    error_message = "rate and edge locations as given"
  }
}

run "cloudfront_reads_the_bucket" {
  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    encryption                   = "aws:kms"
    cloudfront_distribution_arns = { site = run.cloudfront.distribution_arn }
  }

  assert {
    condition     = one(data.aws_iam_policy_document.cloudfront_reads.statement).actions == toset(["s3:GetObject"]) && one(data.aws_iam_policy_document.cloudfront_reads.statement).resources == toset(["arn:aws:s3:::example-org-certificates/pdf/*", "arn:aws:s3:::example-org-certificates/images/*"])
    error_message = "CloudFront reads certificates, nothing retired"
  }

  assert {
    condition = alltrue([
      for statement in [one(data.aws_iam_policy_document.cloudfront_reads.statement), one([for statement in data.aws_iam_policy_document.kms_key.statement : statement if statement.sid == "CloudFrontReads"])] :
      one(statement.principals).identifiers == toset(["cloudfront.amazonaws.com"]) && one(statement.condition).variable == "aws:SourceArn" && one(statement.condition).values == tolist([run.cloudfront.distribution_arn])
    ])
    error_message = "that distribution alone, for the files as for their key"
  }
}

run "uploads_without_a_header" {
  command = plan

  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    require_encryption_header = false
  }

  assert {
    condition = one([
      for statement in data.aws_iam_policy_document.encrypted_only.statement :
      { for condition in statement.condition : condition.test => one(condition.values) } == { StringNotEquals = "AES256", Null = "false" } if statement.sid == "DenyOtherEncryption"
    ])
    error_message = "only a wrong header is refused"
  }
}

run "disposable" {
  command = plan

  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    force_destroy = true
  }

  assert {
    condition     = aws_s3_bucket.certificates.force_destroy && aws_s3_bucket.logs.force_destroy && length(terraform_data.bucket_guard) == 0
    error_message = "both buckets go with what is in them"
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
    thresholds = {
      upload_failures        = 9
      client_error_percent   = 8
      server_error_percent   = 7
      first_byte_ms          = 600
      downloads_per_hour     = 500
      deletions_per_hour     = 6
      object_drop_percent    = 4
      migration_fail_percent = 3
    }
    monthly_budget_usd        = 10
    log_retention_days        = 30
    storage_mode              = "dual"
    url_life_seconds          = 900
    require_encryption_header = false
    runbook_url               = "https://wiki.example.org/certstore"
  }

  assert {
    condition     = aws_cloudtrail.objects[0].enable_log_file_validation && length(aws_sns_topic_subscription.email) == 2
    error_message = "the trail is signed, everyone gets mail"
  }

  assert {
    condition     = { for selector in one(aws_cloudtrail.objects[0].advanced_event_selector).field_selector : selector.field => coalescelist(selector.equals, selector.starts_with)[0] } == { eventCategory = "Data", "resources.type" = "AWS::S3::Object", "resources.ARN" = "arn:aws:s3:::example-org-certificates/" }
    error_message = "reads and writes of every object of this bucket"
  }

  assert {
    condition     = toset([for statement in data.aws_iam_policy_document.cloudtrail_delivery.statement : join(" ", concat([one(statement.actions)], one(statement.condition).values))]) == toset(["s3:GetBucketAcl arn:aws:cloudtrail:eu-central-1:123456789012:trail/certstore-test-objects", "s3:PutObject arn:aws:cloudtrail:eu-central-1:123456789012:trail/certstore-test-objects"])
    error_message = "the log bucket takes it from this trail alone"
  }

  assert {
    condition = { for page, alarm in aws_cloudwatch_metric_alarm.this : page => alarm.threshold } == {
      integrity-mismatch = 0
      copies-owed        = 3600
      validation-overdue = 691200
      service-silent     = 1
      deletions          = 6
      upload-failures    = 9
      s3-client-errors   = 8
      s3-server-errors   = 7
      first-byte-latency = 600
      download-volume    = 500
      object-count-drop  = 4
      migration-failures = 3
    }
    error_message = "every threshold as given, and those that are not for choosing"
  }

  assert {
    condition     = strcontains(aws_cloudwatch_metric_alarm.this["copies-owed"].alarm_description, "https://wiki.example.org/certstore/alarms/copies-owed.md")
    error_message = "alarms link to where the runbooks are read"
  }

  assert {
    condition     = output.environment.USE_S3_FOR_CERTS == "dual" && output.environment.AWS_QUERYSTRING_EXPIRE == "900" && aws_budgets_budget.monthly[0].limit_amount == "10" && one(aws_s3_bucket_lifecycle_configuration.logs.rule).expiration[0].days == 30
    error_message = "the rest as given"
  }
}

run "govcloud" {
  command = plan

  module {
    source = "./modules/certificate-bucket"
  }

  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-us-gov", dns_suffix = "amazonaws.com" }
  }

  variables {
    monthly_budget_usd     = 0
    cloudtrail_data_events = true
  }

  assert {
    condition     = length(aws_budgets_budget.monthly) == 0 && one(one(data.aws_iam_policy_document.alarm_topic.statement).principals).identifiers == toset(["cloudwatch.amazonaws.com"])
    error_message = "no budget, and no service that this partition does not have"
  }

  assert {
    condition     = startswith(local.bucket_arn, "arn:aws-us-gov:s3:::") && alltrue([for statement in data.aws_iam_policy_document.cloudtrail_delivery.statement : alltrue([for value in one(statement.condition).values : startswith(value, "arn:aws-us-gov:")])])
    error_message = "ARNs of this partition"
  }
}
