# Every alarm, by the name of its page in runbooks/alarms/. A metric is read from S3's own request or storage metrics,
# or from what the service writes to its log (src/metrics/embedded-metrics.ts).
locals {
  request_metric = {
    namespace  = "AWS/S3"
    dimensions = { BucketName = var.bucket_name, FilterId = aws_s3_bucket_metric.certificates.name }
  }
  storage_metric = {
    namespace  = "AWS/S3"
    dimensions = { BucketName = var.bucket_name, StorageType = "AllStorageTypes" }
  }
  service_metric = {
    namespace  = "Certstore"
    dimensions = { Bucket = var.bucket_name }
  }

  # A rate over a handful of requests says nothing: one refused request in a quiet night would be 100 %.
  least_requests = 20

  alarms = {
    upload-failures = {
      meaning    = "More than ${var.thresholds.upload_failures} uploads to S3 were given up in 5 minutes, twice in a row."
      metrics    = { failures = merge(local.service_metric, { name = "cert_s3_upload_failures_total", stat = "Sum" }) }
      expression = null
      threshold  = var.thresholds.upload_failures
      period     = 300
      periods    = 2
    }
    s3-client-errors = {
      meaning = "S3 answered more than ${var.thresholds.client_error_percent} % of the requests with 4xx."
      metrics = {
        errors   = merge(local.request_metric, { name = "4xxErrors", stat = "Sum" })
        requests = merge(local.request_metric, { name = "AllRequests", stat = "Sum" })
      }
      expression = "IF(requests >= ${local.least_requests}, 100 * errors / requests, 0)"
      threshold  = var.thresholds.client_error_percent
      period     = 300
      periods    = 2
    }
    s3-server-errors = {
      meaning = "S3 answered more than ${var.thresholds.server_error_percent} % of the requests with 5xx."
      metrics = {
        errors   = merge(local.request_metric, { name = "5xxErrors", stat = "Sum" })
        requests = merge(local.request_metric, { name = "AllRequests", stat = "Sum" })
      }
      expression = "IF(requests >= ${local.least_requests}, 100 * errors / requests, 0)"
      threshold  = var.thresholds.server_error_percent
      period     = 300
      periods    = 2
    }
    first-byte-latency = {
      meaning    = "One in twenty S3 requests waits more than ${var.thresholds.first_byte_ms} ms for its first byte."
      metrics    = { latency = merge(local.request_metric, { name = "FirstByteLatency", stat = "p95" }) }
      expression = null
      threshold  = var.thresholds.first_byte_ms
      period     = 300
      periods    = 3
    }
    download-volume = {
      meaning    = "More than ${var.thresholds.downloads_per_hour} GET requests in an hour."
      metrics    = { gets = merge(local.request_metric, { name = "GetRequests", stat = "Sum" }) }
      expression = null
      threshold  = var.thresholds.downloads_per_hour
      period     = 3600
      periods    = 1
    }
    object-count-drop = {
      meaning    = "The bucket holds over ${var.thresholds.object_drop_percent} % fewer objects than the day before."
      metrics    = { objects = merge(local.storage_metric, { name = "NumberOfObjects", stat = "Average" }) }
      expression = "-100 * DIFF(objects) / (objects - DIFF(objects))"
      threshold  = var.thresholds.object_drop_percent
      # S3 counts once a day, and DIFF needs the day before.
      period  = 86400
      periods = 2
      enough  = 1
    }
    integrity-mismatch = {
      meaning    = "A check found a file whose bytes are not those that were issued."
      metrics    = { mismatches = merge(local.service_metric, { name = "cert_integrity_mismatch_total", stat = "Sum" }) }
      expression = null
      threshold  = 0
      period     = 300
      periods    = 1
    }
    copies-owed = {
      meaning    = "Files have waited an hour for their copy in S3."
      metrics    = { owed = merge(local.service_metric, { name = "cert_copies_owed", stat = "Maximum" }) }
      expression = null
      threshold  = 0
      period     = 300
      periods    = 12
    }
    migration-failures = {
      meaning = "More than ${var.thresholds.migration_fail_percent} % of the files that migrate, restore or retire handled have failed."
      metrics = {
        for outcome in ["done", "skipped", "failed"] : outcome => {
          namespace  = local.service_metric.namespace
          name       = "cert_migration_files_total"
          stat       = "Sum"
          dimensions = merge(local.service_metric.dimensions, { outcome = outcome })
        }
      }
      expression = "100 * FILL(failed, 0) / (FILL(done, 0) + FILL(skipped, 0) + FILL(failed, 0) + 0.000001)"
      threshold  = var.thresholds.migration_fail_percent
      period     = 300
      periods    = 1
    }
  }
}
