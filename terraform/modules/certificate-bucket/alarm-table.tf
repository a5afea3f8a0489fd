# Every alarm, by the name of its page in runbooks/alarms/. A metric is read from S3's own request or storage metrics,
# or from what the service writes to its log (src/metrics/embedded-metrics.ts).
#
# No data is no alarm, unless an entry says otherwise. For S3's request metrics it means that there were no requests; for
# the service's, that no command ran, or that the service itself is silent: only service-silent watches for that, so
# that one cause wakes people once.
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
    # Deleting a file adds a marker, which S3 counts as one more object: object-count-drop notices only when the bytes
    # go, 30 days later. This one notices while the marker can still be removed.
    deletions = {
      meaning    = "More than ${var.thresholds.deletions_per_hour} DELETE requests in an hour, each of one file or of up to a thousand."
      metrics    = { deletions = merge(local.request_metric, { name = "DeleteRequests", stat = "Sum" }) }
      expression = null
      threshold  = var.thresholds.deletions_per_hour
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
      meaning = "A file has waited an hour for its copy in S3."
      # The oldest one's age, not their number: copies that are each owed for a moment are no trouble.
      metrics    = { oldest = merge(local.service_metric, { name = "cert_copies_owed_oldest_seconds", stat = "Maximum" }) }
      expression = null
      threshold  = 3600
      period     = 300
      periods    = 1
    }
    validation-overdue = {
      meaning    = "No validation has finished for 8 days, though there is one every Monday: nobody compares files with what was issued."
      metrics    = { age = merge(local.service_metric, { name = "cert_validation_age_seconds", stat = "Minimum" }) }
      expression = null
      threshold  = 8 * 86400
      period     = 3600
      periods    = 1
    }
    # The alarms on the service's metrics are blind while it sends none: it is down, its database is, or its log is not
    # shipped. What the database knows is only in lines of the service itself, not in a command's.
    service-silent = {
      meaning    = "For 15 minutes the service has sent no metrics, so the alarms on them are deaf."
      metrics    = { lines = merge(local.service_metric, { name = "cert_copies_owed", stat = "SampleCount" }) }
      expression = null
      comparison = "LessThanThreshold"
      threshold  = 1
      period     = 300
      periods    = 3
      missing    = "breaching"
    }
    migration-failures = {
      meaning = "More than ${var.thresholds.migration_fail_percent} % of what migrate, restore, retire, import or erase handled have failed."
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
