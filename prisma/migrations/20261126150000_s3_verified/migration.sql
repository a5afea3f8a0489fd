-- When the copy in S3 itself was last read whole and found right; last_verified_at may speak of the local one.
ALTER TABLE "certificate_files" ADD COLUMN "s3_verified_at" TIMESTAMPTZ(3);
