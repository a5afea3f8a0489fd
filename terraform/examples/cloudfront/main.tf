provider "aws" {
  region = "eu-central-1"
}

provider "aws" {
  alias  = "global"
  region = "us-east-1"
}

module "certificates" {
  source                       = "../../modules/certificate-bucket"
  name                         = "certstore"
  bucket_name                  = "example-org-certificates"
  cloudfront_distribution_arns = { site = module.cdn.distribution_arn }
}

module "cdn" {
  source             = "../../modules/certificate-cdn"
  providers          = { aws = aws.global }
  name               = "certstore"
  bucket_domain_name = module.certificates.bucket_domain_name
  public_key_pem     = var.public_key_pem
}

variable "public_key_pem" {
  description = "RSA 2048 public key; your site signs its cookies with the private half."
  type        = string
}

output "env_file" {
  value = module.certificates.env_file
}

output "domain_name" {
  value = module.cdn.domain_name
}
