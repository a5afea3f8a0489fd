# One document per control, in a file of its own; here they become the bucket's one policy.
data "aws_iam_policy_document" "bucket" {
  source_policy_documents = [
    data.aws_iam_policy_document.tls_only.json,
    data.aws_iam_policy_document.encrypted_only.json,
    data.aws_iam_policy_document.cloudfront_reads.json,
  ]
}

resource "aws_s3_bucket_policy" "certificates" {
  bucket = aws_s3_bucket.certificates.id
  policy = data.aws_iam_policy_document.bucket.json

  # S3 answers 409 where a policy and a public access block are put at the same time.
  depends_on = [aws_s3_bucket_public_access_block.certificates]
}
