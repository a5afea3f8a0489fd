# What an installation has that names nothing but itself. Providers are mocked: nothing here asks AWS.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name        = "certstore-test"
  bucket_name = "example-org-certificates"

  # Or terraform test could not tidy up after itself.
  prevent_destroy = false
}

run "guarded" {
  command = plan

  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    prevent_destroy = null
  }

  assert {
    condition     = length(terraform_data.bucket_guard) == 1 && !aws_s3_bucket.certificates.force_destroy && !aws_s3_bucket.logs.force_destroy
    error_message = "nothing can be destroyed by mistake"
  }
}

run "secure_by_default" {
  module {
    source = "./modules/certificate-bucket"
  }

  assert {
    condition     = alltrue([for block in [aws_s3_bucket_public_access_block.certificates, aws_s3_bucket_public_access_block.logs] : block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets])
    error_message = "all four public access blocks, on both buckets"
  }

  assert {
    condition     = aws_s3_bucket_versioning.certificates.versioning_configuration[0].status == "Enabled"
    error_message = "versioning"
  }

  assert {
    condition     = alltrue([for controls in [aws_s3_bucket_ownership_controls.certificates, aws_s3_bucket_ownership_controls.logs] : controls.rule[0].object_ownership == "BucketOwnerEnforced"])
    error_message = "owner enforced, on both buckets"
  }

  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.certificates.rule).apply_server_side_encryption_by_default[0].sse_algorithm == "AES256" && length(aws_kms_key.certificates) == 0
    error_message = "SSE-S3 and no key"
  }

  assert {
    condition     = length(aws_s3_bucket_cors_configuration.certificates) + length(aws_s3_bucket_object_lock_configuration.certificates) + length(aws_s3_bucket_replication_configuration.certificates) + length(aws_iam_role.replication) + length(aws_cloudtrail.objects) + length(aws_iam_user.service) == 0
    error_message = "what is optional is not there"
  }

  assert {
    condition     = length(aws_iam_instance_profile.service) == 1 && one(data.aws_iam_policy_document.trust[0].statement).actions == toset(["sts:AssumeRole"]) && one(one(data.aws_iam_policy_document.trust[0].statement).principals).identifiers == toset(["ec2.amazonaws.com"])
    error_message = "the service is an instance profile, and EC2 alone may take its role"
  }

  assert {
    condition     = toset([for statement in data.aws_iam_policy_document.encrypted_only.statement : statement.sid]) == toset(["DenyOtherEncryption", "DenyCustomerKeys"]) && one([for statement in data.aws_iam_policy_document.encrypted_only.statement : one(statement.condition).test == "StringNotEquals" if statement.sid == "DenyOtherEncryption"])
    error_message = "uploads must name their encryption"
  }

  assert {
    condition     = aws_s3_bucket_logging.certificates.target_bucket == aws_s3_bucket.logs.id && aws_cloudwatch_log_group.service.retention_in_days == 90
    error_message = "access is logged, 90 days"
  }

  assert {
    condition     = aws_s3_bucket_metric.certificates.name == "EntireBucket"
    error_message = "request metrics are published"
  }
}

run "lifecycle" {
  module {
    source = "./modules/certificate-bucket"
  }

  assert {
    condition = alltrue([
      for id in ["certificates-pdf", "certificates-images"] : anytrue([
        for rule in aws_s3_bucket_lifecycle_configuration.certificates.rule :
        try(rule.expiration[0].days == 2555 && { for move in rule.transition : move.days => move.storage_class } == { 90 = "STANDARD_IA", 365 = "GLACIER" }, false) if rule.id == id
      ])
    ])
    error_message = "Standard-IA at 90 days, GLACIER at 365, gone at 2555"
  }

  assert {
    condition     = toset([for rule in aws_s3_bucket_lifecycle_configuration.certificates.rule : rule.filter[0].prefix if length(rule.transition) > 0]) == toset(["pdf/", "images/", "_archive/"])
    error_message = "_archive/ has a rule of its own, and no rule over everything moves files"
  }

  assert {
    condition = one([
      for rule in aws_s3_bucket_lifecycle_configuration.certificates.rule :
      rule.expiration[0].days == 365 && { for move in rule.transition : move.days => move.storage_class } == { 30 = "GLACIER" } if rule.filter[0].prefix == "_archive/"
    ])
    error_message = "retired copies: GLACIER at 30 days, gone at 365"
  }

  assert {
    condition     = anytrue([for rule in aws_s3_bucket_lifecycle_configuration.certificates.rule : try(rule.noncurrent_version_expiration[0].noncurrent_days, 0) == 30 && try(rule.expiration[0].expired_object_delete_marker, false)])
    error_message = "old versions go after 30 days, and markers with nothing under them"
  }

  assert {
    condition     = anytrue([for rule in aws_s3_bucket_lifecycle_configuration.certificates.rule : try(rule.abort_incomplete_multipart_upload[0].days_after_initiation, 0) == 7])
    error_message = "unfinished uploads go after 7 days"
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.certificates.transition_default_minimum_object_size == "all_storage_classes_128K"
    error_message = "small files stay where they are"
  }

  assert {
    condition     = one(aws_s3_bucket_lifecycle_configuration.logs.rule).expiration[0].days == 90
    error_message = "logs go after 90 days"
  }
}

