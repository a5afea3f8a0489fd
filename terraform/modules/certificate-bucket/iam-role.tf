locals {
  has_role = var.principal != "user"
  # What an OIDC provider's claims are called: its address, as in its ARN.
  oidc_issuer = try(split("oidc-provider/", var.oidc.provider_arn)[1], "")
}

resource "aws_iam_role" "service" {
  count              = local.has_role ? 1 : 0
  name               = "${var.name}-service"
  assume_role_policy = data.aws_iam_policy_document.trust[0].json
}

resource "aws_iam_role_policy" "service" {
  count  = local.has_role ? 1 : 0
  name   = "certificates"
  role   = aws_iam_role.service[0].id
  policy = data.aws_iam_policy_document.service.json
}

resource "aws_iam_instance_profile" "service" {
  count = var.principal == "instance_profile" ? 1 : 0
  name  = "${var.name}-service"
  role  = aws_iam_role.service[0].name
}

data "aws_iam_policy_document" "trust" {
  count = local.has_role ? 1 : 0

  dynamic "statement" {
    for_each = var.principal == "instance_profile" ? [1] : []

    content {
      actions = ["sts:AssumeRole"]

      principals {
        type        = "Service"
        identifiers = ["ec2.${data.aws_partition.current.dns_suffix}"]
      }
    }
  }

  dynamic "statement" {
    for_each = var.oidc == null ? [] : [var.oidc]

    content {
      actions = ["sts:AssumeRoleWithWebIdentity"]

      principals {
        type        = "Federated"
        identifiers = [statement.value.provider_arn]
      }

      condition {
        test     = "StringEquals"
        variable = "${local.oidc_issuer}:aud"
        values   = [statement.value.audience]
      }

      condition {
        test     = "StringLike"
        variable = "${local.oidc_issuer}:sub"
        values   = statement.value.subjects
      }
    }
  }
}
