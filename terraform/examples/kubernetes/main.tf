provider "aws" {
  region = "eu-central-1"
}

module "certificates" {
  source      = "../../modules/certificate-bucket"
  name        = "certstore"
  bucket_name = "example-org-certificates"
  principal   = "oidc"
  oidc = {
    provider_arn = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE"
    subjects     = ["system:serviceaccount:certstore:api", "system:serviceaccount:certstore:worker"]
  }
}

output "role_arn" {
  value = module.certificates.role_arn
}

output "env_file" {
  value = module.certificates.env_file
}
