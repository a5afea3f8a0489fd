import { Controller, Get } from '@nestjs/common';

@Controller('health')
export class HealthController {
  /** The process runs and its event loop turns. */
  @Get('live')
  live(): { status: string } {
    return { status: 'ok' };
  }
}
