import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { limitedVerify } from '../../auth/limited-verify.js';
import type { Principal } from '../../auth/principal.js';
import { TokenVerifier } from '../../auth/token-verifier.js';
import { Config } from '../../config/config.js';
import { takeForms } from './forms.js';
import { demandStaff } from './demand-staff.js';

/** Stands before everything under /operations/. */
@Injectable()
export class StaffGate implements OnModuleInit {
  /** @throws Problem 401, 429 or 503, as the API's own check of tokens does */
  verify!: (request: FastifyRequest, token: string) => Promise<Principal>;

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly verifier: TokenVerifier,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    this.verify = limitedVerify(fastify, this.verifier, this.config);
    takeForms(fastify);
    demandStaff(fastify, this.verify, this.config);
  }
}
