import { type Stay } from './lifecycle.js';
import { DAYS_PER_MONTH, GIB, PRICES, type StorageClass, storagePerMonth, transferCost } from './prices.js';

export interface Workload {
  certificatesPerMonth: number;
  /** Files of each certificate: name and size in bytes. */
  files: { name: string; bytes: number }[];
  /** Downloads of one certificate, one file each, all while it is young and in Standard. */
  downloadsPerCertificate: number;
  /** How long the service has been running. */
  months: number;
}

/** A month's bill in dollars. */
export interface MonthlyCost {
  storage: { storageClass: StorageClass; files: number; gib: number; cost: number }[];
  requests: { uploads: number; downloads: number; transitions: number };
  transfer: number;
  total: number;
}

/**
 * The bill of one month after so many months of steady issuing.
 * @param lifeOf the stays of a file of that size
 */
export function monthlyCost(workload: Workload, lifeOf: (bytes: number) => Stay[]): MonthlyCost {
  const { certificatesPerMonth, files, downloadsPerCertificate, months } = workload;
  const storage = new Map<StorageClass, { files: number; gib: number; cost: number }>();
  let transitions = 0;
  for (const { bytes } of files) {
    for (const { storageClass, from, to } of lifeOf(bytes)) {
      const oldest = months * DAYS_PER_MONTH;
      const days = Math.max(0, Math.min(to, oldest) - from);
      if (days === 0) continue;
      const count = (certificatesPerMonth * days) / DAYS_PER_MONTH;
      // What leaves too soon is billed once more, for the rest of the least stay.
      const early = to <= oldest ? Math.max(0, PRICES.leastStay[storageClass] - days) : 0;
      const billed = (certificatesPerMonth * (days + early)) / DAYS_PER_MONTH;
      const sum = storage.get(storageClass) ?? { files: 0, gib: 0, cost: 0 };
      sum.files += count;
      sum.gib += (count * bytes) / GIB;
      sum.cost += billed * storagePerMonth(storageClass, bytes);
      storage.set(storageClass, sum);
      transitions += (certificatesPerMonth / 1000) * PRICES.transitions[storageClass];
    }
  }
  const downloads = certificatesPerMonth * downloadsPerCertificate;
  const meanBytes = files.reduce((sum, { bytes }) => sum + bytes, 0) / files.length;
  const requests = {
    uploads: ((certificatesPerMonth * files.length) / 1000) * PRICES.requests.put,
    downloads: (downloads / 1000) * PRICES.requests.get,
    transitions,
  };
  const transfer = transferCost((downloads * meanBytes) / GIB);
  const rows = [...storage].map(([storageClass, sum]) => ({ storageClass, ...sum }));
  const total =
    rows.reduce((sum, row) => sum + row.cost, 0) +
    requests.uploads +
    requests.downloads +
    requests.transitions +
    transfer;
  return { storage: rows, requests, transfer, total };
}
