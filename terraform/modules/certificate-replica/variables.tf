variable "bucket_name" {
  description = "Bucket in the second region that receives the copies."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "bucket_name takes 3 to 63 lower-case letters, digits and hyphens."
  }
}

variable "encryption" {
  description = "AES256, or aws:kms with a key of this module."
  type        = string
  default     = "AES256"
  nullable    = false

  validation {
    condition     = contains(["AES256", "aws:kms"], var.encryption)
    error_message = "encryption takes \"AES256\" or \"aws:kms\"."
  }
}

variable "expiration_days" {
  description = "Age at which copies are deleted: the same as in the source, because S3 does not replicate lifecycle deletions."
  type        = number
  default     = 2555
  nullable    = false

  validation {
    condition     = var.expiration_days >= 1 && floor(var.expiration_days) == var.expiration_days
    error_message = "expiration_days takes whole days from 1."
  }
}

variable "object_lock" {
  description = "Accept files that are locked in the source, with their retention. Can only be set when the bucket is created."
  type        = bool
  default     = false
  nullable    = false
}

variable "force_destroy" {
  description = "Let terraform destroy delete the bucket with everything in it."
  type        = bool
  default     = false
  nullable    = false
}
