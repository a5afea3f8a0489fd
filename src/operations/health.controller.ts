import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Public } from '../auth/public.decorator.js';
import { Readiness } from './readiness.js';

const liveDto = z.object({ status: z.literal('ok') });
const partDto = z.object({
  status: z.enum(['ok', 'failed']),
  reason: z.string().optional().meta({ description: 'why not, in one word' }),
  ms: z.int().meta({ description: 'milliseconds the answer took' }),
});
const readinessDto = z.object({
  status: z.enum(['ready', 'unavailable']),
  checks: z.object({ database: partDto, queue: partDto, storage: partDto }),
});

@ApiTags('operations')
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Public()
  @Get('live')
  @ApiOperation({ summary: 'Whether the process runs; asks nothing else' })
  @ApiResponse({ status: 200, standardSchema: liveDto })
  live(@Res({ passthrough: true }) reply: FastifyReply): { status: string } {
    reply.header('cache-control', 'no-store');
    return { status: 'ok' };
  }

  @Public()
  @Get('ready')
  @ApiOperation({ summary: 'Whether requests can be served: asks database, queue and storage' })
  @ApiResponse({ status: 200, description: 'All answer', standardSchema: readinessDto })
  @ApiResponse({
    status: 503,
    description: '`checks` names what does not answer',
    standardSchema: readinessDto,
  })
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const report = await this.readiness.report();
    reply.header('cache-control', 'no-store');
    if (report.status !== 'ready') reply.header('retry-after', '5');
    void reply.code(report.status === 'ready' ? 200 : 503).send(report);
  }
}
