import type { Clients } from '../aws/clients.js';
import { ToolError } from '../tool-error.js';

/**
 * The buckets a command is about: those named, or with `--all` every bucket of the account.
 * @throws ToolError for neither or both, and if the account's buckets can't be listed
 */
export async function selectBuckets(clients: Clients, named: string[], all: boolean): Promise<string[]> {
  if (all && named.length > 0) throw usage('give either --all or bucket names, not both');
  if (!all && named.length === 0) throw usage('no bucket given');
  if (!all) return [...new Set(named)];
  const names: string[] = [];
  for await (const { name } of clients.buckets()) names.push(name);
  return names;
}

function usage(message: string): ToolError {
  return new ToolError('usage', message, 'name buckets, or give --all for every bucket of the account');
}
