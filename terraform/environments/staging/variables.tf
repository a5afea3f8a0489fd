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
}

variable "runbook_url" {
  description = "Where runbooks/ is published, for the links in alarms."
  type        = string
  default     = "runbooks"
}
