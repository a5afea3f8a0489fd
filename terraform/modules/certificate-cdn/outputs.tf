output "distribution_arn" {
  description = "For cloudfront_distribution_arns of modules/certificate-bucket."
  value       = aws_cloudfront_distribution.this.arn
}

output "domain_name" {
  description = "Where the files are: https://<domain_name>/<key>."
  value       = aws_cloudfront_distribution.this.domain_name
}

output "public_key_id" {
  description = "CloudFront-Key-Pair-Id of the signed cookies."
  value       = aws_cloudfront_public_key.this.id
}