run "alarms" {
  module {
    source = "./modules/certificate-bucket"
  }

  assert {
    condition     = alltrue([for page, alarm in aws_cloudwatch_metric_alarm.this : strcontains(alarm.alarm_description, "runbooks/alarms/${page}.md") && contains(alarm.alarm_actions, aws_sns_topic.alarms.arn)])
    error_message = "every alarm names its page and goes to the topic"
  }

  assert {
    condition = { for page, alarm in aws_cloudwatch_metric_alarm.this : page => join(" ", [alarm.comparison_operator, alarm.threshold, one(distinct(flatten([for query in alarm.metric_query : [for metric in query.metric : metric.period]]))), "s", alarm.datapoints_to_alarm, "of", alarm.evaluation_periods]) } == {
      upload-failures    = "GreaterThanThreshold 5 300 s 2 of 2"
      s3-client-errors   = "GreaterThanThreshold 5 300 s 2 of 2"
      s3-server-errors   = "GreaterThanThreshold 1 300 s 2 of 2"
      first-byte-latency = "GreaterThanThreshold 1000 300 s 3 of 3"
      download-volume    = "GreaterThanThreshold 10000 3600 s 1 of 1"
      deletions          = "GreaterThanThreshold 100 3600 s 1 of 1"
      object-count-drop  = "GreaterThanThreshold 1 86400 s 1 of 2"
      integrity-mismatch = "GreaterThanThreshold 0 300 s 1 of 1"
      copies-owed        = "GreaterThanThreshold 3600 300 s 1 of 1"
      validation-overdue = "GreaterThanThreshold 691200 3600 s 1 of 1"
      service-silent     = "LessThanThreshold 1 300 s 3 of 3"
      migration-failures = "GreaterThanThreshold 1 300 s 1 of 1"
    }
    error_message = "when each alarm goes off"
  }

  assert {
    condition = { for page, alarm in aws_cloudwatch_metric_alarm.this : page => join(", ", distinct(sort(flatten([for query in alarm.metric_query : [for metric in query.metric : "${metric.namespace} ${metric.metric_name} ${metric.stat}"]])))) } == {
      upload-failures    = "Certstore cert_s3_upload_failures_total Sum"
      s3-client-errors   = "AWS/S3 4xxErrors Sum, AWS/S3 AllRequests Sum"
      s3-server-errors   = "AWS/S3 5xxErrors Sum, AWS/S3 AllRequests Sum"
      first-byte-latency = "AWS/S3 FirstByteLatency p95"
      download-volume    = "AWS/S3 GetRequests Sum"
      deletions          = "AWS/S3 DeleteRequests Sum"
      object-count-drop  = "AWS/S3 NumberOfObjects Average"
      integrity-mismatch = "Certstore cert_integrity_mismatch_total Sum"
      copies-owed        = "Certstore cert_copies_owed_oldest_seconds Maximum"
      validation-overdue = "Certstore cert_validation_age_seconds Minimum"
      service-silent     = "Certstore cert_copies_owed SampleCount"
      migration-failures = "Certstore cert_migration_files_total Sum"
    }
    error_message = "what each alarm is set on"
  }

  assert {
    condition     = [for page, alarm in aws_cloudwatch_metric_alarm.this : page if alarm.treat_missing_data == "breaching"] == ["service-silent"] && alltrue([for alarm in aws_cloudwatch_metric_alarm.this : contains(["breaching", "notBreaching"], alarm.treat_missing_data)])
    error_message = "one alarm alone speaks of silence"
  }

  # AWS/S3 has no metric NumberOf4xxErrors, and publishes none without FilterId.
  assert {
    condition = alltrue([
      for pair in [["s3-client-errors", "4xxErrors"], ["s3-server-errors", "5xxErrors"]] : anytrue([
        for query in aws_cloudwatch_metric_alarm.this[pair[0]].metric_query :
        try(query.metric[0].metric_name == pair[1] && query.metric[0].dimensions["FilterId"] == "EntireBucket", false)
      ])
    ])
    error_message = "error rates are S3's request metrics under the configuration's FilterId"
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : length([for query in alarm.metric_query : query if query.return_data]) == 1])
    error_message = "CloudWatch takes exactly one returned series in an alarm"
  }

  assert {
    condition     = aws_budgets_budget.monthly[0].limit_amount == "50" && aws_budgets_budget.monthly[0].limit_unit == "USD" && aws_budgets_budget.monthly[0].time_unit == "MONTHLY" && toset([for notice in aws_budgets_budget.monthly[0].notification : "${notice.notification_type} ${notice.threshold}"]) == toset(["ACTUAL 80", "ACTUAL 100", "FORECASTED 100"])
    error_message = "50 USD a month, a warning at 80 %"
  }

  assert {
    condition     = alltrue([for notice in aws_budgets_budget.monthly[0].notification : notice.subscriber_sns_topic_arns == toset([aws_sns_topic.alarms.arn])]) && one(one(data.aws_iam_policy_document.alarm_topic.statement).principals).identifiers == toset(["cloudwatch.amazonaws.com", "budgets.amazonaws.com"])
    error_message = "the budget speaks through the same topic, and may"
  }
}

