variable "encryption" {
  description = "AES256 (SSE-S3) or aws:kms (SSE-KMS with a key of this module): the service's AWS_S3_ENCRYPTION."
  type        = string
  default     = "AES256"
  nullable    = false

  validation {
    condition     = contains(["AES256", "aws:kms"], var.encryption)
    error_message = "encryption takes \"AES256\" or \"aws:kms\"."
  }
}

variable "require_encryption_header" {
  description = "Deny uploads that do not name their encryption. That also denies clients that rely on the bucket's default encryption (the console, some backup tools): false admits them, and their uploads are still encrypted by default."
  type        = bool
  default     = true
  nullable    = false
}

variable "cors_allowed_origins" {
  description = "Origins whose scripts may fetch presigned URLs. None: scripts use delivery=proxy."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for origin in var.cors_allowed_origins : can(regex("^https?://[^/*]+$", origin))])
    error_message = "cors_allowed_origins takes origins such as https://certificates.example.org: a scheme and a host, no path and no wildcard."
  }
}

variable "principal" {
  description = "What the service runs as: instance_profile (EC2), oidc (a Kubernetes service account or a CI job), or user (development)."
  type        = string
  default     = "instance_profile"
  nullable    = false

  validation {
    condition     = contains(["instance_profile", "oidc", "user"], var.principal)
    error_message = "principal takes \"instance_profile\", \"oidc\" or \"user\"."
  }
}

variable "oidc" {
  description = "For principal = oidc: the identity provider and the subjects that may take the role, such as system:serviceaccount:certstore:api."
  type = object({
    provider_arn = string
    subjects     = list(string)
    audience     = optional(string, "sts.amazonaws.com")
  })
  default = null

  validation {
    condition     = (var.oidc != null) == (var.principal == "oidc")
    error_message = "oidc must be set with principal = \"oidc\", and only then."
  }

  validation {
    condition     = var.oidc == null || can(regex("^arn:[^:]+:iam::[0-9]{12}:oidc-provider/[^/:]+(/[^:]*)?$", var.oidc.provider_arn))
    error_message = "oidc.provider_arn takes the ARN of an IAM OIDC provider, such as arn:aws:iam::123456789012:oidc-provider/issuer.example.org (without https://)."
  }

  validation {
    condition     = var.oidc == null || try(length(var.oidc.subjects) > 0 && alltrue([for subject in var.oidc.subjects : !contains(["", "*"], trimspace(subject))]), false)
    error_message = "oidc.subjects takes at least one subject, none empty and none \"*\", which would admit every workload of the cluster."
  }
}

variable "cloudfront_distribution_arns" {
  description = "Distributions of modules/certificate-cdn that may read the bucket, by a name you choose."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition = alltrue([
      for arn in values(var.cloudfront_distribution_arns) : can(regex("^arn:[^:]+:cloudfront::[0-9]{12}:distribution/[A-Z0-9]+$", arn))
    ])
    error_message = "cloudfront_distribution_arns takes ARNs of distributions: the output distribution_arn of modules/certificate-cdn."
  }
}

variable "cloudtrail_data_events" {
  description = "Record every read and write of an object in CloudTrail. Turn on in production."
  type        = bool
  default     = false
  nullable    = false
}

variable "log_retention_days" {
  description = "Days that access logs, CloudTrail files and the service's log are kept."
  type        = number
  default     = 90
  nullable    = false

  validation {
    # What CloudWatch Logs accepts; a number that only S3 accepts would fail in the middle of an apply.
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days takes what CloudWatch Logs offers: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, …"
  }
}
