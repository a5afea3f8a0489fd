variable "name" {
  description = "Name of this installation, such as certstore-production: every role, alarm and log group begins with it."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,39}$", var.name))
    error_message = "name takes 3 to 40 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "bucket_name" {
  description = "Bucket of the certificates: the service's AWS_STORAGE_BUCKET_NAME."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,56}[a-z0-9]$", var.bucket_name))
    error_message = "bucket_name takes 3 to 58 lower-case letters, digits and hyphens (no dots: they break TLS on virtual-hosted addresses; 58 leaves room for the log bucket's suffix)."
  }
}

variable "prevent_destroy" {
  description = "Refuse every plan that would destroy or replace the bucket or its key. Keep on in production."
  type        = bool
  default     = true
  nullable    = false
}

variable "force_destroy" {
  description = "Let terraform destroy delete the bucket with everything in it. For short-lived environments."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !(var.force_destroy && var.prevent_destroy)
    error_message = "force_destroy and prevent_destroy contradict each other: set prevent_destroy = false as well."
  }
}

variable "storage_mode" {
  description = "USE_S3_FOR_CERTS in the env_file output. Moving on to dual and true is done by runbook, not by apply."
  type        = string
  default     = "false"
  nullable    = false

  validation {
    condition     = contains(["false", "dual", "true"], var.storage_mode)
    error_message = "storage_mode takes \"false\", \"dual\" or \"true\"."
  }
}

variable "url_life_seconds" {
  description = "AWS_QUERYSTRING_EXPIRE: life of a presigned URL."
  type        = number
  default     = 600
  nullable    = false

  validation {
    condition     = var.url_life_seconds >= 301 && var.url_life_seconds <= 604800 && floor(var.url_life_seconds) == var.url_life_seconds
    error_message = "url_life_seconds takes whole seconds from 301 to 604800, which are seven days."
  }
}
