-- CreateTable
CREATE TABLE "migration_runs" (
    "id" UUID NOT NULL,
    "task" TEXT NOT NULL,
    "dry_run" BOOLEAN NOT NULL,
    "options" JSONB NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'running',
    "reason" TEXT,
    "runner" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "heartbeat_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),
    "total" INTEGER NOT NULL,
    "done" INTEGER NOT NULL DEFAULT 0,
    "skipped" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "bytes" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "migration_runs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "migration_failures" (
    "run_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "certificate_id" UUID,
    "code" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "failed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "migration_failures_pkey" PRIMARY KEY ("run_id","key")
);

-- CreateIndex
CREATE INDEX "migration_runs_started_at_idx" ON "migration_runs"("started_at");

-- AddForeignKey
ALTER TABLE "migration_failures" ADD CONSTRAINT "migration_failures_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "migration_runs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Keys compare byte by byte, as S3 and the disk list them: paging needs no sort, and rows, bucket and disk can be merged.
ALTER TABLE "certificate_files" ALTER COLUMN "key" TYPE TEXT COLLATE "C";

-- What is still to be moved, in the order it is gone through; empty once everything is in S3.
CREATE INDEX "certificate_files_to_migrate" ON "certificate_files" ("key")
  WHERE "migrated_to_s3_at" IS NULL AND "stored_locally_at" IS NOT NULL;
