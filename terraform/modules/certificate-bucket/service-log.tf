# Where the service's log goes (awslogs driver or CloudWatch agent). With CLOUDWATCH_METRICS=on it holds lines in
# embedded metric format, out of which CloudWatch makes the metrics that the alarms are set on.
locals {
  log_group_arn = "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/certstore/${var.name}"
}

resource "aws_cloudwatch_log_group" "service" {
  name              = "/certstore/${var.name}"
  retention_in_days = var.log_retention_days
}

data "aws_iam_policy_document" "service_log" {
  statement {
    sid       = "WriteLog"
    actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = [local.log_group_arn, "${local.log_group_arn}:log-stream:*"]
  }
}