run "costs" {
  command = plan

  module {
    source = "./modules/certificate-bucket"
  }

  assert {
    condition     = length(setsubtract(["Amazon Simple Storage Service", "AWS Key Management Service", "AmazonCloudWatch", "AWS CloudTrail", "Amazon CloudFront", "AWS WAF"], one(aws_budgets_budget.monthly[0].cost_filter).values)) == 0
    error_message = "the budget watches every service that something here is billed by"
  }

  assert {
    condition     = !aws_budgets_budget.monthly[0].cost_types[0].include_credit && !aws_budgets_budget.monthly[0].cost_types[0].include_refund
    error_message = "a credit must not hide what runs away"
  }
}

run "dashboard" {
  module {
    source = "./modules/certificate-bucket"
  }

  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets[0].properties.alarms) == length(aws_cloudwatch_metric_alarm.this)
    error_message = "every alarm is on the dashboard"
  }

  assert {
    condition = length(setsubtract(
      [
        jsonencode(["AWS/S3", "GetRequests", "BucketName", "example-org-certificates", "FilterId", "EntireBucket"]),
        jsonencode(["AWS/S3", "BucketSizeBytes", "BucketName", "example-org-certificates", "StorageType", "GlacierIRStorage"]),
        jsonencode(["Certstore", "cert_copies_owed", "Bucket", "example-org-certificates"]),
        jsonencode(["Certstore", "cert_download_total", "Bucket", "example-org-certificates", "source", "s3"]),
      ],
      flatten([for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : [for metric in try(widget.properties.metrics, []) : jsonencode(metric)]]),
    )) == 0
    error_message = "graphs name their metrics with all dimensions"
  }

  assert {
    condition = length(setsubtract(
      flatten([for alarm in aws_cloudwatch_metric_alarm.this : [for query in alarm.metric_query : [for metric in query.metric : metric.metric_name]]]),
      flatten([for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : [for metric in try(widget.properties.metrics, []) : metric[1]]]),
    )) == 1
    error_message = "every metric that an alarm is set on has its graph; AllRequests alone, which is the sum of others, has none"
  }
}

run "environment" {
  module {
    source = "./modules/certificate-bucket"
  }

  assert {
    condition     = output.environment.AWS_S3_ENCRYPTION == "AES256" && output.environment.USE_S3_FOR_CERTS == "false" && !contains(keys(output.environment), "AWS_S3_KMS_KEY_ID")
    error_message = "the service's variables, and none without a value"
  }

  assert {
    condition     = length(regexall("(?m)^[A-Z0-9_]+=.+$", output.env_file)) == length(output.environment)
    error_message = "one line for each"
  }
}
