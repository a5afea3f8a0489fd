provider "aws" {
  region = "eu-central-1"
}

module "certificates" {
  source                = "../../modules/certificate-bucket"
  name                  = "certstore"
  bucket_name           = "example-org-certificates"
  encryption            = "aws:kms"
  archive_storage_class = "GLACIER_IR"
  object_lock           = { mode = "GOVERNANCE", days = 365 }
}

output "env_file" {
  value = module.certificates.env_file
}
