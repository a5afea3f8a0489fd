module "certificates" {
  source = "../../modules/certificate-bucket"

  name                 = "certstore-production"
  bucket_name          = var.bucket_name
  principal            = var.oidc == null ? "instance_profile" : "oidc"
  oidc                 = var.oidc
  cors_allowed_origins = var.cors_allowed_origins
  alarm_emails         = var.alarm_emails
  runbook_url          = var.runbook_url

  prevent_destroy        = true
  cloudtrail_data_events = true
}
