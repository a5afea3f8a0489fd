# For development. Its access keys are made by hand, as runbooks/credentials.md says: a key made here would be in the
# state in clear text.
resource "aws_iam_user" "service" {
  count         = var.principal == "user" ? 1 : 0
  name          = "${var.name}-service"
  force_destroy = true
}

resource "aws_iam_user_policy" "service" {
  count  = var.principal == "user" ? 1 : 0
  name   = "certificates"
  user   = aws_iam_user.service[0].name
  policy = data.aws_iam_policy_document.service.json
}
