import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../auth/public.decorator.js';
import { Readiness } from './readiness.js';

@ApiTags('operations')
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Public()
  @Get('live')
  @ApiOperation({ summary: 'Whether the process runs; asks nothing else' })
  @ApiResponse({ status: 200 })
  live(@Res({ passthrough: true }) reply: FastifyReply): { status: string } {
    reply.header('cache-control', 'no-store');
    return { status: 'ok' };
  }

  @Public()
  @Get('ready')
  @ApiOperation({ summary: 'Whether requests can be served: asks database, queue and storage' })
  @ApiResponse({ status: 200, description: 'All answer' })
  @ApiResponse({ status: 503, description: '`checks` names what does not answer' })
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const report = await this.readiness.report();
    reply.header('cache-control', 'no-store');
    if (report.status !== 'ready') reply.header('retry-after', '5');
    void reply.code(report.status === 'ready' ? 200 : 503).send(report);
  }
}
