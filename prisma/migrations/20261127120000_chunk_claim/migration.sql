-- Tells a worker that holds a chunk from one that held it, was taken for dead, and lives after all.
ALTER TABLE "migration_chunks" ADD COLUMN "claim" UUID;
