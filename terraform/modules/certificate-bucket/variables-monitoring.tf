variable "alarm_emails" {
  description = "Addresses for mails about alarms and the budget. Each must confirm the subscription."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for address in var.alarm_emails : can(regex("^[^@ ]+@[^@ ]+$", address))])
    error_message = "alarm_emails takes e-mail addresses."
  }
}

variable "runbook_url" {
  description = "Where runbooks/ is published: every alarm's text links to its page there."
  type        = string
  default     = "runbooks"
  nullable    = false

  validation {
    condition     = can(regex("^(runbooks|https?://[^ ]*[^ /])$", var.runbook_url))
    error_message = "runbook_url takes an address such as https://wiki.example.org/certstore, without a trailing slash."
  }
}

variable "thresholds" {
  description = "Thresholds of the alarms. The runbooks assume the defaults."
  type = object({
    upload_failures        = optional(number, 5)     # more in 5 minutes, twice
    client_error_percent   = optional(number, 5)     # 4xx of all requests
    server_error_percent   = optional(number, 1)     # 5xx of all requests
    first_byte_ms          = optional(number, 1000)  # p95
    downloads_per_hour     = optional(number, 10000) # GET requests
    deletions_per_hour     = optional(number, 100)   # DELETE requests
    object_drop_percent    = optional(number, 1)     # from one day to the next
    migration_fail_percent = optional(number, 1)     # of the files handled
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for threshold in values(var.thresholds) : threshold >= 0])
    error_message = "thresholds takes numbers from 0."
  }

  validation {
    condition     = alltrue([for name, threshold in var.thresholds : threshold < 100 if endswith(name, "_percent")])
    error_message = "thresholds takes percentages below 100: no rate is above that, and the alarm would never go off."
  }
}

variable "monthly_budget_usd" {
  description = "Budget of the account for S3, KMS, CloudWatch, CloudTrail, CloudFront and WAF; a warning comes at 80 %. 0 is no budget: GovCloud has no budgets, its costs are in the standard account, and China's are not in USD."
  type        = number
  default     = 50
  nullable    = false

  validation {
    condition     = var.monthly_budget_usd >= 0
    error_message = "monthly_budget_usd takes 0 (no budget) or more."
  }
}
