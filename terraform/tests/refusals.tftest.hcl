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
    runbook_url            = "wiki.example.org/certstore"
    thresholds             = { upload_failures = -1 }
    monthly_budget_usd     = -1

    cloudfront_distribution_arns = { site = "EXAMPLE" }
  }

  expect_failures = [
    var.name, var.bucket_name, var.force_destroy, var.storage_mode, var.url_life_seconds, var.encryption,
    var.cors_allowed_origins, var.principal, var.log_retention_days, var.infrequent_access_days,
    var.archive_storage_class, var.retired_copy_days, var.object_lock, var.alarm_emails,
    var.thresholds, var.monthly_budget_usd, var.runbook_url, var.cloudfront_distribution_arns,
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

run "percent_that_no_rate_reaches" {
  command = plan

  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    thresholds       = { server_error_percent = 100 }
    url_life_seconds = 600.5
    runbook_url      = "https://wiki.example.org/certstore/"
    object_lock      = { mode = "COMPLIANCE", days = 0 }
  }

  expect_failures = [var.thresholds, var.url_life_seconds, var.runbook_url, var.object_lock]
}

# The provider takes a half day for a fault of its own and names no variable. A rule that reads another variable is not
# asked while that one is wrong, hence three runs.
run "half_days" {
  command = plan

  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    infrequent_access_days = 30.5
    retired_copy_days      = 120.5
    object_lock            = { mode = "GOVERNANCE", days = 1.5 }
  }

  expect_failures = [var.infrequent_access_days, var.retired_copy_days, var.object_lock]
}

run "half_days_to_the_archive" {
  command = plan

  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    archive_days = 365.5
  }

  expect_failures = [var.archive_days]
}

run "half_days_to_the_end" {
  command = plan

  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    expiration_days = 2555.5
  }

  expect_failures = [var.expiration_days]
}

run "half_days_of_a_replica" {
  command = plan

  module {
    source = "./modules/certificate-replica"
  }

  variables {
    bucket_name     = "example-org-certificates-copy"
    expiration_days = 2555.5
  }

  expect_failures = [var.expiration_days]
}

run "oidc_provider_by_its_address" {
  command = plan

  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    principal = "oidc"
    oidc      = { provider_arn = "https://issuer.example.org", subjects = ["system:serviceaccount:certstore:api"] }
  }

  expect_failures = [var.oidc]
}

run "oidc_provider_with_a_scheme" {
  command = plan

  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    principal = "oidc"
    oidc = {
      provider_arn = "arn:aws:iam::123456789012:oidc-provider/https://issuer.example.org"
      subjects     = ["system:serviceaccount:certstore:api"]
    }
  }

  expect_failures = [var.oidc]
}

run "oidc_for_an_empty_subject" {
  command = plan

  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    principal = "oidc"
    oidc = {
      provider_arn = "arn:aws:iam::123456789012:oidc-provider/issuer.example.org"
      subjects     = ["system:serviceaccount:certstore:api", ""]
    }
  }

  expect_failures = [var.oidc]
}

run "oidc_for_a_user" {
  command = plan

  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    principal = "user"
    oidc      = { provider_arn = "arn:aws:iam::123456789012:oidc-provider/issuer.example.org", subjects = ["ci"] }
  }

  expect_failures = [var.oidc]
}

run "replica_by_name" {
  command = plan

  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    replica = { bucket_arn = "example-org-certificates-copy" }
  }

  expect_failures = [var.replica]
}

run "replica_is_the_source" {
  command = plan

  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    replica = { bucket_arn = "arn:aws:s3:::example-org-certificates" }
  }

  expect_failures = [var.replica]
}

run "replica_key_without_kms" {
  command = plan

  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    replica = {
      bucket_arn  = "arn:aws:s3:::example-org-certificates-copy"
      kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-4333-8444-555555555555"
    }
  }

  expect_failures = [var.replica]
}

run "replica_key_by_alias" {
  command = plan

  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    encryption = "aws:kms"
    replica    = { bucket_arn = "arn:aws:s3:::example-org-certificates-copy", kms_key_arn = "alias/copies" }
  }

  expect_failures = [var.replica]
}

run "locked_files_to_a_replica_without_lock" {
  command = plan

  module {
    source = "./modules/certificate-bucket"
  }

  variables {
    object_lock = { mode = "GOVERNANCE", days = 30 }
    replica     = { bucket_arn = "arn:aws:s3:::example-org-certificates-copy" }
  }

  expect_failures = [var.replica]
}

run "production_that_wakes_nobody" {
  command = plan

  module {
    source = "./environments/production"
  }

  variables {
    region       = "eu-central-1"
    alarm_emails = []
  }

  expect_failures = [var.alarm_emails]
}

run "replica_module" {
  command = plan

  module {
    source = "./modules/certificate-replica"
  }

  variables {
    bucket_name     = "Example.Org"
    encryption      = "aes"
    expiration_days = 0
  }

  expect_failures = [var.bucket_name, var.encryption, var.expiration_days]
}

run "cdn_module" {
  command = plan

  module {
    source = "./modules/certificate-cdn"
  }

  variables {
    name                = "certstore.test"
    bucket_domain_name  = "example-org-certificates.s3.amazonaws.com"
    public_key_pem      = "-----BEGIN PUBLIC KEY-----\nMIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEAzcHb\n-----END PUBLIC KEY-----\n"
    requests_per_minute = 9
    price_class         = "PriceClass_300"
  }

  expect_failures = [var.name, var.bucket_domain_name, var.public_key_pem, var.requests_per_minute, var.price_class]
}

run "private_key" {
  command = plan

  module {
    source = "./modules/certificate-cdn"
  }

  variables {
    bucket_domain_name  = "example-org-certificates.s3.eu-central-1.amazonaws.com"
    public_key_pem      = "-----BEGIN PRIVATE KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA\n-----END PRIVATE KEY-----\n"
    requests_per_minute = 99.5
  }

  expect_failures = [var.public_key_pem, var.requests_per_minute]
}

run "waf_outside_us_east_1" {
  command = plan

  module {
    source = "./modules/certificate-cdn"
  }

  variables {
    bucket_domain_name = "example-org-certificates.s3.eu-central-1.amazonaws.com"
    public_key_pem     = file("tests/public-key.pem")
  }

  expect_failures = [aws_wafv2_web_acl.this]
}
