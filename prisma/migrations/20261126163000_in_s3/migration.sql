-- The first file that came to S3: how long a store has gone without a validation is asked each minute.
CREATE INDEX "certificate_files_in_s3" ON "certificate_files" ("migrated_to_s3_at") WHERE "migrated_to_s3_at" IS NOT NULL;
