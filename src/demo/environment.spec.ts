import { loadConfig } from '../config/config.js';
import { VARIABLES } from '../config/variables.js';
import { demoEnvironment } from './environment.js';

const installation = {
  PATH: '/usr/bin',
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://db.example.org/certs',
  MEDIA_ROOT: '/srv/certs',
  USE_S3_FOR_CERTS: 'true',
  AWS_STORAGE_BUCKET_NAME: 'certs',
  AUTH_JWT_ISSUER: 'https://id.example.org',
};

it('takes nothing of the installation in whose folder it runs, not from its .env either', () => {
  const env = demoEnvironment({ DATA_DIR: '/tmp/demo', AUTH_JWT_SECRET: 'x'.repeat(32) }, installation);
  const config = loadConfig(env);
  expect(config.database.url).toBeUndefined();
  expect(config.auth.issuer).toBeUndefined();
  expect(config.storage).toMatchObject({ mode: 'false', mediaRoot: '/tmp/demo/media' });
  // What the environment has, if only as nothing, is not read from .env.
  expect(Object.keys(env)).toEqual(expect.arrayContaining(Object.keys(VARIABLES)));
  expect(env['PATH']).toBe('/usr/bin');
});
