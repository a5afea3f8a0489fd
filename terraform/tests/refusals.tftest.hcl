# What is refused before anything is planned. Each message says what would be right.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name        = "certstore-test"
  bucket_name = "example-org-certificates"
}

run "all_at_once" {
  command = plan

  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    name                   = "Certstore Production"
    bucket_name            = "Example.Org"
    force_destroy          = true
    prevent_destroy        = true
    storage_mode           = "yes"
    url_life_seconds       = 60
    encryption             = "aes"
    cors_allowed_origins   = ["https://*"]
    principal              = "root"
    log_retention_days     = 91
    infrequent_access_days = 7
    archive_storage_class  = "GLACIER_FLEXIBLE_RETRIEVAL"
    retired_copy_days      = 3
    object_lock            = { mode = "STRICT", days = 1 }
    alarm_emails           = ["nobody"]
    thresholds             = { upload_failures = -1 }
    monthly_budget_usd     = 0
  }

  expect_failures = [
    var.name, var.bucket_name, var.force_destroy, var.storage_mode, var.url_life_seconds, var.encryption,
    var.cors_allowed_origins, var.principal, var.log_retention_days, var.infrequent_access_days,
    var.archive_storage_class, var.retired_copy_days, var.object_lock, var.alarm_emails,
    var.thresholds, var.monthly_budget_usd,
  ]
}

run "against_each_other" {
  command = plan

  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    expiration_days = 400
    principal       = "oidc"
    encryption      = "aws:kms"
    replica         = { bucket_arn = "arn:aws:s3:::example-org-certificates-copy" }
  }

  expect_failures = [var.expiration_days, var.oidc, var.replica]
}

run "too_early_and_for_everyone" {
  command = plan

  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    archive_days = 100
    principal    = "oidc"
    oidc         = { provider_arn = "arn:aws:iam::123456789012:oidc-provider/issuer.example.org", subjects = ["*"] }
  }

  expect_failures = [var.archive_days, var.oidc]
}

run "waf_outside_us_east_1" {
  command = plan

  module {
    source = "./modules/certificate-cdn"
  }

  variables {
    bucket_domain_name = "example-org-certificates.s3.eu-central-1.amazonaws.com"
    public_key_pem     = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n"
  }

  expect_failures = [aws_wafv2_web_acl.this]
}
