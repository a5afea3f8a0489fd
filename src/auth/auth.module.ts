import { Logger, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { Config } from '../config/config.js';
import { demandTokens } from './token-hook.js';
import { loadTokenKeys } from './token-keys.js';
import { TokenVerifier } from './token-verifier.js';

/** An application that imports this demands tokens. */
@Module({
  providers: [
    {
      provide: TokenVerifier,
      inject: [Config],
      useFactory: async (config: Config) => {
        const keys = await loadTokenKeys(config);
        if (keys.developmentFile) {
          new Logger('Auth').warn(
            `AUTH_JWT_SECRET and AUTH_JWKS_URL are unset: tokens are signed with a development secret kept in ${keys.developmentFile}`,
          );
        }
        return new TokenVerifier(keys, config.auth);
      },
    },
  ],
  exports: [TokenVerifier],
})
export class AuthModule implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly verifier: TokenVerifier,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    demandTokens(this.host.httpAdapter.getInstance<FastifyInstance>(), this.verifier, this.config);
  }
}
