variable "name" {
  description = "Name of this installation, as in modules/certificate-bucket: names in this module begin with it."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,39}$", var.name))
    error_message = "name takes 3 to 40 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "bucket_domain_name" {
  description = "The bucket's regional domain name: output of modules/certificate-bucket."
  type        = string

  validation {
    # By its global name S3 redirects to the region, and CloudFront hands the redirect on.
    condition     = can(regex("^[a-z0-9][a-z0-9-]+[.]s3[.][a-z0-9-]+[.]amazonaws[.]com([.]cn)?$", var.bucket_domain_name))
    error_message = "bucket_domain_name takes a regional name such as example-org-certificates.s3.eu-central-1.amazonaws.com."
  }
}

variable "public_key_pem" {
  description = "RSA 2048 public key; whoever holds the private key signs the cookies that admit a browser."
  type        = string

  validation {
    # What every RSA key of 2048 bits begins with; CloudFront refuses longer ones.
    condition     = can(regex("^-----BEGIN PUBLIC KEY-----\\s+MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A[A-Za-z0-9+/=\\s]+-----END PUBLIC KEY-----\\s*$", var.public_key_pem))
    error_message = "public_key_pem takes an RSA public key of 2048 bits in PEM form: openssl genrsa 2048 | openssl rsa -pubout."
  }
}

variable "requests_per_minute" {
  description = "Requests a minute that one address may make."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = var.requests_per_minute >= 10 && floor(var.requests_per_minute) == var.requests_per_minute
    error_message = "requests_per_minute takes whole numbers from 10: AWS WAF counts no lower."
  }
}

variable "price_class" {
  description = "Edge locations: PriceClass_100, PriceClass_200 or PriceClass_All."
  type        = string
  default     = "PriceClass_100"
  nullable    = false

  validation {
    condition     = contains(["PriceClass_100", "PriceClass_200", "PriceClass_All"], var.price_class)
    error_message = "price_class takes PriceClass_100, PriceClass_200 or PriceClass_All."
  }
}
