# prevent_destroy takes no variable, so it is on a guard that has to be destroyed or replaced together with what it
# guards, and the bucket keeps one address in every environment. To remove a guard on purpose:
#   terraform state rm 'module.certificates.terraform_data.bucket_guard[0]'   and   prevent_destroy = false
resource "terraform_data" "bucket_guard" {
  count            = var.prevent_destroy ? 1 : 0
  triggers_replace = aws_s3_bucket.certificates.id

  lifecycle {
    prevent_destroy = true
  }
}

# What was encrypted under a key is lost with it.
resource "terraform_data" "key_guard" {
  count            = var.prevent_destroy && local.own_key ? 1 : 0
  triggers_replace = local.kms_key_arn

  lifecycle {
    prevent_destroy = true
  }
}
