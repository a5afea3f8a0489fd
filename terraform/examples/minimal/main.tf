provider "aws" {
  region = "eu-central-1"
}

module "certificates" {
  source       = "../../modules/certificate-bucket"
  name         = "certstore"
  bucket_name  = "example-org-certificates"
  alarm_emails = ["on-call@example.org"]
}

output "env_file" {
  value = module.certificates.env_file
}
