variable "region" {
  description = "Region of everything here."
  type        = string
}

variable "bucket_name" {
  description = "Bucket of the certificates. Bucket names are shared by all of AWS, so take one with your organisation in it."
  type        = string
}

variable "alarm_emails" {
  description = "Who hears of alarms."
  type        = list(string)
}

variable "runbook_url" {
  description = "Where runbooks/ is read, for the links in alarms."
  type        = string
  default     = "runbooks"
}
