-- Files that have no local copy: what needs S3 after a rollback. The operations page counts them.
CREATE INDEX "certificate_files_only_in_s3" ON "certificate_files" ("certificate_id")
  WHERE "stored_locally_at" IS NULL AND "migrated_to_s3_at" IS NOT NULL;
