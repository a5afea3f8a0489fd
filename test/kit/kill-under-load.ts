import { setTimeout as sleep } from 'node:timers/promises';
import type { CompiledService } from './compiled-service.js';

export interface Acknowledged {
  id: string;
  sha256: string;
}

/**
 * Issues certificates from several clients at once, each for a participant of its own, until the service is killed at a
 * random time after the first one is issued.
 * @returns those that were answered with 201
 */
export async function issueUntilKilled(
  service: CompiledService,
  round: number,
  options: { clients: number; maxMs: number },
): Promise<Acknowledged[]> {
  const acknowledged: Acknowledged[] = [];
  let killed = false;
  const client = async (number: number): Promise<void> => {
    for (let count = 0; !killed; count++) {
      const answer = await service
        .call('POST', '/api/tournaments/1/certificates/', {
          participant: { id: `${round}-${number}-${count}`, user_id: 'owner', display_name: 'Judit Polgár' },
          certificate_type: 'participant',
        })
        .then(async (response) => ({
          status: response.status,
          body: (await response.json()) as AnyCertificate,
        }))
        .catch(() => null); // the connection died with the service
      if (answer?.status === 201) {
        acknowledged.push({ id: answer.body.id, sha256: answer.body.certificate_hash });
      } else if (answer && answer.status !== 503) {
        throw new Error(`issuing answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      }
    }
  };
  const clients = Array.from({ length: options.clients }, (_, number) => client(number));
  // A service just started issues nothing for some seconds, until its fonts are loaded.
  for (const start = Date.now(); acknowledged.length === 0 && Date.now() - start < 120_000; ) await sleep(20);
  await sleep(Math.random() * options.maxMs);
  await service.stop('SIGKILL');
  killed = true;
  await Promise.all(clients);
  return acknowledged;
}

interface AnyCertificate {
  id: string;
  certificate_hash: string;
}
