# By service and not by tag: a tag counts only after someone has activated it for billing, and until then a budget on
# it stays at zero and silent. Other uses of these services in the account count too; that errs on the loud side.
resource "aws_budgets_budget" "monthly" {
  count = var.monthly_budget_usd == 0 ? 0 : 1

  name         = "${var.name}-monthly-budget"
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_amount = tostring(var.monthly_budget_usd)
  limit_unit   = "USD"

  cost_filter {
    name = "Service"
    values = [
      "Amazon Simple Storage Service", "AWS Key Management Service", "AmazonCloudWatch", "AWS CloudTrail",
      "Amazon CloudFront", "AWS WAF",
    ]
  }

  # Credits would hide costs that run away.
  cost_types {
    include_credit = false
    include_refund = false
  }

  dynamic "notification" {
    for_each = {
      warning  = { type = "ACTUAL", percent = 80 }
      exceeded = { type = "ACTUAL", percent = 100 }
      forecast = { type = "FORECASTED", percent = 100 }
    }

    content {
      notification_type         = notification.value.type
      comparison_operator       = "GREATER_THAN"
      threshold                 = notification.value.percent
      threshold_type            = "PERCENTAGE"
      subscriber_sns_topic_arns = [aws_sns_topic.alarms.arn]
    }
  }

  # Budgets refuses a topic that it may not publish to.
  depends_on = [aws_sns_topic_policy.alarms]
}
