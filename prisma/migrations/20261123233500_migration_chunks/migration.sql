-- CreateTable
CREATE TABLE "migration_chunks" (
    "run_id" UUID NOT NULL,
    "index" INTEGER NOT NULL,
    "after_key" TEXT NOT NULL,
    "through_key" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "claimed_until" TIMESTAMPTZ(3),
    "skipped" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "migration_chunks_pkey" PRIMARY KEY ("run_id","index")
);

-- AddForeignKey
ALTER TABLE "migration_chunks" ADD CONSTRAINT "migration_chunks_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "migration_runs"("id") ON DELETE CASCADE ON UPDATE CASCADE;
