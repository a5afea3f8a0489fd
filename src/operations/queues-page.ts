import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { JobQueue } from '../queue/job-queue.js';
import { queueBoard } from '../queue/queue-board.js';
import { StaffGate } from './staff/staff-gate.js';

const PATH = '/operations/queues';

/** bull-board, behind the same gate as the operations page. */
@Injectable()
export class QueuesPage implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly jobs: JobQueue,
    /** Its hook must be there before the routes are. */
    _gate: StaffGate,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    void fastify.register(queueBoard(this.jobs, PATH), { prefix: PATH });
  }
}
