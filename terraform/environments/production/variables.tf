variable "region" {
  description = "Region of everything here."
  type        = string
}

variable "bucket_name" {
  description = "Bucket of the certificates. Bucket names are unique across AWS, so include your organization's name."
  type        = string
}

variable "alarm_emails" {
  description = "Addresses for alarm mails."
  type        = list(string)

  validation {
    condition     = length(var.alarm_emails) > 0
    error_message = "alarm_emails takes at least one address: otherwise alarms reach nobody."
  }
}

variable "runbook_url" {
  description = "Where runbooks/ is published, for the links in alarms."
  type        = string
  default     = "runbooks"
}

variable "cors_allowed_origins" {
  description = "Sites whose scripts fetch presigned URLs."
  type        = list(string)
  default     = []
}

variable "oidc" {
  description = "On Kubernetes: the cluster's identity provider and the service account. Unset: an EC2 instance profile."
  type = object({
    provider_arn = string
    subjects     = list(string)
  })
  default = null
}
