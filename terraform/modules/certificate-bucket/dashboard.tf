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
  storage_dimensions = ["BucketName", var.bucket_name, "StorageType"]
  service_dimensions = ["Bucket", var.bucket_name]

  # One line for each metric and each of the dimensions it is shown for.
  graphs = [
    {
      title = "Requests to S3", stat = "Sum", period = 300, namespace = "AWS/S3"
      names = ["GetRequests", "PutRequests", "HeadRequests", "ListRequests", "DeleteRequests"]
      lines = [local.request_dimensions]
    },
    {
      title = "Errors of S3", stat = "Sum", period = 300, namespace = "AWS/S3"
      names = ["4xxErrors", "5xxErrors"]
      lines = [local.request_dimensions]
    },
    {
      title = "First byte and whole request, p95 in ms", stat = "p95", period = 300, namespace = "AWS/S3"
      names = ["FirstByteLatency", "TotalRequestLatency"]
      lines = [local.request_dimensions]
    },
    {
      title = "Issued, given up, fallen back", stat = "Sum", period = 300, namespace = "Certstore"
      names = ["cert_issued_total", "cert_s3_upload_failures_total", "cert_storage_fallback_total"]
      lines = [local.service_dimensions]
    },
    {
      title = "Downloads by source", stat = "Sum", period = 300, namespace = "Certstore"
      names = ["cert_download_total"]
      lines = [for source in ["local", "s3", "none"] : concat(local.service_dimensions, ["source", source])]
    },
    {
      title = "Copies owed, mismatches", stat = "Maximum", period = 300, namespace = "Certstore"
      names = ["cert_copies_owed", "cert_integrity_mismatch_total"]
      lines = [local.service_dimensions]
    },
    {
      title = "Oldest copy owed, last validation, in seconds", stat = "Maximum", period = 300, namespace = "Certstore"
      names = ["cert_copies_owed_oldest_seconds", "cert_validation_age_seconds"]
      lines = [local.service_dimensions]
    },
    {
      title = "Files moved, by outcome", stat = "Sum", period = 300, namespace = "Certstore"
      names = ["cert_migration_files_total"]
      lines = [for outcome in ["done", "skipped", "failed"] : concat(local.service_dimensions, ["outcome", outcome])]
    },
    {
      title = "Objects in the bucket", stat = "Average", period = 86400, namespace = "AWS/S3"
      names = ["NumberOfObjects"]
      lines = [concat(local.storage_dimensions, ["AllStorageTypes"])]
    },
    {
      title = "Bytes by storage class", stat = "Average", period = 86400, namespace = "AWS/S3"
      names = ["BucketSizeBytes"]
      lines = [
        for class in ["StandardStorage", "StandardIAStorage", "GlacierStorage", "GlacierIRStorage"] :
        concat(local.storage_dimensions, [class])
      ]
    },
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
        metrics = [for pair in setproduct(graph.names, graph.lines) : concat([graph.namespace, pair[0]], pair[1])]
      }
    }
  ]
}
