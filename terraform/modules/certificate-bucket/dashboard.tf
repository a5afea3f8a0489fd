resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({ widgets = concat([local.alarm_widget], local.graph_widgets) })
}

locals {
  alarm_widget = {
    type       = "alarm"
    x          = 0
    y          = 0
    width      = 24
    height     = 3
    properties = { title = "Alarms", alarms = [for alarm in aws_cloudwatch_metric_alarm.this : alarm.arn] }
  }

  request_dimensions = ["BucketName", var.bucket_name, "FilterId", aws_s3_bucket_metric.certificates.name]
  service_dimensions = ["Bucket", var.bucket_name]

  graphs = [
    { title = "Requests to S3", stat = "Sum", period = 300, metrics = [for name in ["GetRequests", "PutRequests", "HeadRequests", "ListRequests", "DeleteRequests"] : concat(["AWS/S3", name], local.request_dimensions)] },
    { title = "Errors of S3", stat = "Sum", period = 300, metrics = [for name in ["4xxErrors", "5xxErrors"] : concat(["AWS/S3", name], local.request_dimensions)] },
    { title = "First byte and whole request, p95 in ms", stat = "p95", period = 300, metrics = [for name in ["FirstByteLatency", "TotalRequestLatency"] : concat(["AWS/S3", name], local.request_dimensions)] },
    { title = "Issued, given up, fallen back", stat = "Sum", period = 300, metrics = [for name in ["cert_issued_total", "cert_s3_upload_failures_total", "cert_storage_fallback_total"] : concat(["Certstore", name], local.service_dimensions)] },
    { title = "Downloads by source", stat = "Sum", period = 300, metrics = [for source in ["local", "s3", "none"] : concat(["Certstore", "cert_download_total"], local.service_dimensions, ["source", source])] },
    { title = "Copies owed, mismatches", stat = "Maximum", period = 300, metrics = [for name in ["cert_copies_owed", "cert_integrity_mismatch_total"] : concat(["Certstore", name], local.service_dimensions)] },
    { title = "Oldest copy owed, last validation, in seconds", stat = "Maximum", period = 300, metrics = [for name in ["cert_copies_owed_oldest_seconds", "cert_validation_age_seconds"] : concat(["Certstore", name], local.service_dimensions)] },
    { title = "Files moved, by outcome", stat = "Sum", period = 300, metrics = [for outcome in ["done", "skipped", "failed"] : concat(["Certstore", "cert_migration_files_total"], local.service_dimensions, ["outcome", outcome])] },
    { title = "Objects in the bucket", stat = "Average", period = 86400, metrics = [["AWS/S3", "NumberOfObjects", "BucketName", var.bucket_name, "StorageType", "AllStorageTypes"]] },
    { title = "Bytes by storage class", stat = "Average", period = 86400, metrics = [for class in ["StandardStorage", "StandardIAStorage", "GlacierStorage", "GlacierIRStorage"] : ["AWS/S3", "BucketSizeBytes", "BucketName", var.bucket_name, "StorageType", class]] },
  ]

  graph_widgets = [
    for index, graph in local.graphs : {
      type   = "metric"
      x      = 8 * (index % 3)
      y      = 3 + 6 * floor(index / 3)
      width  = 8
      height = 6
      properties = {
        title   = graph.title
        region  = local.region
        stat    = graph.stat
        period  = graph.period
        metrics = graph.metrics
      }
    }
  ]
}
