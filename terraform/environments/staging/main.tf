# Like production in everything that the service sees; cheaper and disposable in what it does not.
module "certificates" {
  source = "../../modules/certificate-bucket"

  name         = "certstore-staging"
  bucket_name  = var.bucket_name
  principal    = "user"
  alarm_emails = var.alarm_emails
  runbook_url  = var.runbook_url

  prevent_destroy = false
  force_destroy   = true

  monthly_budget_usd = 10
}
