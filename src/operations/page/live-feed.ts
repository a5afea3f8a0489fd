import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { runView } from './run-view.js';
import { OperationsState } from './state.js';
import { storeView } from './store-view.js';

const LOOK_EVERY_MS = 1_000;
/** Below the silence after which proxies and our own server take a connection for dead. */
const HEARTBEAT_MS = 15_000;
/** A viewer who has so many bytes unread is let go; the browser comes back by itself. */
const MOST_UNREAD = 1024 * 1024;
/** setTimeout takes no longer one. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Server-sent events of the operations page: the parts of it that have changed. One loop looks for all viewers, and only
 * while there are any.
 */
@Injectable()
export class LiveFeed implements OnModuleInit {
  private readonly logger = new Logger('Operations');
  private readonly viewers = new Set<Readable>();
  private parts = new Map<string, string>();
  private looking = false;
  private troubled = false;
  private closed = false;

  constructor(
    private readonly state: OperationsState,
    private readonly host: HttpAdapterHost,
  ) {}

  /** Open streams would hold up the shutdown until its deadline. */
  onModuleInit(): void {
    this.host.httpAdapter.getInstance<FastifyInstance>().addHook('preClose', async () => {
      this.closed = true;
      for (const viewer of this.viewers) viewer.push(null);
    });
  }

  /** @param endsAt when the viewer's token ends, milliseconds since the epoch */
  view(endsAt: number): Readable {
    const viewer = new Readable({ read: () => undefined });
    const beat = setInterval(() => this.send(viewer, ':\n\n'), HEARTBEAT_MS);
    const end = setTimeout(() => viewer.push(null), Math.min(endsAt - Date.now(), LONGEST_TIMER_MS));
    viewer.once('close', () => {
      clearInterval(beat);
      clearTimeout(end);
      this.viewers.delete(viewer);
    });
    this.viewers.add(viewer);
    this.send(viewer, 'retry: 2000\n\n');
    for (const [id, html] of this.parts) this.send(viewer, partEvent(id, html));
    if (this.closed) viewer.push(null);
    else if (!this.looking) void this.look();
    return viewer;
  }

  private async look(): Promise<void> {
    this.looking = true;
    while (this.viewers.size > 0 && !this.closed) {
      await this.tell();
      await sleep(LOOK_EVERY_MS, undefined, { ref: false });
    }
    this.looking = false;
    this.parts = new Map();
  }

  private async tell(): Promise<void> {
    try {
      const [store, runs] = [await this.state.store(), await this.state.runs()];
      const parts = new Map([
        ['store', storeView(store).markup],
        // The oldest first: each new one is put at the top.
        ...[...runs].reverse().map((run): [string, string] => [`run-${run.id}`, runView(run).markup]),
      ]);
      for (const [id, html] of parts) if (this.parts.get(id) !== html) this.broadcast(partEvent(id, html));
      this.parts = parts;
      this.troubled = false;
    } catch (err) {
      if (!this.troubled) this.logger.warn({ msg: "the operations page can't be kept up to date", err });
      this.troubled = true;
      this.broadcast('event: trouble\ndata: {}\n\n');
    }
  }

  private broadcast(event: string): void {
    for (const viewer of this.viewers) this.send(viewer, event);
  }

  private send(viewer: Readable, event: string): void {
    if (viewer.readableLength > MOST_UNREAD) viewer.destroy();
    else if (!viewer.readableEnded && !viewer.destroyed) viewer.push(event);
  }
}

function partEvent(id: string, html: string): string {
  return `event: part\ndata: ${JSON.stringify({ id, html })}\n\n`;
}
