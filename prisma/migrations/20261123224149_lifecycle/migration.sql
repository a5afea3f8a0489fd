-- AlterTable
ALTER TABLE "certificate_files" ADD COLUMN     "last_checked_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "erasure_receipts" (
    "id" UUID NOT NULL,
    "certificate_id" UUID NOT NULL,
    "erased_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "removed_files" JSONB NOT NULL,
    "erased_fields" TEXT[],

    CONSTRAINT "erasure_receipts_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "erasure_receipts_certificate_id_idx" ON "erasure_receipts"("certificate_id");

-- The rotating integrity check takes the files read longest ago, those never read first.
CREATE INDEX "certificate_files_check_order" ON "certificate_files" ("last_checked_at" NULLS FIRST, "key");
