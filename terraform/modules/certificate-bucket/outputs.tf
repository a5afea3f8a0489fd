locals {
  # The service's own variables (src/config/variables.ts); those without a value are left out.
  environment = {
    for name, value in {
      USE_S3_FOR_CERTS          = var.storage_mode
      AWS_STORAGE_BUCKET_NAME   = aws_s3_bucket.certificates.id
      AWS_S3_REGION_NAME        = local.region
      AWS_S3_ADDRESSING_STYLE   = "virtual"
      AWS_S3_ENCRYPTION         = var.encryption
      AWS_S3_KMS_KEY_ID         = local.kms_key_arn
      AWS_S3_ARCHIVE_AFTER_DAYS = tostring(var.archive_days)
      AWS_QUERYSTRING_EXPIRE    = tostring(var.url_life_seconds)
      CLOUDWATCH_METRICS        = "on"
    } : name => value if value != null
  }
}

output "environment" {
  description = "The service's environment variables."
  value       = local.environment
}

output "env_file" {
  description = "The environment as a block for .env: terraform output -raw env_file >> .env"
  value       = join("", [for name, value in local.environment : "${name}=${value}\n"])
}

output "bucket_name" {
  description = "Bucket of the certificates."
  value       = aws_s3_bucket.certificates.id
}

output "bucket_arn" {
  description = "The bucket's ARN."
  value       = aws_s3_bucket.certificates.arn
}

output "bucket_domain_name" {
  description = "The bucket's regional domain name, for modules/certificate-cdn."
  value       = aws_s3_bucket.certificates.bucket_regional_domain_name
}

output "log_bucket_name" {
  description = "Bucket of access logs and CloudTrail files."
  value       = aws_s3_bucket.logs.id
}

output "kms_key_arn" {
  description = "Key of the certificates; null with AES256."
  value       = local.kms_key_arn
}

output "role_arn" {
  description = "Role of the service; null where it is a user. For IRSA: eks.amazonaws.com/role-arn."
  value       = one(aws_iam_role.service[*].arn)
}

output "instance_profile" {
  description = "Instance profile of the service; null where there is none."
  value       = one(aws_iam_instance_profile.service[*].name)
}

output "user_name" {
  description = "User of the service; null where it has a role."
  value       = one(aws_iam_user.service[*].name)
}

output "service_policy" {
  description = "What the service may do, as JSON."
  value       = data.aws_iam_policy_document.service.json
}

output "log_group" {
  description = "Log group to ship the service's log to."
  value       = aws_cloudwatch_log_group.service.name
}

output "alarm_topic_arn" {
  description = "Topic of all alarms and the budget."
  value       = aws_sns_topic.alarms.arn
}

output "alarm_names" {
  description = "Every alarm, by its runbook page."
  value       = { for page, alarm in aws_cloudwatch_metric_alarm.this : page => alarm.alarm_name }
}

output "dashboard_name" {
  description = "Dashboard in CloudWatch."
  value       = aws_cloudwatch_dashboard.this.dashboard_name
}

output "bucket_policy" {
  description = "What the bucket refuses, as JSON."
  value       = data.aws_iam_policy_document.bucket.json
}
