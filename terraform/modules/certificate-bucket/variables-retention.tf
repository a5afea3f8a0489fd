variable "infrequent_access_days" {
  description = "Age at which files move to Standard-IA."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = var.infrequent_access_days >= 30 && floor(var.infrequent_access_days) == var.infrequent_access_days
    error_message = "infrequent_access_days takes whole days from 30: S3 refuses earlier moves to Standard-IA."
  }
}

variable "archive_days" {
  description = "Age at which files move to archive_storage_class."
  type        = number
  default     = 365
  nullable    = false

  validation {
    condition     = var.archive_days >= var.infrequent_access_days + 30 && floor(var.archive_days) == var.archive_days
    error_message = "archive_days takes whole days, at least 30 more than infrequent_access_days: Standard-IA is billed for 30 days in any case."
  }
}

variable "archive_storage_class" {
  description = "GLACIER (Flexible Retrieval: a restore takes minutes to hours) or GLACIER_IR (instant: downloads work as usual). For files under 1 MiB GLACIER_IR is also cheaper, see docs/costs.md."
  type        = string
  default     = "GLACIER"
  nullable    = false

  validation {
    condition     = contains(["GLACIER", "GLACIER_IR"], var.archive_storage_class)
    error_message = "archive_storage_class takes \"GLACIER\" or \"GLACIER_IR\". Glacier Flexible Retrieval is called GLACIER in S3's interface."
  }
}

variable "expiration_days" {
  description = "Age at which files are deleted: 2,555 days are seven years."
  type        = number
  default     = 2555
  nullable    = false

  validation {
    condition     = var.expiration_days >= var.archive_days + 90 && floor(var.expiration_days) == var.expiration_days
    error_message = "expiration_days takes whole days, at least 90 more than archive_days: the archive classes are billed for 90 days in any case."
  }
}

variable "move_small_files" {
  description = "Let files under 128 KB move to GLACIER too (S3 never moves them to GLACIER_IR). Off: they stay in Standard until they expire; docs/costs.md says when that is cheaper."
  type        = bool
  default     = false
  nullable    = false
}

variable "retired_copy_days" {
  description = "Days that local copies retired to _archive/ are kept."
  type        = number
  default     = 365
  nullable    = false

  validation {
    condition     = var.retired_copy_days >= 120 && floor(var.retired_copy_days) == var.retired_copy_days
    error_message = "retired_copy_days takes whole days from 120: 30 days in Standard and the 90 that the archive class bills in any case."
  }
}

variable "object_lock" {
  description = "Default retention of new objects. It also holds back erasure: GOVERNANCE until someone with s3:BypassGovernanceRetention deletes, COMPLIANCE until the days have passed. Can only be set when the bucket is created."
  type = object({
    mode = string
    days = number
  })
  default = null

  validation {
    condition     = var.object_lock == null || try(contains(["GOVERNANCE", "COMPLIANCE"], var.object_lock.mode) && var.object_lock.days >= 1 && floor(var.object_lock.days) == var.object_lock.days, false)
    error_message = "object_lock.mode takes \"GOVERNANCE\" or \"COMPLIANCE\", object_lock.days whole days from 1."
  }
}

variable "replica" {
  description = "Bucket of modules/certificate-replica in another region that receives a copy of every object."
  type = object({
    bucket_arn  = string
    kms_key_arn = optional(string)
    object_lock = optional(bool, false)
  })
  default = null

  validation {
    condition     = var.replica == null || can(regex("^arn:[^:]+:s3:::[a-z0-9][a-z0-9.-]+[a-z0-9]$", var.replica.bucket_arn))
    error_message = "replica.bucket_arn takes the ARN of a bucket: pass the output replica of modules/certificate-replica."
  }

  validation {
    condition     = var.replica == null || try(!endswith(var.replica.bucket_arn, ":::${var.bucket_name}"), true)
    error_message = "replica.bucket_arn is bucket_name itself: a copy must be in another bucket."
  }

  # S3 refuses either without the other.
  validation {
    condition     = var.replica == null || (var.encryption == "aws:kms") == try(var.replica.kms_key_arn != null, false)
    error_message = "replica.kms_key_arn goes with encryption = \"aws:kms\" and with nothing else: give both modules the same encryption."
  }

  # S3 says nothing, and replicates nothing.
  validation {
    condition     = var.replica == null || var.object_lock == null || try(var.replica.object_lock, true)
    error_message = "replica.object_lock is needed with object_lock: S3 replicates locked objects only to a bucket that can lock them."
  }

  validation {
    condition     = try(var.replica.kms_key_arn, null) == null || can(regex("^arn:[^:]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.replica.kms_key_arn))
    error_message = "replica.kms_key_arn takes the ARN of a key in the replica's region, not an alias."
  }
}
