import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../auth/public.decorator.js';
import { MetricsText } from './metrics-text.js';

@ApiTags('operations')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly text: MetricsText) {}

  @Public()
  @Get()
  @ApiOperation({ summary: 'Metrics in the text format of Prometheus' })
  @ApiResponse({ status: 200, content: { 'text/plain': { schema: { type: 'string' } } } })
  async metrics(@Res() reply: FastifyReply): Promise<void> {
    const text = await this.text.read();
    void reply.header('cache-control', 'no-store').type(this.text.contentType).send(text);
  }
}
