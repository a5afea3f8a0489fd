provider "aws" {
  region = "eu-central-1"
}

provider "aws" {
  alias  = "second"
  region = "eu-west-1"
}

module "replica" {
  source      = "../../modules/certificate-replica"
  providers   = { aws = aws.second }
  bucket_name = "example-org-certificates-copy"
}

module "certificates" {
  source      = "../../modules/certificate-bucket"
  name        = "certstore"
  bucket_name = "example-org-certificates"
  replica     = module.replica.replica
}

output "env_file" {
  value = module.certificates.env_file
}
