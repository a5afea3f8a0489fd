# Without a cookie signed by the matching private key CloudFront answers 403.
resource "aws_cloudfront_public_key" "this" {
  name_prefix = "${var.name}-"
  encoded_key = var.public_key_pem

  # A new key must be in the group before the old one can go.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudfront_key_group" "this" {
  name  = var.name
  items = [aws_cloudfront_public_key.this.id]
}
