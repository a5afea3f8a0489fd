variable "name" {
  description = "Begins the names of what is made here."
  type        = string
}

variable "bucket_domain_name" {
  description = "Output of modules/certificate-bucket."
  type        = string
}

variable "public_key_pem" {
  description = "RSA 2048 public key; whoever holds its private half signs the cookies that let a browser in."
  type        = string

  validation {
    condition     = startswith(trimspace(var.public_key_pem), "-----BEGIN PUBLIC KEY-----")
    error_message = "public_key_pem takes a public key in PEM form (openssl rsa -pubout)."
  }
}

variable "requests_per_minute" {
  description = "Requests a minute that one address may make."
  type        = number
  default     = 100

  validation {
    condition     = var.requests_per_minute >= 10
    error_message = "requests_per_minute takes 10 or more: AWS WAF counts no lower."
  }
}

variable "price_class" {
  description = "Edge locations: PriceClass_100, PriceClass_200 or PriceClass_All."
  type        = string
  default     = "PriceClass_100"

  validation {
    condition     = contains(["PriceClass_100", "PriceClass_200", "PriceClass_All"], var.price_class)
    error_message = "price_class takes PriceClass_100, PriceClass_200 or PriceClass_All."
  }
}
