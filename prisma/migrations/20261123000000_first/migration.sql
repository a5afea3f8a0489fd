-- CreateTable
CREATE TABLE "tournaments" (
    "id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "organizer_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "completed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "tournaments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "certificates" (
    "id" UUID NOT NULL,
    "tournament_id" INTEGER NOT NULL,
    "participant_id" TEXT,
    "user_id" TEXT,
    "display_name" TEXT,
    "certificate_type" TEXT NOT NULL,
    "placement" INTEGER,
    "language" TEXT NOT NULL,
    "verification_code" UUID NOT NULL,
    "certificate_hash" CHAR(64) NOT NULL,
    "generated_at" TIMESTAMPTZ(3) NOT NULL,
    "downloaded_at" TIMESTAMPTZ(3),
    "download_count" INTEGER NOT NULL DEFAULT 0,
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_reason" TEXT,
    "deleted_at" TIMESTAMPTZ(3),
    "erased_at" TIMESTAMPTZ(3),

    CONSTRAINT "certificates_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "certificate_files" (
    "key" TEXT NOT NULL,
    "certificate_id" UUID NOT NULL,
    "format" TEXT NOT NULL,
    "content_type" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "sha256" CHAR(64) NOT NULL,
    "stored_locally_at" TIMESTAMPTZ(3),
    "migrated_to_s3_at" TIMESTAMPTZ(3),
    "s3_etag" TEXT,
    "s3_version_id" TEXT,
    "s3_owed_since" TIMESTAMPTZ(3),
    "last_verified_at" TIMESTAMPTZ(3),
    "mismatched_at" TIMESTAMPTZ(3),

    CONSTRAINT "certificate_files_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "pending_files" (
    "key" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "pending_files_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "batches" (
    "id" UUID NOT NULL,
    "tournament_id" INTEGER NOT NULL,
    "requested_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),
    "heartbeat_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "batches_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "batch_items" (
    "batch_id" UUID NOT NULL,
    "index" INTEGER NOT NULL,
    "participant_id" TEXT NOT NULL,
    "user_id" TEXT,
    "display_name" TEXT,
    "certificate_type" TEXT NOT NULL,
    "placement" INTEGER,
    "language" TEXT NOT NULL,
    "force_regenerate" BOOLEAN NOT NULL DEFAULT false,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "certificate_id" UUID,
    "error_code" TEXT,
    "error_detail" TEXT,

    CONSTRAINT "batch_items_pkey" PRIMARY KEY ("batch_id","index")
);

-- CreateIndex
CREATE UNIQUE INDEX "certificates_verification_code_key" ON "certificates"("verification_code");

-- CreateIndex
CREATE INDEX "certificates_tournament_id_generated_at_id_idx" ON "certificates"("tournament_id", "generated_at", "id");

-- CreateIndex
CREATE INDEX "certificates_deleted_at_idx" ON "certificates"("deleted_at");

-- CreateIndex
CREATE UNIQUE INDEX "certificate_files_certificate_id_format_key" ON "certificate_files"("certificate_id", "format");

-- CreateIndex
CREATE INDEX "pending_files_created_at_idx" ON "pending_files"("created_at");

-- CreateIndex
CREATE INDEX "batches_finished_at_idx" ON "batches"("finished_at");

-- AddForeignKey
ALTER TABLE "certificates" ADD CONSTRAINT "certificates_tournament_id_fkey" FOREIGN KEY ("tournament_id") REFERENCES "tournaments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "certificate_files" ADD CONSTRAINT "certificate_files_certificate_id_fkey" FOREIGN KEY ("certificate_id") REFERENCES "certificates"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "batches" ADD CONSTRAINT "batches_tournament_id_fkey" FOREIGN KEY ("tournament_id") REFERENCES "tournaments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "batch_items" ADD CONSTRAINT "batch_items_batch_id_fkey" FOREIGN KEY ("batch_id") REFERENCES "batches"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- At most one active certificate per tournament, participant and type. Prisma's schema language has no partial index.
CREATE UNIQUE INDEX "certificates_one_active" ON "certificates" ("tournament_id", "participant_id", "certificate_type")
  WHERE "revoked_at" IS NULL AND "deleted_at" IS NULL;

-- Few rows owe a copy or are mismatched; these indexes hold only those.
CREATE INDEX "certificate_files_owed" ON "certificate_files" ("s3_owed_since") WHERE "s3_owed_since" IS NOT NULL;
CREATE INDEX "certificate_files_mismatched" ON "certificate_files" ("mismatched_at") WHERE "mismatched_at" IS NOT NULL;
